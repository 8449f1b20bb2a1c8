"""Which workouts are the same one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.replay.importer import WorkoutIndex, WorkoutSpan

START = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)


def workout(from_s: float, to_s: float, session: str = "new") -> WorkoutSpan:
    return WorkoutSpan(START + timedelta(seconds=from_s), START + timedelta(seconds=to_s), session)


def index_of(*workouts: WorkoutSpan) -> WorkoutIndex:
    book = WorkoutIndex()
    for one in workouts:
        book.add(one)
    return book


STORED = workout(0, 2400, "known")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (workout(0, 2400), True),
        (workout(-4, 2405), True),
        (workout(300, 2300), True),
        (workout(-600, 3000), True),
        (workout(1200, 3600), True),
        (workout(1500, 3600), False),
        (workout(2400, 4800), False),
        (workout(86_400, 88_800), False),
    ],
    ids=["equal", "seconds", "inside", "around", "half", "a little", "after", "next day"],
)
def test_workouts_match_by_start_and_end_or_by_overlap(other: WorkoutSpan, same: bool) -> None:
    assert (index_of(STORED).find_same(other) is not None) is same


def test_the_matching_workout_is_returned() -> None:
    others = [workout(86_400 * day, 86_400 * day + 2400, f"day {day}") for day in range(-9, 10) if day]
    found = index_of(*others, STORED).find_same(workout(1, 2401))
    assert found == STORED


def test_a_workout_without_duration_matches_by_start_and_end() -> None:
    assert index_of(workout(0, 0, "known")).find_same(workout(3, 4)) is not None
    assert index_of(workout(0, 0, "known")).find_same(workout(60, 60)) is None


SPANS = st.lists(st.tuples(st.integers(-200_000, 200_000), st.integers(120, 20_000)), max_size=20)


@given(SPANS, st.tuples(st.integers(-200_000, 200_000), st.integers(120, 20_000)))
def test_the_order_of_adding_does_not_matter(spans: list[tuple[int, int]], other: tuple[int, int]) -> None:
    workouts = [workout(start, start + long, str(n)) for n, (start, long) in enumerate(spans)]
    asked = workout(other[0], sum(other))
    assert index_of(*workouts).find_same(asked) == index_of(*reversed(workouts)).find_same(asked)
    alone = [index_of(one).find_same(asked) is not None for one in workouts]
    assert (index_of(*workouts).find_same(asked) is not None) is any(alone)
