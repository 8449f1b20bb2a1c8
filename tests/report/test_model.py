"""Weeks and their totals, calculated from session summaries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.report.model import SessionTotals, Week
from talkpace.timestamps import start_of_week
from talkpace.training.effort_zones import Zone
from talkpace.training.profile import Activity

from .example_sessions import START, hills, summary_and_events


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_week_starts_on_its_first_weekday_and_contains_the_day(day: date, first_weekday: int) -> None:
    first = start_of_week(day, first_weekday)
    assert first.weekday() == first_weekday
    assert first <= day < first + timedelta(days=7)


def test_a_week_contains_its_own_sessions_in_order_and_no_others() -> None:
    sessions = [
        summary_and_events(hills(5), start=START + timedelta(days=days))[0] for days in (5, -1, 0, 6, -2)
    ]
    week = Week.of(date(2026, 11, 23), sessions)  # START is a Tuesday
    assert [len(day) for day in week.days] == [1, 1, 0, 0, 0, 0, 1]
    assert [summary.start.day for summary in week.sessions] == [23, 24, 29]


def test_totals_add_up_times_by_zone_and_activity() -> None:
    cardio = summary_and_events(hills(10))[0]
    strength = summary_and_events(hills(5), activity=Activity.STRENGTH)[0]
    totals = SessionTotals.of([cardio, strength])
    assert totals.sessions == 2
    assert totals.recorded_s == pytest.approx(cardio.recorded_s + strength.recorded_s)
    for zone in Zone:
        assert totals.zones_s[zone] == pytest.approx(cardio.zones_s[zone] + strength.zones_s[zone])
    assert totals.activities_s == {
        Activity.CARDIO: cardio.recorded_s,
        Activity.STRENGTH: strength.recorded_s,
    }
    over_s = cardio.over_ceiling_s + strength.over_ceiling_s
    assert totals.at_or_under_ceiling == pytest.approx(1 - over_s / totals.recorded_s)


def test_the_load_is_banisters_only_if_every_session_has_it() -> None:
    with_banister = summary_and_events(hills(10))[0]
    assert with_banister.load.banister_trimp is not None
    load = with_banister.load.model_copy(update={"banister_trimp": None})
    without = with_banister.model_copy(update={"load": load})
    both = SessionTotals.of([with_banister, with_banister])
    assert (both.load_name, both.load) == ("Banister", 2 * with_banister.load.banister_trimp)
    mixed = SessionTotals.of([with_banister, without])
    assert (mixed.load_name, mixed.load) == ("Edwards", mixed.edwards)


def test_no_sessions_have_no_share_under_the_ceiling() -> None:
    totals = SessionTotals.of([])
    assert (totals.sessions, totals.recorded_s, totals.at_or_under_ceiling) == (0, 0, None)
