"""`talkpace calibrate`: on a terminal against the real daemon, the days that it lists, and their adoption."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talkpace.alerts.fake import FakeOutputs
from talkpace.config.load import load
from talkpace.habits.entries import Calibration
from talkpace.habits.log import Entry
from talkpace.measurement.heart_rate_payload import encode
from talkpace.service.app import Daemon
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.store import Store
from talkpace.training.calibration_load import Device

from ..fake_clock import FakeClock
from ..service.daemon_process import talkpace
from .pseudo_terminal import TerminalProcess, start_on_terminal

STRAP = "A0:9E:1A:00:00:01"
BEAT_S = 5
"""between two notifications; a heart rate holds for so long"""


def household(folder: Path) -> Path:
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym" }}
        athletes = [{{ id = "anna", max_heart_rate = 180, weight_kg = 75, straps = ["{STRAP}"] }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/talkpace.db" }}
        """
    )
    return path


class Household:
    """The real daemon, whose clock and strap the test moves."""

    def __init__(self, daemon: Daemon, clock: FakeClock) -> None:
        self._daemon = daemon
        self._clock = clock

    async def read(self) -> None:
        """Let the time pass that it takes to read a question."""
        await self._clock.advance(2)

    async def train(self, minutes: float, heart_rate: int = 112) -> None:
        """Let time pass with this heart rate."""
        for _ in range(round(minutes * 60 / BEAT_S)):
            await self._clock.advance(BEAT_S)
            payload = encode(heart_rate, rr_ms=[60_000 / heart_rate])
            self._daemon.registry.on_event(Notification(self._clock.monotonic_ms(), STRAP, payload))
        await self._clock.advance(1)


