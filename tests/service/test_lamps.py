"""Lamps of the daemon: a real broker, lamps that answer as documented, and a daemon that is killed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from talkpace.alerts.lamps.messages import LampMessage, Messages
from talkpace.clock import SystemClock
from talkpace.config.lamps import LampConfig
from talkpace.config.model import MqttConfig
from talkpace.mqtt.lamp_checks import check_lamps
from talkpace.mqtt.payloads import LivePayload
from talkpace.mqtt.publisher import Publisher
from talkpace.service.lamp_file import LAMPS_NAME, LampFile
from talkpace.service.lamps import Lamps
from talkpace.training.effort_zones import Zone
from talkpace.training.warning import WarningState

from ..broker import HOST, Mosquitto
from ..lamp_devices import WledLamp, Zigbee2MqttLamp, playing
from ..mqtt.publisher_harness import MemoryOutbox
from .daemon_process import publish, running, subscribed, talkpace
from .test_daemon import household

PATIENCE_S = 20
DESK, STRIP = "zigbee2mqtt/desk", "wled/strip"
GREEN, RED = {"r": 0, "g": 255, "b": 130}, {"r": 255, "g": 0, "b": 0}
LAMPS = f"""
[[alerts.lamps]]
name = "desk"
kind = "zigbee2mqtt"
topic = "{DESK}"
[[alerts.lamps]]
name = "strip"
kind = "wled"
topic = "{STRIP}"
"""
OVER_ROWS = "t_s,hr\n" + "".join(f"{second},170\n" for second in range(600))


def colours(desk: Zigbee2MqttLamp) -> list[Any]:
    """The colours that the lamp was given."""
    return [json.loads(text).get("color") for topic, text in desk.commands if topic.endswith("/set")]


def test_zones_are_shown_while_a_session_lasts_and_then_what_was_before(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto, LAMPS)
    with (
        playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk,
        playing(WledLamp(mosquitto.port, STRIP)) as strip,
    ):
        before = dict(desk.state), dict(strip.state), dict(strip.segment)
        with running(tmp_path, configuration) as daemon:
            desk.wait_for(lambda: GREEN in colours(desk))
            strip.wait_for(lambda: strip.segment["fx"] == 0)
            publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
            desk.wait_for(lambda: desk.state == before[0])
            strip.wait_for(lambda: strip.segment == before[2])
            assert strip.state["bri"] == before[1]["bri"]
            daemon.stop()
        assert not (tmp_path / "db" / LAMPS_NAME).exists()


def test_a_lamp_is_what_it_was_after_kill_9_and_the_next_run(tmp_path: Path, mosquitto: Mosquitto) -> None:
    configuration = household(tmp_path, mosquitto, LAMPS)
    with (
        playing(Zigbee2MqttLamp(mosquitto.port, DESK, state="ON")) as desk,
        playing(WledLamp(mosquitto.port, STRIP, brightness=0)) as strip,
    ):
        before = dict(desk.state), dict(strip.segment)
        with running(tmp_path, configuration) as daemon:
            desk.wait_for(lambda: GREEN in colours(desk))
            strip.wait_for(lambda: strip.segment["fx"] == 0)
            daemon.kill()
        assert (tmp_path / "db" / LAMPS_NAME).stat().st_mode & 0o077 == 0
        assert desk.state["color"] == GREEN, "the lamp still shows the session"
        with running(tmp_path, configuration, "again") as daemon:
            count = len(colours(desk))
            desk.wait_for(lambda: GREEN in colours(desk)[count:])
            daemon.stop()
        desk.wait_for(lambda: desk.state == before[0])
        strip.wait_for(lambda: strip.segment == before[1] and strip.state["on"] is False)


def test_a_warning_is_red_bright_and_dim_in_turn_and_ends_with_the_daemon(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto, LAMPS, rows=OVER_ROWS)
    with playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk:
        before = dict(desk.state)
        with running(tmp_path, configuration) as daemon:
            desk.wait_for(lambda: colours(desk).count(RED) >= 3)
            levels = [
                json.loads(text)["brightness"] for _, text in desk.commands if '"r": 255, "g": 0,' in text
            ]
            assert levels[:3] == [204, 51, 204]
            assert daemon.stop() == 0
        desk.wait_for(lambda: desk.state == before)


def test_a_test_of_the_alert_lights_the_lamps_too(tmp_path: Path, mosquitto: Mosquitto) -> None:
    text = household(tmp_path, mosquitto, LAMPS).read_text().replace("sources", "#")
    configuration = tmp_path / "idle.toml"
    configuration.write_text(text)
    with (
        playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk,
        playing(WledLamp(mosquitto.port, STRIP)),
        subscribed(mosquitto.port) as subscriber,
        running(tmp_path, configuration) as daemon,
    ):
        subscriber.wait_for("gym/node", broker="connected")  # and subscribed
        before = dict(desk.state)
        publish(mosquitto.port, "talkpace/gym/command/alerts_test", "")
        desk.wait_for(lambda: RED in colours(desk))
        desk.wait_for(lambda: desk.state == before)
        alone = talkpace(tmp_path, "alerts", "test", "over", "--config", str(configuration))
        assert (alone.returncode, alone.stderr) == (0, ""), "lamps are enough to play an alert on"
        daemon.stop()


def test_lamps_that_are_not_there_or_talk_nonsense_are_a_fault_of_the_node_and_nothing_else(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto, LAMPS)
    publish(mosquitto.port, DESK, "hello")
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        subscriber.wait_for("anna/event", event="session_started")
        for nonsense in ("hello", "n" * 20_000, "[]"):
            publish(mosquitto.port, DESK, nonsense)
        while "strip: no state" not in (node := subscriber.wait_for("gym/node"))["lamps"]:
            pass
        assert f"desk: what comes on {DESK} is not the state of a light" in node["lamps"]
        assert (node["alerts"], node["store"], node["broker"]) == ("none", "ok", "connected")
        publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
        assert subscriber.wait_for("anna/summary")
        assert daemon.stop() == 0


def test_without_a_broker_lamps_are_a_fault_that_says_what_to_set(tmp_path: Path) -> None:
    health: list[str] = []
    lamps = build(tmp_path, health)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(lamps.run(), 0.2))
    assert health == ["there is no broker for them: set mqtt.enabled and mqtt.host"]


# -- in this process ---------------------------------------------------------------------------------


def build(folder: Path, health: list[str], *, has_broker: bool = False, **settings: Any) -> Lamps:
    lamp = LampConfig.model_validate({"name": "desk", "kind": "zigbee2mqtt", "topic": DESK, **settings})
    return Lamps(
        [lamp],
        file=LampFile(folder),
        clock=SystemClock(),
        on_health=lambda one: health.append(one.text),
        has_broker=lambda: has_broker,
    )


@asynccontextmanager
async def connected(lamps: Lamps, port: int) -> AsyncIterator[None]:
    publisher = Publisher(
        settings=MqttConfig(enabled=True, host=HOST, port=port),
        node="gym",
        clock=SystemClock(),
        outbox=MemoryOutbox(),
        commands=None,
        on_health=lambda _health: None,
        password=None,
        lamps=lamps.queue,
    )
    async with asyncio.TaskGroup() as tasks:
        running_publisher = tasks.create_task(publisher.run())
        running_lamps = tasks.create_task(lamps.run())
        try:
            yield
        finally:
            running_lamps.cancel()
            await asyncio.wait({running_lamps})
            running_publisher.cancel()


async def until(desk: Zigbee2MqttLamp, condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(desk.wait_for, condition)


def live(
    zone: Zone | None, *, session: str | None = "1", warning: WarningState = WarningState.NONE
) -> LivePayload:
    return LivePayload(
        time=datetime.now(UTC),
        heart_rate=None,
        effort=None,
        zone=zone,
        warning=warning,
        contact="yes",
        session=session,
        elapsed_s=None,
        zones_s=None,
        rmssd_ms=None,
        dfa_alpha1=None,
    )


async def test_what_an_earlier_run_has_stored_is_restored_as_soon_as_there_is_a_connection(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    stored = {
        name: (LampMessage(f"zigbee2mqtt/{name}/set", '{"state": "OFF"}'),) for name in ("desk", "gone")
    }
    LampFile(tmp_path).write(stored, datetime.now(UTC))
    with (
        playing(Zigbee2MqttLamp(mosquitto.port, DESK, state="ON")) as desk,
        playing(Zigbee2MqttLamp(mosquitto.port, "zigbee2mqtt/gone", state="ON")) as gone,
    ):
        async with connected(build(tmp_path, [], has_broker=True), mosquitto.port):
            await until(desk, lambda: desk.state["state"] == "OFF")
            await until(gone, lambda: gone.state["state"] == "OFF")
    assert not (tmp_path / LAMPS_NAME).exists()


async def test_a_lamp_of_one_athlete_does_not_show_another(tmp_path: Path, mosquitto: Mosquitto) -> None:
    lamps = build(tmp_path, [], has_broker=True, athletes=["anna"])
    with playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk:
        async with connected(lamps, mosquitto.port):
            lamps.live("ben", live(Zone.HARD, warning=WarningState.OVER))
            lamps.live("anna", live(Zone.CONVERSATIONAL))
            await until(desk, lambda: bool(colours(desk)))
            assert colours(desk) == [GREEN]


async def test_a_session_that_ended_while_the_broker_was_away_is_restored_when_it_is_back(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    lamps = build(tmp_path, [], has_broker=True)
    with playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk:
        before = dict(desk.state)
        async with connected(lamps, mosquitto.port):
            lamps.live("anna", live(Zone.CONVERSATIONAL))
            await until(desk, lambda: GREEN in colours(desk))
            mosquitto.stop()
            lamps.live("anna", live(None, session=None))
            mosquitto.start()
            await until(desk, lambda: desk.state == before)


async def test_a_file_that_cannot_be_written_silences_no_lamp(
    tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LampFile, "write", fail)
    lamps = build(tmp_path, [], has_broker=True)
    with playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk:
        before = dict(desk.state)
        async with connected(lamps, mosquitto.port):
            lamps.live("anna", live(Zone.CONVERSATIONAL))
            await until(desk, lambda: GREEN in colours(desk))
        await until(desk, lambda: desk.state == before)


async def test_a_stop_while_the_file_is_written_leaves_no_lamp_in_it(
    tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, writing, release = LampFile.write, Event(), Event()

    def slow(file: LampFile, lamps: Mapping[str, Messages], now: datetime) -> None:
        if not lamps:
            writing.set()
            release.wait(PATIENCE_S)
        write(file, lamps, now)

    monkeypatch.setattr(LampFile, "write", slow)
    lamps = build(tmp_path, [], has_broker=True)
    with playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk:
        async with connected(lamps, mosquitto.port):
            lamps.live("anna", live(Zone.CONVERSATIONAL))
            await until(desk, lambda: GREEN in colours(desk))
            lamps.live("anna", live(None, session=None))
            await asyncio.to_thread(writing.wait)
            asyncio.get_running_loop().call_later(0.1, release.set)
    assert not (tmp_path / LAMPS_NAME).exists()


async def test_a_stop_before_a_lamp_was_touched_leaves_it_as_it_is(
    tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, writing, release = LampFile.write, Event(), Event()

    def slow(file: LampFile, lamps: Mapping[str, Messages], now: datetime) -> None:
        writing.set()
        release.wait(PATIENCE_S)
        write(file, lamps, now)

    monkeypatch.setattr(LampFile, "write", slow)
    lamps = build(tmp_path, [], has_broker=True)
    with playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk:
        async with connected(lamps, mosquitto.port):
            lamps.live("anna", live(Zone.CONVERSATIONAL))
            await asyncio.to_thread(writing.wait)
            asyncio.get_running_loop().call_later(0.1, release.set)
        assert colours(desk) == []
    assert not (tmp_path / LAMPS_NAME).exists()


# -- the doctor ----------------------------------------------------------------------------------------


async def test_the_doctor_asks_each_lamp_and_changes_none(mosquitto: Mosquitto) -> None:
    lamps = [
        LampConfig(name="desk", kind="zigbee2mqtt", topic=DESK),
        LampConfig(name="strip", kind="wled", topic=STRIP),
        LampConfig(name="mute", kind="homeassistant", topic="hall/set"),
        LampConfig(name="ghost", kind="tasmota", topic="ghost"),
    ]
    settings = MqttConfig(enabled=True, host=HOST, port=mosquitto.port)
    with (
        playing(Zigbee2MqttLamp(mosquitto.port, DESK)) as desk,
        playing(WledLamp(mosquitto.port, STRIP)) as strip,
    ):
        findings = await check_lamps(lamps, settings, None, PATIENCE_S)
        assert colours(desk) == []
        assert strip.commands == []
    assert [(one.check, one.ok) for one in findings] == [
        ("lamp desk", True),
        ("lamp strip", True),
        ("lamp mute", True),
        ("lamp ghost", False),
    ]
    assert "stat/ghost/RESULT" in findings[3].detail


async def test_without_a_broker_the_doctor_says_that_the_lamps_were_not_asked(
    idle_mosquitto: Mosquitto,
) -> None:
    settings = MqttConfig(enabled=True, host=HOST, port=idle_mosquitto.port)
    lamp = LampConfig(name="desk", kind="zigbee2mqtt", topic=DESK)
    [finding] = await check_lamps([lamp], settings, None, PATIENCE_S)
    assert (finding.check, finding.ok) == ("lamps", False)


# -- the file ------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED = {"desk": (LampMessage("a/set", "1"), LampMessage("a/set", "2"))}


def test_the_file_returns_what_was_written_and_is_gone_without_lamps(tmp_path: Path) -> None:
    file = LampFile(tmp_path)
    file.write(STORED, NOW)
    assert file.read(NOW + timedelta(hours=11)) == STORED
    file.write({}, NOW)
    assert list(tmp_path.iterdir()) == []
    assert file.read(NOW) == {}


def test_a_state_of_yesterday_is_not_restored(tmp_path: Path) -> None:
    LampFile(tmp_path).write(STORED, NOW)
    assert LampFile(tmp_path).read(NOW + timedelta(hours=13)) == {}


def test_a_state_of_a_clock_that_was_wrong_is_restored(tmp_path: Path) -> None:
    LampFile(tmp_path).write(STORED, NOW)
    assert LampFile(tmp_path).read(NOW - timedelta(days=200)) == STORED


@pytest.mark.parametrize("content", [b"", b"nonsense", b'{"written": 1}', b"\xff"])
def test_a_damaged_file_restores_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LAMPS_NAME).write_bytes(content)
    assert LampFile(tmp_path).read(NOW) == {}
