"""The pace of a breathing exercise, instant by instant."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.practice.breathing import PACES_TO_TRY, Exercise, Phase, Ratio

paces = st.floats(4, 7, allow_nan=False)
ratios = st.builds(Ratio, st.floats(3, 6), st.floats(3, 6))
exercises = st.builds(Exercise.of, paces, st.floats(0.1, 20), ratios)


def test_six_breaths_a_minute_are_four_seconds_in_and_six_out() -> None:
    exercise = Exercise.of(6, 5)
    turns = list(exercise.turns())
    assert [(turn.at_ms, turn.lasts_ms, turn.phase) for turn in turns[:3]] == [
        (0, 4000, "inhale"),
        (4000, 6000, "exhale"),
        (10_000, 4000, "inhale"),
    ]
    assert len(turns) == 60
    assert exercise.duration_ms == 300_000


def test_a_search_goes_through_the_paces_two_minutes_each() -> None:
    exercise = Exercise.through(PACES_TO_TRY, 2)
    assert [(step.pace, step.breaths) for step in exercise.steps] == [
        (6.5, 13), (6.0, 12), (5.5, 11), (5.0, 10), (4.5, 9),
    ]  # fmt: skip
    assert exercise.duration_ms == 600_000


@given(exercises)
def test_turns_follow_each_other_without_a_gap_and_alternate(exercise: Exercise) -> None:
    turns = list(exercise.turns())
    assert turns[0].at_ms == 0
    for one, other in pairwise(turns):
        assert other.at_ms == one.at_ms + one.lasts_ms
        assert other.phase != one.phase
    assert turns[-1].at_ms + turns[-1].lasts_ms == exercise.duration_ms
    assert all(turn.lasts_ms > 0 for turn in turns)


@given(exercises)
def test_however_long_the_pace_is_kept(exercise: Exercise) -> None:
    step = exercise.steps[0]
    assert exercise.duration_ms == pytest.approx(step.breaths * 60_000 / step.pace, abs=1)


@given(exercises, st.data())
def test_at_every_instant_the_breath_is_where_the_last_turn_put_it(
    exercise: Exercise, data: st.DataObject
) -> None:
    at_ms = data.draw(st.integers(0, exercise.duration_ms - 1))
    turn = max((turn for turn in exercise.turns() if turn.at_ms <= at_ms), key=lambda turn: turn.at_ms)
    breath = exercise.at(at_ms)
    assert breath is not None
    assert breath.phase is turn.phase
    assert breath.left_ms == turn.at_ms + turn.lasts_ms - at_ms
    assert 0 <= breath.fullness <= 1


def test_the_lungs_fill_while_it_goes_in_and_empty_while_it_goes_out() -> None:
    exercise = Exercise.of(6, 1, Ratio(5, 5))
    fullness = [breath.fullness for ms in range(0, 10_000, 100) if (breath := exercise.at(ms))]
    assert fullness[0] == 0
    assert fullness[50] == 1
    assert fullness[:51] == sorted(fullness[:51])
    assert fullness[50:] == sorted(fullness[50:], reverse=True)


def test_once_it_is_over_there_is_no_breath() -> None:
    assert Exercise.of(6, 1).at(60_000) is None


@pytest.mark.parametrize("pace", [3.9, 7.1, float("nan"), 0, -6])
def test_a_pace_out_of_bounds_is_refused(pace: float) -> None:
    with pytest.raises(ValueError, match="from 4 to 7 breaths a minute"):
        Exercise.of(pace, 5)


@pytest.mark.parametrize("minutes", [0, -1, 61, float("nan")])
def test_so_are_minutes(minutes: float) -> None:
    with pytest.raises(ValueError, match="minutes must be"):
        Exercise.of(6, minutes)


@pytest.mark.parametrize("text", ["4", "4:6:2", "a:b", "0:6", "1:9", "-4:-6", "nan:6", ""])
def test_a_ratio_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="4:6"):
        Ratio.of(text)


def test_a_ratio_is_written_as_it_is_read() -> None:
    assert str(Ratio.of("4:6")) == "4:6"
    assert Ratio.of("5:5").share == Ratio.of("1:1").share == 0.5
    assert Phase("inhale") is Phase.INHALE
