"""AthleteManager restores the sessions of an earlier run, or ends them beside today's."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from talkpace.service.session_restore import UnfinishedSession
from talkpace.storage.records import MeasurementRecord, SessionClosed, SessionMoved, SessionOpened, StrapRow
from talkpace.training.profile import DEFAULT_CEILINGS, Activity, AthleteValues, resolve_profile

from .manager_harness import STRAP, ManagerHarness

LENGTH_S = 900


def unfinished_session(harness: ManagerHarness, age_s: float, *, athlete: str = "anna") -> UnfinishedSession:
    """A session of 15 minutes with every RR interval, whose last measurement is `age_s` old."""
    measurements = tuple(
        MeasurementRecord("old", offset_ms, 120, "yes", (480.0 + offset_ms % 7, 510.0), None)
        for offset_ms in range(0, LENGTH_S * 1000, 1000)
    )
    last_ms = measurements[-1].offset_ms
    ago_ms = round(age_s * 1000) + last_ms
    return UnfinishedSession(
        id="old", athlete=athlete, activity=Activity.CARDIO,
        start=harness.clock.wall() - timedelta(milliseconds=ago_ms), clock_synchronised=True, boot="",
        origin_ms=0, strap_address=STRAP, strap_name="H10",
        profile=resolve_profile(AthleteValues(max_heart_rate=190), year=2026, ceilings=DEFAULT_CEILINGS),
        events=1, training_events=1, last_offset_ms=last_ms, measurements=measurements,
    )  # fmt: skip


def process_all(harness: ManagerHarness) -> int:
    """Process the whole backlog; return the number of pieces."""
    pieces = 0
    while harness.manager.process_backlog():
        pieces += 1
    return pieces


def summary(closed: SessionClosed) -> Any:
    return json.loads(closed.summary)


async def test_a_restored_session_that_is_too_old_is_ended_beside_todays_session() -> None:
    harness = ManagerHarness()
    at = harness.clock.wall()
    harness.manager.restore_straps([StrapRow(STRAP, "anna", "H10", 61, at, at, at)])
    harness.manager.restore_session(unfinished_session(harness, 3600))
    harness.beat(120)
    [opened] = harness.of(SessionOpened)
    assert not harness.of(SessionClosed), "if the daemon stops now, the next one finds it still open"
    events = list(harness.events)
    process_all(harness)
    [closed] = harness.of(SessionClosed)
    assert (closed.session, summary(closed)["duration_s"]) == ("old", LENGTH_S - 1)
    assert summary(closed)["hrv"]["rr_coverage"] > 0.98
    assert summary(closed)["strap"]["battery_percent"] == 61
    assert harness.events == events, "no alert for a session that is over"
    current = harness.registry.pipelines["anna"].active_session
    assert current is not None
    assert current.id == opened.session


async def test_the_beats_of_a_restored_session_are_processed_in_small_pieces() -> None:
    harness = ManagerHarness()
    harness.manager.restore_session(unfinished_session(harness, 3600))
    assert process_all(harness) >= LENGTH_S / 12
    assert harness.manager.process_backlog() is False


async def test_a_restored_session_continues_at_once_before_its_beats_are_processed() -> None:
    harness = ManagerHarness()
    harness.manager.restore_session(unfinished_session(harness, 2))
    [moved] = harness.of(SessionMoved)
    harness.beat(121)
    assert harness.of(MeasurementRecord)[-1].session == moved.session == "old"
    assert process_all(harness) >= LENGTH_S / 12 - 2
    await harness.clock.advance(6)
    harness.beat(121)
    live = harness.registry.pipelines["anna"].training.live(harness.clock.monotonic_ms())
    assert live.hrv.rmssd_ms is not None
    assert not harness.of(SessionClosed)


async def test_a_restored_session_of_an_athlete_who_was_removed_is_ended() -> None:
    harness = ManagerHarness()
    harness.manager.restore_session(unfinished_session(harness, 20, athlete="carl"))
    process_all(harness)
    [closed] = harness.of(SessionClosed)
    assert summary(closed)["athlete"] == "carl"
