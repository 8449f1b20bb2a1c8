"""The sessions that an earlier run left: those that are over are ended beside what beats today."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from talkpace.effort.athlete import DEFAULT_CEILINGS, Activity, AthleteValues, judge_by
from talkpace.pipeline.resume import LeftSession
from talkpace.record.items import MeasurementTaken, SessionClosed, SessionMoved, SessionOpened
from talkpace.record.rows import StrapRow

from .home import STRAP, Home

LENGTH_S = 900


def left_for(
    home: Home, seconds: float, *, athlete: str = "anna"
) -> tuple[LeftSession, list[MeasurementTaken]]:
    """A quarter of an hour with every beat, whose last measurement is so long ago."""
    taken = [
        MeasurementTaken("old", offset_ms, 120, "yes", (480.0 + offset_ms % 7, 510.0), None)
        for offset_ms in range(0, LENGTH_S * 1000, 1000)
    ]
    last_ms = taken[-1].offset_ms
    ago_ms = round(seconds * 1000) + last_ms
    left = LeftSession(
        id="old", athlete=athlete, activity=Activity.CARDIO,
        start=home.clock.wall() - timedelta(milliseconds=ago_ms), clock_synchronised=True, boot="",
        origin_ms=0, strap_address=STRAP, strap_name="H10",
        judgement=judge_by(AthleteValues(max_heart_rate=190), year=2026, ceilings=DEFAULT_CEILINGS),
        events=1, core_events=1, last_offset_ms=last_ms,
    )  # fmt: skip
    return left, taken


def all_work(home: Home) -> int:
    """How many pieces it came in."""
    pieces = 0
    while home.household.work():
        pieces += 1
    return pieces


def summary(closed: SessionClosed) -> Any:
    return json.loads(closed.summary)


async def test_a_session_that_is_over_is_ended_beside_the_one_that_begins_today() -> None:
    home = Home()
    at = home.clock.wall()
    home.household.straps_were([StrapRow(STRAP, "anna", "H10", 61, at, at, at)])
    home.household.take_up(*left_for(home, 3600), [])
    home.beat(120)
    [opened] = home.of(SessionOpened)
    assert not home.of(SessionClosed), "if the daemon stops now, the next one finds it still open"
    told = list(home.events)
    all_work(home)
    [closed] = home.of(SessionClosed)
    assert (closed.session, summary(closed)["duration_s"]) == ("old", LENGTH_S - 1)
    assert summary(closed)["hrv"]["rr_coverage"] > 0.98
    assert summary(closed)["strap"]["battery_percent"] == 61
    assert home.events == told, "nobody is in the room for it"
    kept = home.room.pipelines["anna"].kept
    assert kept is not None
    assert kept.id == opened.session


async def test_its_beats_are_worked_on_a_dozen_measurements_at_a_time() -> None:
    home = Home()
    home.household.take_up(*left_for(home, 3600), [])
    assert all_work(home) >= LENGTH_S / 12
    assert home.household.work() is False


async def test_a_session_that_goes_on_does_so_at_once_and_its_beats_are_worked_on_by_and_by() -> None:
    home = Home()
    home.household.take_up(*left_for(home, 2), [])
    [moved] = home.of(SessionMoved)
    home.beat(121)
    assert home.of(MeasurementTaken)[-1].session == moved.session == "old"
    assert all_work(home) >= LENGTH_S / 12 - 2
    await home.clock.advance(6)
    home.beat(121)
    live = home.room.pipelines["anna"].training.live(home.clock.monotonic_ms())
    assert live.hrv.rmssd_ms is not None
    assert not home.of(SessionClosed)


async def test_a_session_of_somebody_who_trains_here_no_more_is_ended() -> None:
    home = Home()
    home.household.take_up(*left_for(home, 20, athlete="carl"), [])
    all_work(home)
    [closed] = home.of(SessionClosed)
    assert summary(closed)["athlete"] == "carl"
