"""Thinning keeps what the eye sees: extremes, ends, order and gaps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from talkpace.report.thinning import Point, runs, thinned

POINTS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(30, 220).map(float)), unique_by=lambda point: point[0]
).map(sorted)


@given(POINTS, st.integers(1, 5000))
def test_each_column_keeps_its_extremes_and_ends_and_no_more_than_four(
    points: list[Point], column_ms: int
) -> None:
    kept = thinned(points, column_ms)
    assert kept == [point for point in points if point in kept]
    for column in range(20_001 // column_ms + 1):
        before = [point for point in points if point[0] // column_ms == column]
        after = [point for point in kept if point[0] // column_ms == column]
        assert len(after) <= 4
        if before:
            values, left = [value for _, value in before], [value for _, value in after]
            assert (min(left), max(left)) == (min(values), max(values))
            assert (after[0], after[-1]) == (before[0], before[-1])


@given(POINTS, st.integers(1, 5000))
def test_runs_are_cut_exactly_at_the_gaps(points: list[Point], gap_ms: int) -> None:
    pieces = runs(points, gap_ms)
    assert [point for piece in pieces for point in piece] == points
    for piece in pieces:
        assert all(after[0] - before[0] <= gap_ms for before, after in pairwise(piece))
    for before, after in pairwise(pieces):
        assert after[0][0] - before[-1][0] > gap_ms


def test_a_day_at_one_hertz_becomes_a_few_thousand_points() -> None:
    day: list[Point] = [(second * 1000, float(second % 97)) for second in range(86_400)]
    assert len(thinned(day, 86_400_000 / 600)) <= 2400
