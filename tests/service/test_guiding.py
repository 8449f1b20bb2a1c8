"""Breathing, naps and mornings in the real daemon: over a real broker, and from the same host without one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from talkpace.alert.recorded import RecordedOutputs
from talkpace.cli.asking import asked
from talkpace.config.load import load
from talkpace.practice.entries import Breathing, Morning, Nap
from talkpace.record.store import Store
from talkpace.service.clock import Clock, FastClock
from talkpace.service.daemon import Daemon

from ..broker import Mosquitto
from ..practice.hearts import swinging
from .running import Subscriber, publish, running, subscribed, talkpace


def household(folder: Path, broker: Mosquitto | None, *more: str, strap: bool = True) -> Path:
    """Anna, with a strap on if so wanted: her heart follows a breath of six a minute, for a long time."""
    rows, second = ["t_s,hr,rr_ms"], 1
    waiting: list[str] = []
    for each in swinging(6, 15, mean_ms=950, swing_ms=70, noise_ms=6):
        while each.at_ms > second * 1000:
            rows.append(f"{second},{round(60_000 / each.rr_ms)},{' '.join(waiting)}")
            waiting.clear()
            second += 1
        waiting.append(f"{each.rr_ms:.1f}")
    ride = folder / "rest.csv"
    ride.write_text("\n".join(rows) + "\n")
    lines = [
        'node = { id = "gym" }',
        'athletes = [{ id = "anna", max_heart_rate = 180 }]',
        "bluetooth = { enabled = false }",
        "sessions = { min_duration_s = 600 }",
        f'store = {{ path = "{folder}/db/talkpace.db" }}',
        *more,
    ]
    if strap:
        lines.append(f'sources = [{{ kind = "recording", athlete = "anna", file = "{ride}" }}]')
    if broker is not None:
        lines.append(f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {broker.port} }}')
    path = folder / "talkpace.toml"
    path.write_text("\n".join(lines))
    return path


@asynccontextmanager
async def daemon_on(clock: Clock, configuration: Path) -> AsyncIterator[Daemon]:
    """The daemon in this process, with a clock of the test's."""
    stop, ready = asyncio.Event(), asyncio.Event()
    outputs = RecordedOutputs(clock.monotonic_ms)
    daemon = Daemon(load(configuration, {}), clock=clock, environ={"TZ": "Europe/Berlin"}, outputs=outputs)
    task = asyncio.create_task(daemon.run(stop, ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield daemon
    finally:
        waiting.cancel()
        stop.set()
        await task


async def told(subscriber: Subscriber, topic_end: str, **wanted: object) -> Any:
    return await asyncio.to_thread(subscriber.wait_for, topic_end, **wanted)


async def command(broker: Mosquitto, name: str, argument: object) -> None:
    topic = f"talkpace/gym/anna/command/{name}"
    await asyncio.to_thread(publish, broker.port, topic, json.dumps(argument))


def log(folder: Path) -> list[object]:
    with Store.open(folder / "db" / "talkpace.db", read_only=True) as store:
        return [entry.what for entry in store.log_entries("anna")]


async def test_a_breathing_exercise_is_led_measured_and_written_down(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto)
    with subscribed(mosquitto.port) as subscriber:
        async with daemon_on(FastClock(8), configuration):
            assert (await told(subscriber, "anna/breathing"))["state"] == "idle"
            await told(subscriber, "anna/event", event="session_started")
            await command(mosquitto, "breathe", {"pace": 6, "minutes": 2})
            await told(subscriber, "anna/session", state="idle")
            inhale = await told(subscriber, "anna/breathing", state="breathing", phase="inhale")
            assert (inhale["pace"], inhale["ratio"], inhale["phase_s"]) == (6, "4:6", 4)
            await told(subscriber, "anna/breathing", phase="exhale")
            over = await told(subscriber, "anna/breathing", state="idle")
            assert over["last"].startswith("2 min of breathing at 6 a minute, coherence 0.")
            shown = [payload["coherence"] for payload in subscriber.of("anna/breathing")]
            assert max(share for share in shown if share is not None) > 0.6
            assert subscriber.of("anna/practice")[-1]["breathing"]["today_min"] == 2
    (entry,) = log(tmp_path)
    assert isinstance(entry, Breathing)
    assert entry.coherence is not None
    assert entry.coherence > 0.5


@pytest.mark.parametrize("stopped", [True, False], ids=["ended just before", "under way"])
async def test_what_was_breathed_until_the_daemons_stop_is_kept(tmp_path: Path, stopped: bool) -> None:
    clock = FastClock(60)
    async with daemon_on(clock, household(tmp_path, None)) as daemon:
        daemon.room.command("anna", "breathe", {"pace": 6, "minutes": 10})
        await clock.sleep(90)
        if stopped:
            daemon.room.command("anna", "breathe", "stop")
    (entry,) = log(tmp_path)
    assert isinstance(entry, Breathing)
    assert entry.minutes >= 1.5


async def test_who_stops_an_exercise_from_the_same_host_is_told_what_it_came_to(tmp_path: Path) -> None:
    configuration, clock = household(tmp_path, None), FastClock(60)

    def breathe() -> object:
        with asked(load(configuration, {}), "anna", "breathe", {"minutes": 10}) as following:
            while following.says["elapsed_s"] < 70:
                time.sleep(0.05)
                following.look()
            return following.tell("breathe", "stop")["last"]

    async with daemon_on(clock, configuration):
        assert "min of breathing at 6 a minute" in str(await asyncio.to_thread(breathe))


async def told_as_it_stops(folder: Path, name: str, argument: object, *, after_s: float) -> dict[str, Any]:
    """What one is told who has followed a guide for so long as the daemon stops."""
    configuration, clock = household(folder, None), FastClock(60)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def follow() -> dict[str, Any]:
        try:
            with asked(load(configuration, {}), "anna", name, argument) as following:
                while not following.done:
                    if following.says.get("elapsed_s", after_s) >= after_s:
                        loop.call_soon_threadsafe(stop.set)
                    time.sleep(0.05)
                    following.look()
                return following.says
        finally:
            loop.call_soon_threadsafe(stop.set)

    async with daemon_on(clock, configuration):
        following = asyncio.create_task(asyncio.to_thread(follow))
        await stop.wait()
    return await following


async def test_who_breathes_as_the_daemon_stops_is_told_what_it_came_to(tmp_path: Path) -> None:
    says = await told_as_it_stops(tmp_path, "breathe", {"minutes": 60}, after_s=70)
    assert "min of breathing at 6 a minute" in says["last"]
    assert not says["last"].startswith("60 min")


async def test_who_measures_a_morning_as_the_daemon_stops_is_told_so(tmp_path: Path) -> None:
    says = await told_as_it_stops(tmp_path, "readiness", 10, after_s=0)
    assert says["problem"] == "the daemon has stopped"
    assert log(tmp_path) == []


async def test_a_morning_is_measured_and_stands_in_the_practice_topic(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto, "practice = { readiness = { minutes = 1, settle_s = 5 } }")
    with subscribed(mosquitto.port) as subscriber:
        async with daemon_on(FastClock(5), configuration):
            await told(subscriber, "anna/event", event="session_started")
            await command(mosquitto, "readiness", "start")
            await told(subscriber, "anna/session", state="idle")
            await told(subscriber, "anna/readiness", state="measuring")
            done = await told(subscriber, "anna/readiness", state="idle")
            assert done["problem"] is None
            assert done["advice"] == "building a baseline"
            standing = subscriber.of("anna/practice")[-1]
            assert standing["readiness"]["measured_today"] is True
            assert "Readiness: building a baseline." in " ".join(standing["say"])
            assert subscriber.of("anna/session")[-1]["state"] == "idle"
    (entry,) = log(tmp_path)
    assert isinstance(entry, Morning)
    assert entry.heart_rate == done["heart_rate"]


async def test_a_nap_wakes_over_a_restart_of_the_daemon_and_is_written_down(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration, clock = household(tmp_path, mosquitto, strap=False), FastClock(240)
    with subscribed(mosquitto.port) as subscriber:
        async with daemon_on(clock, configuration):
            await told(subscriber, "anna/nap", state="idle")
            await command(mosquitto, "nap", 20)
            asleep = await told(subscriber, "anna/nap", state="napping")
        async with daemon_on(clock, configuration):
            again = await told(subscriber, "anna/nap", state="napping")
            assert again["until"] == asleep["until"]
            await told(subscriber, "anna/nap", state="waking")
            await command(mosquitto, "nap", "stop")
            await told(subscriber, "anna/nap", state="idle")
            assert [result["ok"] for result in subscriber.of("anna/result")] == [True, True]
    (entry,) = log(tmp_path)
    assert isinstance(entry, Nap)
    assert 20 <= entry.minutes <= 25


def test_without_a_broker_a_nap_is_asked_for_on_the_same_host_and_kill_9_does_not_end_it(
    tmp_path: Path,
) -> None:
    configuration = str(household(tmp_path, None, strap=False))
    with running(tmp_path, Path(configuration)) as daemon:
        asleep = talkpace(tmp_path, "nap", "25", "--config", configuration, "--json")
        assert asleep.returncode == 0, asleep.stderr
        assert json.loads(asleep.stdout)["state"] == "napping"
        again = talkpace(tmp_path, "nap", "--config", configuration)
        assert (again.returncode, again.stdout) == (1, "")
        assert "a nap is under way until" in again.stderr
        daemon.kill()
    with running(tmp_path, Path(configuration), "again") as daemon:
        awake = talkpace(tmp_path, "nap", "stop", "--config", configuration)
        assert (awake.returncode, awake.stdout) == (0, "anna is awake\n")
        assert daemon.stop() == 0
    none = talkpace(tmp_path, "nap", "stop", "--config", configuration)
    assert none.returncode == 1
    assert "the daemon does not answer" in none.stderr


def test_a_breathing_exercise_is_asked_for_and_followed_from_the_same_host(tmp_path: Path) -> None:
    configuration = str(household(tmp_path, None))
    with running(tmp_path, Path(configuration)) as daemon:
        seen = talkpace(
            tmp_path, "breathe", "--athlete", "anna", "--minutes", "0.2", "--config", configuration
        )
        assert seen.returncode == 0, seen.stderr
        assert [line.split()[1] for line in seen.stdout.splitlines()] == ["in", "out"]
        assert "too short to be written down" in seen.stderr
        assert daemon.stop() == 0


def test_switched_off_nothing_of_it_is_to_be_seen(tmp_path: Path, mosquitto: Mosquitto) -> None:
    off = "\n".join(
        f"practice.{piece} = {{ enabled = false }}" for piece in ("nap", "breathing", "readiness")
    )
    configuration = household(tmp_path, mosquitto, off, strap=False)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        subscriber.wait_for("anna/practice")
        for name in ("nap", "breathe", "readiness"):
            publish(mosquitto.port, f"talkpace/gym/anna/command/{name}", '"start"')
            refused = subscriber.wait_for("anna/result", name=name)
            assert refused["error"].startswith(f"there is no command '{name}'")
            asked = talkpace(tmp_path, name, "--config", str(configuration))
            assert (asked.returncode, asked.stdout) == (2, "")
            assert "switched off" in asked.stderr
        assert daemon.stop() == 0
        subscriber.wait_for(
            "gym/status",
        )
    topics = {topic.rpartition("/")[2] for topic, _ in subscriber.seen if "/command/" not in topic}
    assert not topics & {"nap", "breathing", "readiness"}
    for standing in subscriber.of("anna/practice"):
        assert standing["breathing"] is standing["readiness"] is None


def test_switched_off_later_the_broker_forgets_what_it_remembered(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    on = household(tmp_path, mosquitto, strap=False)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, on) as daemon:
        subscriber.wait_for("anna/nap", state="idle")
        daemon.stop()
    off = household(tmp_path, mosquitto, "practice.nap = { enabled = false }", strap=False)
    with subscribed(mosquitto.port) as subscriber:
        assert subscriber.wait_for("anna/nap")["state"] == "idle"
        with running(tmp_path, off, "again") as daemon:
            assert subscriber.wait_for("anna/nap") == "(null)"  # as mosquitto_sub shows an empty one
            daemon.stop()
