"""Where values lie on a plot, what is labelled, and which days make a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.practice.days import week_start
from talkpace.report.axis import number_axis, time_axis
from talkpace.report.week import week_from

from .made import START, hills, measured


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e6))
def test_a_number_axis_has_few_ticks_all_of_them_inside(low: float, length: float) -> None:
    axis = number_axis(low, low + length)
    assert len(axis.ticks) <= 8
    assert all(axis.low - 1e-3 * length <= value <= axis.high + 1e-3 * length for value, _ in axis.ticks)


@given(st.integers(0, 10 * 86_400_000))
def test_a_time_axis_has_few_ticks_from_0_on(end_ms: int) -> None:
    axis = time_axis(end_ms)
    assert len(axis.ticks) <= 7
    assert axis.ticks[0][1] == "0:00"
    assert all(value <= axis.high for value, _ in axis.ticks)


def test_labels_are_round() -> None:
    assert [label for _, label in number_axis(57, 171).ticks] == ["60", "80", "100", "120", "140", "160"]
    assert [label for _, label in number_axis(0.3, 1, decimals=2).ticks] == ["0.40", "0.60", "0.80", "1.00"]
    assert [label for _, label in time_axis(45 * 60_000).ticks] == ["0:00", "0:10", "0:20", "0:30", "0:40"]
    assert [label for _, label in time_axis(6 * 3_600_000).ticks] == [f"{hour}:00" for hour in range(7)]


def test_an_axis_without_a_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        number_axis(5, 5)


def test_what_lies_outside_is_put_at_the_edge() -> None:
    axis = number_axis(100, 200)
    assert [axis.place(value) for value in (50, 100, 150, 200, 900)] == [0, 0, 0.5, 1, 1]


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_week_starts_on_its_weekday_and_holds_the_day(day: date, starts_on: int) -> None:
    first = week_start(day, starts_on)
    assert first.weekday() == starts_on
    assert first <= day < first + timedelta(days=7)


def test_a_week_holds_its_own_sessions_in_order_and_no_others() -> None:
    sessions = [measured(hills(5), start=START + timedelta(days=days))[0] for days in (5, -1, 0, 6, -2)]
    week = week_from(date(2026, 11, 23), sessions)  # START is a Tuesday
    assert [len(day) for day in week.days] == [1, 1, 0, 0, 0, 0, 1]
    assert [summary.start.day for summary in week.sessions] == [23, 24, 29]