@asynccontextmanager
async def running(configuration: Path) -> AsyncIterator[Household]:
    clock, stop, ready = FakeClock(datetime(2026, 6, 1, 18, tzinfo=UTC)), asyncio.Event(), asyncio.Event()
    daemon = Daemon(
        load(configuration, {}),
        clock=clock,
        environ={"TZ": "Europe/Berlin"},
        outputs=FakeOutputs(clock.monotonic_ms),
    )
    task = asyncio.create_task(daemon.run(stop, ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    daemon.registry.on_event(LinkUp(clock.monotonic_ms(), StrapInfo(STRAP)))
    try:
        yield Household(daemon, clock)
    finally:
        waiting.cancel()
        stop.set()
        await task


async def shown(terminal: TerminalProcess, text: str) -> None:
    await asyncio.to_thread(terminal.wait_for, text)


async def answer_questions(terminal: TerminalProcess, home: Household) -> None:
    for first_words in ("Do you take a drug", "Is your heart rhythm", "chest pain", "pregnant", "physician"):
        await shown(terminal, first_words)
        await home.read()
        terminal.press("n")
    await shown(terminal, "Put the strap on")


@pytest.mark.unmeasured
async def test_a_whole_calibration_on_a_terminal_ends_in_a_value(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    async with running(configuration) as home:
        with start_on_terminal(
            tmp_path, "calibrate", "--config", str(configuration), columns=120
        ) as terminal:
            await answer_questions(terminal, home)
            await home.train(2.1, 70)
            await shown(terminal, "Warm up for four minutes. [25 W]")
            await home.train(5.6, 95)
            for load, answer in (("50 W", "y"), ("75 W", "y"), ("100 W", "s")):
                await shown(terminal, f"yes, not sure, or no? [{load}]")
                terminal.press(answer)
                if answer == "y":
                    await shown(terminal, f"Keep this load. [{load}]")
                    await home.train(2, 105)
            await shown(terminal, "Stop for three minutes")
            await home.train(3, 80)
            await shown(terminal, "Twelve minutes at an even load. [50 W]")
            for minutes in (6.1, 3):
                await home.train(minutes)
                await shown(terminal, "yes, not sure, or no? [50 W]")
                terminal.press("y")
                await shown(terminal, "Keep this load.")
            await home.train(3)
            await shown(terminal, "yes, not sure, or no? [50 W]")
            terminal.press("y")
            assert await asyncio.to_thread(terminal.exit_code) == 0
    assert b"Today's value: 112 bpm, from 11.9 minutes of comfortable speech." in terminal.raw
    assert b"1 of 3 days are measured" in terminal.raw
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        (entry,) = store.log_entries("anna")
        (session,) = store.sessions("anna")
    assert isinstance(entry.content, Calibration)
    assert (entry.content.heart_rate, entry.content.mets) == (112, 4)
    assert session is not None


async def test_a_yes_to_a_question_is_told_why_and_ends_with_exit_code_1(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    async with running(configuration):
        with start_on_terminal(tmp_path, "calibrate", "--config", str(configuration)) as terminal:
            await shown(terminal, "Do you take a drug")
            terminal.press("y")
            await shown(terminal, "Ask your physician for a ceiling.")
            assert await asyncio.to_thread(terminal.exit_code) == 1


async def test_q_and_ctrl_c_stop_it_in_the_daemon_too(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    arguments = ("calibrate", "--config", str(configuration), "--device", "treadmill")
    async with running(configuration) as home:
        with start_on_terminal(tmp_path, *arguments) as terminal:
            await answer_questions(terminal, home)
            await home.train(2.1, 70)
            await shown(terminal, "[4.8 km/h, 0 % incline]")
            terminal.press("y")
            await shown(terminal, "no question is being asked now")
            terminal.press("q")
            await shown(terminal, "No value today")
            assert await asyncio.to_thread(terminal.exit_code) == 1
        with start_on_terminal(tmp_path, *arguments) as terminal:
            await shown(terminal, "Do you take a drug")
            terminal.press("\x03")
            assert await asyncio.to_thread(terminal.exit_code) == 1
        with start_on_terminal(tmp_path, *arguments) as terminal:  # neither is in progress any more
            await shown(terminal, "Do you take a drug")


async def test_a_daemon_that_stops_is_told(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    with start_on_terminal(tmp_path, "calibrate", "--config", str(configuration)) as terminal:
        async with running(configuration) as home:
            await answer_questions(terminal, home)
        await shown(terminal, "The daemon was stopped.")
        assert await asyncio.to_thread(terminal.exit_code) == 1


def log_days(folder: Path, *rates: int) -> None:
    """Write calibrations of the last days into the store."""
    now = datetime.now(UTC)
    with Store.open(folder / "talkpace.db") as store:
        for number, rate in enumerate(rates):
            at = now - timedelta(days=1 + 2 * (len(rates) - number))
            content = Calibration(
                heart_rate=rate, lowest=90, highest=150, minutes=12, device=Device.BIKE, mets=5, alpha1=119.6
            )
            store.add_log_entry(Entry(f"a{number}", "anna", at, at, content))


def test_three_days_are_listed_and_adopted_with_their_origin(tmp_path: Path) -> None:
    configuration = str(household(tmp_path))
    log_days(tmp_path, 118, 121, 119)
    listed = talkpace(tmp_path, "calibrate", "show", "--config", configuration)
    assert "Proposed ceiling: 66 % (119 bpm; the days were 118 to 121)." in listed.stdout
    assert "70 % of your maximum would be 126 bpm." in listed.stdout
    assert "DFA alpha 1 passed 0.75 at 120 bpm." in listed.stdout
    assert "It was not shown to beat 70 % of a measured maximum" in listed.stdout
    adopted = talkpace(tmp_path, "calibrate", "adopt", "--config", configuration)
    assert adopted.returncode == 0, adopted.stderr
    assert "anna: a ceiling of 66% (119 bpm), from the next session on" in adopted.stdout
    athlete = json.loads(
        talkpace(tmp_path, "athlete", "show", "anna", "--config", configuration, "--json").stdout
    )
    assert athlete["ceilings"]["cardio"] == 0.66
    assert athlete["history"][-1]["source"].startswith("calibration, 20")
    week = json.loads(talkpace(tmp_path, "week", "--config", configuration, "--json").stdout)
    assert week["calibration"]["adopted_ceiling"] == 0.66


def test_fewer_than_three_days_are_not_adopted(tmp_path: Path) -> None:
    configuration = str(household(tmp_path))
    log_days(tmp_path, 118, 121)
    adopted = talkpace(tmp_path, "calibrate", "adopt", "--config", configuration)
    assert (adopted.returncode, adopted.stdout) == (2, "")
    assert "2 of 3 days within 90 are measured" in adopted.stderr
    document = json.loads(talkpace(tmp_path, "calibrate", "show", "--config", configuration, "--json").stdout)
    assert (len(document["days"]), document["proposal"]) == (2, None)


async def test_a_ceiling_is_adopted_through_the_running_daemon(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    now = datetime(2026, 6, 1, 18, tzinfo=UTC)
    with Store.open(tmp_path / "talkpace.db") as store:
        for ago in (5, 3, 1):
            at = now - timedelta(days=ago)
            content = Calibration(
                heart_rate=118 + ago, lowest=90, highest=150, minutes=12, device=Device.BIKE, mets=5
            )
            store.add_log_entry(Entry(f"a{ago}", "anna", at, at, content))
    async with running(configuration):
        arguments = ("calibrate", "adopt", "--config", str(configuration), "--json")
        adopted = await asyncio.to_thread(talkpace, tmp_path, *arguments)
    assert adopted.returncode == 0, adopted.stderr
    assert json.loads(adopted.stdout) == {
        "athlete": "anna",
        "ceiling": 0.67,
        "heart_rate": 121,
        "day": "2026-05-31",
        "doubts": [],
    }


@pytest.mark.parametrize("arguments", [["begin"], ["--device", "boat"], ["show", "--athlete", "nobody"]])
def test_wrong_usage_ends_with_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    result = talkpace(tmp_path, "calibrate", *arguments, "--config", str(household(tmp_path)))
    assert (result.returncode, result.stdout) == (2, "")


def test_without_a_daemon_it_says_so_in_one_line(tmp_path: Path) -> None:
    result = talkpace(tmp_path, "calibrate", "--config", str(household(tmp_path)))
    assert result.returncode == 1
    assert "the daemon does not run" in result.stderr
