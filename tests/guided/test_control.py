"""Breathing, naps and mornings in the real daemon: over a real broker, and from the same host without one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from talkpace.alerts.fake import FakeOutputs
from talkpace.cli.daemon_client import follow_exercise
from talkpace.clock import Clock, FastClock
from talkpace.config.load import load
from talkpace.habits.entries import Breathing, Morning, Nap
from talkpace.language.sentences import Language, sentences
from talkpace.service.app import Daemon
from talkpace.storage.store import Store
from talkpace.training.calibration_questions import Question

from ..broker import Mosquitto
from ..habits.rr_series import sine_intervals
from ..service.daemon_process import PATIENCE_S, Subscriber, publish, running, subscribed, talkpace


def household(folder: Path, broker: Mosquitto | None, *more: str, strap: bool = True) -> Path:
    """Anna, with a strap on if so wanted: her heart follows a breath of six a minute, for a long time."""
    rows, second = ["t_s,hr,rr_ms"], 1
    waiting: list[str] = []
    for each in sine_intervals(6, 15, mean_ms=950, swing_ms=70, noise_ms=6):
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
    outputs = FakeOutputs(clock.monotonic_ms)
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
        return [entry.content for entry in store.log_entries("anna")]


async def test_a_breathing_exercise_is_guided_published_and_logged(
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
            assert subscriber.of("anna/habits")[-1]["breathing"]["today_min"] == 2
    (entry,) = log(tmp_path)
    assert isinstance(entry, Breathing)
    assert entry.coherence is not None
    assert entry.coherence > 0.5


@pytest.mark.parametrize("stopped", [True, False], ids=["ended just before", "under way"])
async def test_an_exercise_is_logged_when_the_daemon_stops(tmp_path: Path, stopped: bool) -> None:
    clock = FastClock(60)
    async with daemon_on(clock, household(tmp_path, None)) as daemon:
        daemon.registry.command("anna", "breathe", {"pace": 6, "minutes": 10})
        await clock.sleep(90)
        if stopped:
            daemon.registry.command("anna", "breathe", "stop")
    (entry,) = log(tmp_path)
    assert isinstance(entry, Breathing)
    assert entry.minutes >= 1.5


async def test_a_local_stop_request_returns_the_result_of_the_exercise(tmp_path: Path) -> None:
    configuration, clock = household(tmp_path, None), FastClock(60)

    def breathe() -> object:
        minutes = {"minutes": 10}
        with follow_exercise(load(configuration, {}), "anna", "breathe", minutes, topic="breathing") as led:
            while led.state["elapsed_s"] < 70:
                led.poll(PATIENCE_S)
            return led.send("breathe", "stop")["last"]

    async with daemon_on(clock, configuration):
        assert "min of breathing at 6 a minute" in str(await asyncio.to_thread(breathe))


async def told_as_it_stops(
    folder: Path, name: str, argument: object, *, topic: str, after_s: float
) -> dict[str, Any]:
    """What one is told who has followed a guide for so long as the daemon stops."""
    configuration, clock = household(folder, None), FastClock(60)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def follow() -> dict[str, Any]:
        try:
            with follow_exercise(load(configuration, {}), "anna", name, argument, topic=topic) as led:
                while not led.finished:
                    if led.state.get("elapsed_s", after_s) >= after_s:
                        loop.call_soon_threadsafe(stop.set)
                    led.poll(PATIENCE_S)
                return led.state
        finally:
            loop.call_soon_threadsafe(stop.set)

    async with daemon_on(clock, configuration):
        following = asyncio.create_task(asyncio.to_thread(follow))
        await stop.wait()
    return await following


async def test_a_local_request_gets_the_result_when_the_daemon_stops(tmp_path: Path) -> None:
    says = await told_as_it_stops(tmp_path, "breathe", {"minutes": 60}, topic="breathing", after_s=70)
    assert "min of breathing at 6 a minute" in says["last"]
    assert not says["last"].startswith("60 min")


async def test_a_local_readiness_request_is_told_that_the_daemon_stopped(tmp_path: Path) -> None:
    says = await told_as_it_stops(tmp_path, "readiness", 10, topic="readiness", after_s=0)
    assert says["problem"] == "the daemon was stopped"
    assert log(tmp_path) == []


async def test_a_readiness_result_is_published_with_the_habits(tmp_path: Path, mosquitto: Mosquitto) -> None:
    configuration = household(tmp_path, mosquitto, "habits = { readiness = { minutes = 1, settle_s = 5 } }")
    with subscribed(mosquitto.port) as subscriber:
        async with daemon_on(FastClock(5), configuration):
            await told(subscriber, "anna/event", event="session_started")
            await command(mosquitto, "readiness", "start")
            await told(subscriber, "anna/session", state="idle")
            await told(subscriber, "anna/readiness", state="measuring")
            done = await told(subscriber, "anna/readiness", state="idle")
            assert done["problem"] is None
            assert done["advice"] == "building a baseline"
            standing = subscriber.of("anna/habits")[-1]
            assert standing["readiness"]["measured_today"] is True
            assert "Readiness: building a baseline." in " ".join(standing["say"])
            assert subscriber.of("anna/session")[-1]["state"] == "idle"
    (entry,) = log(tmp_path)
    assert isinstance(entry, Morning)
    assert entry.heart_rate == done["heart_rate"]


async def test_a_nap_calls_after_a_restart_of_the_daemon_and_is_logged(
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


def test_a_nap_requested_locally_without_a_broker_survives_kill_9(
    tmp_path: Path,
) -> None:
    configuration = str(household(tmp_path, None, strap=False))
    with running(tmp_path, Path(configuration)) as daemon:
        asleep = talkpace(tmp_path, "nap", "25", "--config", configuration, "--json")
        assert asleep.returncode == 0, asleep.stderr
        assert json.loads(asleep.stdout)["state"] == "napping"
        again = talkpace(tmp_path, "nap", "--config", configuration)
        assert (again.returncode, again.stdout) == (1, "")
        assert "a nap is in progress until" in again.stderr
        daemon.kill()
    with running(tmp_path, Path(configuration), "again") as daemon:
        awake = talkpace(tmp_path, "nap", "stop", "--config", configuration)
        assert (awake.returncode, awake.stdout) == (0, "anna: nap ended\n")
        assert daemon.stop() == 0
    none = talkpace(tmp_path, "nap", "stop", "--config", configuration)
    assert none.returncode == 1
    assert "the daemon does not run" in none.stderr


def test_a_breathing_exercise_can_be_requested_and_followed_locally(tmp_path: Path) -> None:
    configuration = str(household(tmp_path, None))
    with running(tmp_path, Path(configuration)) as daemon:
        seen = talkpace(
            tmp_path, "breathe", "--athlete", "anna", "--minutes", "0.2", "--config", configuration
        )
        assert seen.returncode == 0, seen.stderr
        assert [line.split()[1] for line in seen.stdout.splitlines()] == ["in", "out"]
        assert "too short to be logged" in seen.stderr
        assert daemon.stop() == 0


def test_disabled_guides_publish_nothing(tmp_path: Path, mosquitto: Mosquitto) -> None:
    off = "\n".join(f"habits.{piece} = {{ enabled = false }}" for piece in ("nap", "breathing", "readiness"))
    configuration = household(tmp_path, mosquitto, off, strap=False)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        subscriber.wait_for("anna/habits")
        for name in ("nap", "breathe", "readiness"):
            publish(mosquitto.port, f"talkpace/gym/anna/command/{name}", '"start"')
            refused = subscriber.wait_for("anna/result", name=name)
            assert refused["error"].startswith(f"there is no command '{name}'")
            asked = talkpace(tmp_path, name, "--config", str(configuration))
            assert (asked.returncode, asked.stdout) == (2, "")
            assert "is disabled" in asked.stderr
        assert daemon.stop() == 0
        subscriber.wait_for(
            "gym/status",
        )
    topics = {topic.rpartition("/")[2] for topic, _ in subscriber.seen if "/command/" not in topic}
    assert not topics & {"nap", "breathing", "readiness"}
    for standing in subscriber.of("anna/habits"):
        assert standing["breathing"] is standing["readiness"] is None


def test_retained_topics_of_disabled_guides_are_cleared(tmp_path: Path, mosquitto: Mosquitto) -> None:
    on = household(tmp_path, mosquitto, strap=False)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, on) as daemon:
        subscriber.wait_for("anna/nap", state="idle")
        daemon.stop()
    off = household(tmp_path, mosquitto, "habits.nap = { enabled = false }", strap=False)
    with subscribed(mosquitto.port) as subscriber:
        assert subscriber.wait_for("anna/nap")["state"] == "idle"
        with running(tmp_path, off, "again") as daemon:
            assert subscriber.wait_for("anna/nap") == "(null)"  # as mosquitto_sub shows an empty one
            daemon.stop()


async def answer_with_no(broker: Mosquitto, subscriber: Subscriber) -> None:
    """Answer until it is not too soon any more."""
    while True:
        await command(broker, "calibration_answer", "no")
        if (await told(subscriber, "anna/result", name="calibration_answer"))["ok"]:
            return


async def test_a_calibration_is_led_and_answered_over_mqtt(tmp_path: Path, mosquitto: Mosquitto) -> None:
    configuration = household(tmp_path, mosquitto, 'habits.calibration.language = "de"')
    with subscribed(mosquitto.port) as subscriber:
        async with daemon_on(FastClock(2), configuration):
            await told(subscriber, "anna/calibration", state="idle")
            await command(mosquitto, "calibrate", {"device": "treadmill"})
            for question in Question:
                asked = await told(subscriber, "anna/calibration", key=question.key)
                assert asked["instruction"] == sentences(Language.GERMAN)[question.key]
                await answer_with_no(mosquitto, subscriber)
            resting = await told(subscriber, "anna/calibration", state="rest")
            assert (resting["key"], resting["limit"]) == ("calibration.rest", 153)
            await command(mosquitto, "calibrate", "stop")
            over = await told(subscriber, "anna/calibration", state="idle")
            assert over["summary"][0].startswith("Abgebrochen.")
    assert log(tmp_path) == []
