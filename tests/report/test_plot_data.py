"""Axes have few round ticks; thinning keeps extremes, ends, order and gaps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.report.plot_data import Point, number_axis, split_at_gaps, thin, time_axis

POINTS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(30, 220).map(float)), unique_by=lambda point: point[0]
).map(sorted)


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e6))
def test_a_number_axis_has_at_most_8_ticks_all_within_it(low: float, length: float) -> None:
    axis = number_axis(low, low + length)
    assert len(axis.ticks) <= 8
    assert all(axis.low - 1e-3 * length <= value <= axis.high + 1e-3 * length for value, _ in axis.ticks)


@given(st.integers(0, 10 * 86_400_000))
def test_a_time_axis_has_at_most_7_ticks_starting_at_0(end_ms: int) -> None:
    axis = time_axis(end_ms)
    assert len(axis.ticks) <= 7
    assert axis.ticks[0][1] == "0:00"
    assert all(value <= axis.high for value, _ in axis.ticks)


def test_tick_labels_are_round_numbers_and_times() -> None:
    assert [label for _, label in number_axis(57, 171).ticks] == ["60", "80", "100", "120", "140", "160"]
    assert [label for _, label in number_axis(0.3, 1, decimals=2).ticks] == ["0.40", "0.60", "0.80", "1.00"]
    assert [label for _, label in time_axis(45 * 60_000).ticks] == ["0:00", "0:10", "0:20", "0:30", "0:40"]
    assert [label for _, label in time_axis(6 * 3_600_000).ticks] == [f"{hour}:00" for hour in range(7)]


def test_an_axis_of_zero_length_is_refused() -> None:
    with pytest.raises(ValueError, match="axis has no length"):
        number_axis(5, 5)


def test_values_outside_an_axis_are_placed_at_its_ends() -> None:
    axis = number_axis(100, 200)
    assert [axis.place(value) for value in (50, 100, 150, 200, 900)] == [0, 0, 0.5, 1, 1]


@given(POINTS, st.integers(1, 5000))
def test_thinning_keeps_ends_and_extremes_of_each_column_and_at_most_4_points(
    points: list[Point], column_ms: int
) -> None:
    thinned = thin(points, column_ms)
    assert thinned == [point for point in points if point in thinned]
    for column in range(20_001 // column_ms + 1):
        before = [point for point in points if point[0] // column_ms == column]
        after = [point for point in thinned if point[0] // column_ms == column]
        assert len(after) <= 4
        if before:
            values, remaining = [value for _, value in before], [value for _, value in after]
            assert (min(remaining), max(remaining)) == (min(values), max(values))
            assert (after[0], after[-1]) == (before[0], before[-1])


@given(POINTS, st.integers(1, 5000))
def test_a_series_is_split_at_its_gaps_and_nowhere_else(points: list[Point], gap_ms: int) -> None:
    runs = split_at_gaps(points, gap_ms)
    assert [point for run in runs for point in run] == points
    for run in runs:
        assert all(after[0] - before[0] <= gap_ms for before, after in pairwise(run))
    for before, after in pairwise(runs):
        assert after[0][0] - before[-1][0] > gap_ms


def test_a_day_at_one_hertz_is_thinned_to_4_points_a_column() -> None:
    day: list[Point] = [(second * 1000, float(second % 97)) for second in range(86_400)]
    assert len(thin(day, 86_400_000 / 600)) <= 2400
