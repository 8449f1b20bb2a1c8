"""Load over weeks: means, monotony, and how a week compares with the weeks before it."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.training.load import (
    HISTORY_DAYS,
    LOAD_CAVEATS,
    LoadMeasure,
    LoadStatus,
    LoadTrend,
    SessionLoad,
    compute_load_history,
    compute_load_status,
    describe_load,
)

TODAY = date(2026, 11, 23)


def days_ago(days: int, banister: float | None = 60.0, edwards: float = 80.0) -> SessionLoad:
    return SessionLoad(TODAY - timedelta(days=days), banister, edwards)


def status(*sessions: SessionLoad) -> LoadStatus:
    return compute_load_status(sessions, TODAY)


def weeks(load_of: Callable[[int], float], *, first: int) -> Iterable[SessionLoad]:
    """A session a day with this load, by how many days ago."""
    return [days_ago(ago, load_of(ago)) for ago in range(first, -1, -1)]


# -- means ---------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 500), min_size=1, max_size=HISTORY_DAYS))
def test_means_are_those_of_the_days_on_record_exponentially_weighted(loads: list[float]) -> None:
    sessions = [days_ago(ago, load) for ago, load in enumerate(reversed(loads))]
    found = status(*sessions)
    for mean, days in ((found.acute, 7), (found.chronic, 28)):
        weights = [(1 - 2 / (days + 1)) ** ago for ago in range(len(loads))]
        expected = sum(w * x for w, x in zip(weights, reversed(loads), strict=True)) / sum(weights)
        assert mean == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_after_months_the_means_follow_the_recursion_of_williams() -> None:
    noise = random.Random(7)
    loads = [noise.choice((0.0, 40.0, 90.0)) for _ in range(HISTORY_DAYS)]
    history = compute_load_history(
        [days_ago(HISTORY_DAYS - 1 - day, load) for day, load in enumerate(loads)], TODAY
    )
    yesterday, today = history.days[-2:]
    assert today.acute == pytest.approx(2 / 8 * loads[-1] + 6 / 8 * yesterday.acute, rel=1e-4)
    assert today.chronic == pytest.approx(2 / 29 * loads[-1] + 27 / 29 * yesterday.chronic, rel=1e-4)


def test_equal_daily_loads_are_every_mean() -> None:
    found = status(*weeks(lambda _ago: 50.0, first=100))
    assert found.acute == pytest.approx(50)
    assert found.chronic == pytest.approx(50)
    assert found.ratio == pytest.approx(1)
    assert (found.week, found.usual_week, found.trend) == (350, 350, LoadTrend.STEADY)


def test_a_day_without_a_session_counts_as_nothing_and_two_sessions_of_a_day_add_up() -> None:
    history = compute_load_history([days_ago(3), days_ago(1, 20.0), days_ago(1, 30.0)], TODAY)
    assert [(day.sessions, day.load) for day in history.days] == [(1, 60), (0, 0), (2, 50), (0, 0)]
    assert [day.day for day in history.days] == [TODAY - timedelta(days=ago) for ago in (3, 2, 1, 0)]
    assert history.status.today == 0


def test_the_order_of_sessions_and_those_of_other_times_do_not_matter() -> None:
    sessions = [days_ago(ago, 40.0 + ago) for ago in range(0, 60, 2)]
    others = [days_ago(-1, 500.0), days_ago(HISTORY_DAYS, 500.0)]
    shuffled = [*sessions, *others]
    random.Random(3).shuffle(shuffled)
    assert status(*shuffled) == status(*sessions)


def test_without_sessions_the_load_status_is_empty() -> None:
    history = compute_load_history([], TODAY)
    assert history.days == ()
    found = history.status
    assert (found.days_on_record, found.week, found.acute, found.chronic) == (0, 0, 0, 0)
    assert (found.ratio, found.monotony, found.usual_week) == (None, None, None)
    assert found.trend is LoadTrend.TOO_EARLY


# -- which load ----------------------------------------------------------------------------------------


def test_banister_and_edwards_loads_are_never_mixed() -> None:
    assert status(days_ago(2), days_ago(0)).measure is LoadMeasure.BANISTER
    found = status(days_ago(2, None, 70.0), days_ago(0, 60.0, 80.0))
    assert (found.measure, found.week) == (LoadMeasure.EDWARDS, 150)
    assert any("Edwards" in line for line in describe_load(found))


def test_a_session_without_banisters_load_stops_counting_when_it_leaves_the_history() -> None:
    assert status(days_ago(HISTORY_DAYS, None), days_ago(0)).measure is LoadMeasure.BANISTER
    assert status(days_ago(HISTORY_DAYS - 1, None), days_ago(0)).measure is LoadMeasure.EDWARDS


# -- monotony and strain -------------------------------------------------------------------------------


def test_monotony_and_strain_follow_foster() -> None:
    week = [600.0, 200.0, 400.0, 500.0, 100.0, 650.0, 0.0]
    found = status(*[days_ago(6 - day, load) for day, load in enumerate(week)])
    deviation = math.sqrt(sum((load - 350) ** 2 for load in week) / 6)
    assert found.monotony == pytest.approx(350 / deviation)
    assert found.strain == pytest.approx(2450 * 350 / deviation)
    assert statistics.stdev(week) == pytest.approx(deviation)


def test_seven_equal_days_have_no_monotony() -> None:
    found = status(*weeks(lambda _ago: 50.0, first=30))
    assert (found.monotony, found.strain) == (None, None)
    assert any("all seven days were alike" in line for line in describe_load(found))


def test_monotony_waits_for_seven_days_on_record() -> None:
    assert status(days_ago(5)).monotony is None
    assert status(days_ago(6)).monotony is not None


# -- the trend -----------------------------------------------------------------------------------------


def test_a_usual_week_needs_four_weeks_on_record() -> None:
    before, after = status(days_ago(26), days_ago(0)), status(days_ago(27), days_ago(0))
    assert (before.ratio, before.usual_week, before.trend) == (None, None, LoadTrend.TOO_EARLY)
    assert after.ratio is not None
    assert after.trend is not LoadTrend.TOO_EARLY


@pytest.mark.parametrize("every_days", [1, 2, 3, 4, 7])
def test_regular_training_is_never_reported_as_climbing(every_days: int) -> None:
    for today in range(100, 110):
        sessions = [
            SessionLoad(TODAY + timedelta(days=day), 60.0, 80.0) for day in range(0, today + 1, every_days)
        ]
        assert compute_load_status(sessions, TODAY + timedelta(days=today)).trend is LoadTrend.STEADY


def test_twice_the_usual_load_is_climbing_and_a_fifth_is_easing() -> None:
    more = status(*weeks(lambda ago: 100.0 if ago < 7 else 50.0, first=60))
    assert (more.week, more.usual_week, more.trend) == (700, 350, LoadTrend.CLIMBING)
    less = status(*weeks(lambda ago: 10.0 if ago < 7 else 50.0, first=60))
    assert less.trend is LoadTrend.EASING


def test_one_hard_day_in_a_usual_week_is_not_climbing() -> None:
    found = status(*weeks(lambda ago: 100.0 if ago == 0 else 50.0, first=60))
    assert found.trend is LoadTrend.STEADY


def test_after_an_empty_month_the_trend_is_returning_and_not_climbing() -> None:
    sessions = [days_ago(ago) for ago in range(40, 100, 2)]
    assert status(*sessions).trend is LoadTrend.EASING
    assert status(*sessions, days_ago(0)).trend is LoadTrend.RETURNING


# -- words ---------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 80), st.floats(0, 300), st.booleans()), max_size=40))
def test_every_load_status_has_a_description(
    sessions: list[tuple[int, float, bool]],
) -> None:
    found = status(*[days_ago(ago, load if known else None, load) for ago, load, known in sessions])
    events = describe_load(found)
    assert all(events)
    assert not any("None" in line or "nan" in line or "inf" in line for line in events)
    assert (found.monotony is None) is not any(
        line.startswith("Monotony ") and "has no" not in line for line in events
    )


def test_the_caveats_say_that_load_predicts_neither_injury_nor_illness() -> None:
    assert any("foretells neither injury nor illness" in line for line in LOAD_CAVEATS)
