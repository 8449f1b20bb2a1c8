"""What an athlete has asked for holds on over a restart: one daemon after the other on the same store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.alerts.fake import FakeOutputs
from talkpace.clock import SystemClock
from talkpace.config.load import load
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.service.app import Daemon
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.records import PendingStateChanged
from talkpace.storage.store import Store
from talkpace.training.profile import Activity

from ..fake_clock import FakeClock

STRAP = "A0:9E:1A:00:00:01"


def later_clock(later_s: int = 0) -> FakeClock:
    """Return a clock that stands `later_s` after the host's monotonic clock, within the same boot."""
    return FakeClock(datetime.now(UTC), now_ms=SystemClock().monotonic_ms() + later_s * 1000)


class Home:
    """Anna's daemon, as often as it is started."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "talkpace.db"
        self._configuration = folder / "talkpace.toml"
        self._configuration.write_text(
            f'athletes = [{{ id = "anna", max_heart_rate = 180, straps = ["{STRAP}"] }}]\n'
            f'bluetooth = {{ enabled = false }}\nstore = {{ path = "{self.database}" }}\n'
        )

    @asynccontextmanager
    async def daemon(self, *, later_s: int = 0) -> AsyncIterator[Daemon]:
        stop, ready, clock = asyncio.Event(), asyncio.Event(), later_clock(later_s)
        outputs = FakeOutputs(clock.monotonic_ms)
        daemon = Daemon(load(self._configuration, {}), clock=clock, environ={}, outputs=outputs)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(daemon.run(stop, ready))
            await ready.wait()
            yield daemon
            stop.set()

    def kept(self) -> list[PendingStateChanged]:
        with Store.open(self.database, read_only=True) as store:
            return store.pending_states()

    def change(self, statement: str) -> None:
        with sqlite3.connect(self.database) as connection:
            connection.execute(statement)
        connection.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def anna(daemon: Daemon) -> AthletePipeline:
    return daemon.registry.pipelines["anna"]


def beat(daemon: Daemon, at_ms: int) -> None:
    daemon.registry.on_event(LinkUp(at_ms, StrapInfo(STRAP)))
    daemon.registry.on_event(Notification(at_ms, STRAP, bytes([0, 120])))


def now_ms(later_s: int = 0) -> int:
    return later_clock(later_s).monotonic_ms()


async def test_a_mute_holds_on_until_it_would_have_ended(home: Home) -> None:
    async with home.daemon() as daemon:
        daemon.registry.command("anna", "mute", 600)
        until_ms = anna(daemon).muted.until_ms
        assert until_ms is not None
    async with home.daemon(later_s=300) as daemon:
        assert anna(daemon).muted.until_ms == pytest.approx(until_ms, abs=5)
    async with home.daemon(later_s=601) as daemon:
        assert anna(daemon).muted.until_ms is None


async def test_a_mute_that_was_taken_back_is_gone(home: Home) -> None:
    async with home.daemon() as daemon:
        daemon.registry.command("anna", "mute", 600)
    async with home.daemon() as daemon:
        daemon.registry.command("anna", "mute", 0)
    async with home.daemon() as daemon:
        assert anna(daemon).muted.until_ms is None


async def test_the_next_session_has_the_activity_that_was_set_for_it(home: Home) -> None:
    async with home.daemon() as daemon:
        daemon.registry.command("anna", "activity", "strength")
    async with home.daemon() as daemon:
        assert anna(daemon).training.activity is Activity.STRENGTH
        beat(daemon, now_ms())
        assert anna(daemon).training.session is not None
        daemon.registry.command("anna", "session", "end")
        assert anna(daemon).training.activity is Activity.CARDIO
    async with home.daemon() as daemon:
        assert anna(daemon).training.activity is Activity.CARDIO, "it was for that one session"


async def ended_by_command(home: Home) -> None:
    async with home.daemon() as daemon:
        beat(daemon, now_ms())
        daemon.registry.command("anna", "session", "end")


async def test_after_an_end_by_command_beats_begin_no_session_in_the_next_run_either(home: Home) -> None:
    await ended_by_command(home)
    async with home.daemon() as daemon:
        beat(daemon, now_ms())
        assert anna(daemon).active_session is None
        daemon.registry.command("anna", "session", "start")
        beat(daemon, now_ms() + 1000)
        assert anna(daemon).active_session is not None


async def test_until_the_strap_has_been_off_for_as_long_as_ends_a_session(home: Home) -> None:
    await ended_by_command(home)
    async with home.daemon() as daemon:
        assert anna(daemon).training.live(now_ms()).heart_rate is None, "no beat has come in this run"
        beat(daemon, now_ms() + 140_000)
        assert anna(daemon).active_session is None
        beat(daemon, now_ms() + 140_000 + 181_000)
        assert anna(daemon).active_session is not None


@pytest.mark.parametrize("later_s", [181, 1200, 11 * 3600])
async def test_a_workout_after_a_pause_with_the_daemon_off_is_a_session(home: Home, later_s: int) -> None:
    await ended_by_command(home)
    async with home.daemon(later_s=later_s) as daemon:
        beat(daemon, now_ms(later_s))
        assert anna(daemon).active_session is not None


@pytest.mark.parametrize(("boot", "later_s"), [("another", 0), (None, 12 * 3600 + 1)])
async def test_what_was_asked_before_the_last_boot_or_half_a_day_ago_is_forgotten(
    home: Home, boot: str | None, later_s: int
) -> None:
    async with home.daemon() as daemon:
        daemon.registry.command("anna", "mute", 86_400)
        daemon.registry.command("anna", "activity", "mindful")
        beat(daemon, now_ms())
        daemon.registry.command("anna", "session", "end")
    if boot is not None:
        home.change(f"UPDATE wishes SET boot = '{boot}'")
    async with home.daemon(later_s=later_s) as daemon:
        assert anna(daemon).muted.until_ms is None
        assert anna(daemon).training.activity is Activity.CARDIO
        beat(daemon, now_ms(later_s))
        assert anna(daemon).active_session is not None
    [kept] = home.kept()
    assert (kept.muted_until_ms, kept.activity, kept.last_suppressed_ms) == (None, "cardio", None)


async def test_what_makes_no_sense_on_record_is_passed_over(home: Home) -> None:
    async with home.daemon() as daemon:
        daemon.registry.command("anna", "mute", 600)
    home.change("UPDATE wishes SET activity = 'chess'")
    async with home.daemon() as daemon:
        assert anna(daemon).muted.until_ms is None


async def test_who_asks_for_nothing_leaves_nothing_on_record(home: Home) -> None:
    async with home.daemon() as daemon:
        beat(daemon, now_ms())
    assert home.kept() == []


async def test_the_end_of_a_recording_holds_nothing_off(home: Home) -> None:
    async with home.daemon() as daemon:
        beat(daemon, now_ms())
        anna(daemon).end_of_recording(now_ms())
        assert anna(daemon).active_session is None
    async with home.daemon() as daemon:
        beat(daemon, now_ms())
        assert anna(daemon).active_session is not None
