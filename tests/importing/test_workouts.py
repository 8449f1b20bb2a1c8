"""Which workouts are the same one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.importing.workouts import Workout, Workouts

START = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)


def workout(from_s: float, to_s: float, session: str = "new") -> Workout:
    return Workout(START + timedelta(seconds=from_s), START + timedelta(seconds=to_s), session)


def known(*workouts: Workout) -> Workouts:
    book = Workouts()
    for one in workouts:
        book.add(one)
    return book


KNOWN = workout(0, 2400, "known")


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
def test_nobody_trains_twice_at_once(other: Workout, same: bool) -> None:
    assert (known(KNOWN).same_as(other) is not None) is same


def test_the_one_that_it_is_is_told() -> None:
    others = [workout(86_400 * day, 86_400 * day + 2400, f"day {day}") for day in range(-9, 10) if day]
    found = known(*others, KNOWN).same_as(workout(1, 2401))
    assert found == KNOWN


def test_a_workout_of_no_length_is_the_same_where_it_begins_and_ends_so() -> None:
    assert known(workout(0, 0, "known")).same_as(workout(3, 4)) is not None
    assert known(workout(0, 0, "known")).same_as(workout(60, 60)) is None


SPANS = st.lists(st.tuples(st.integers(-200_000, 200_000), st.integers(120, 20_000)), max_size=20)


@given(SPANS, st.tuples(st.integers(-200_000, 200_000), st.integers(120, 20_000)))
def test_the_order_in_which_they_came_does_not_matter(
    spans: list[tuple[int, int]], other: tuple[int, int]
) -> None:
    workouts = [workout(start, start + long, str(n)) for n, (start, long) in enumerate(spans)]
    asked = workout(other[0], sum(other))
    assert known(*workouts).same_as(asked) == known(*reversed(workouts)).same_as(asked)
    alone = [known(one).same_as(asked) is not None for one in workouts]
    assert (known(*workouts).same_as(asked) is not None) is any(alone)
