"""The pace of a breathing exercise, instant by instant."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.habits.breathing import PACES_TO_TRY, BreathingPlan, Phase
from talkpace.habits.settings import Ratio

paces = st.floats(4, 7, allow_nan=False)
ratios = st.builds(Ratio, st.floats(3, 6), st.floats(3, 6))
exercises = st.builds(BreathingPlan.of, paces, st.floats(0.1, 20), ratios)


def test_at_six_breaths_per_minute_inhalation_takes_four_seconds_and_exhalation_six() -> None:
    exercise = BreathingPlan.of(6, 5)
    turns = list(exercise.turns())
    assert [(turn.at_ms, turn.lasts_ms, turn.phase) for turn in turns[:3]] == [
        (0, 4000, "inhale"),
        (4000, 6000, "exhale"),
        (10_000, 4000, "inhale"),
    ]
    assert len(turns) == 60
    assert exercise.duration_ms == 300_000


def test_a_search_for_the_best_pace_takes_two_minutes_per_pace() -> None:
    exercise = BreathingPlan.through(PACES_TO_TRY, 2)
    assert [(step.pace, step.breaths) for step in exercise.steps] == [
        (6.5, 13), (6.0, 12), (5.5, 11), (5.0, 10), (4.5, 9),
    ]  # fmt: skip
    assert exercise.duration_ms == 600_000


@given(exercises)
def test_phases_alternate_without_gaps(exercise: BreathingPlan) -> None:
    turns = list(exercise.turns())
    assert turns[0].at_ms == 0
    for one, other in pairwise(turns):
        assert other.at_ms == one.at_ms + one.lasts_ms
        assert other.phase != one.phase
    assert turns[-1].at_ms + turns[-1].lasts_ms == exercise.duration_ms
    assert all(turn.lasts_ms > 0 for turn in turns)


@given(exercises)
def test_rounding_does_not_change_the_pace_of_a_long_exercise(exercise: BreathingPlan) -> None:
    step = exercise.steps[0]
    assert exercise.duration_ms == pytest.approx(step.breaths * 60_000 / step.pace, abs=1)


@given(exercises, st.data())
def test_the_phase_at_any_instant_is_the_one_that_started_last(
    exercise: BreathingPlan, data: st.DataObject
) -> None:
    at_ms = data.draw(st.integers(0, exercise.duration_ms - 1))
    turn = max((turn for turn in exercise.turns() if turn.at_ms <= at_ms), key=lambda turn: turn.at_ms)
    breath = exercise.at(at_ms)
    assert breath is not None
    assert breath.phase is turn.phase
    assert breath.remaining_ms == turn.at_ms + turn.lasts_ms - at_ms
    assert 0 <= breath.fullness <= 1


def test_fullness_rises_during_inhalation_and_falls_during_exhalation() -> None:
    exercise = BreathingPlan.of(6, 1, Ratio(5, 5))
    fullness = [breath.fullness for ms in range(0, 10_000, 100) if (breath := exercise.at(ms))]
    assert fullness[0] == 0
    assert fullness[50] == 1
    assert fullness[:51] == sorted(fullness[:51])
    assert fullness[50:] == sorted(fullness[50:], reverse=True)


def test_after_the_end_there_is_no_breath() -> None:
    assert BreathingPlan.of(6, 1).at(60_000) is None


@pytest.mark.parametrize("pace", [3.9, 7.1, float("nan"), 0, -6])
def test_a_pace_out_of_range_is_refused(pace: float) -> None:
    with pytest.raises(ValueError, match="from 4 to 7 breaths per minute"):
        BreathingPlan.of(pace, 5)


@pytest.mark.parametrize("minutes", [0, -1, 61, float("nan")])
def test_minutes_out_of_range_are_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="minutes must be"):
        BreathingPlan.of(6, minutes)


@pytest.mark.parametrize("text", ["4", "4:6:2", "a:b", "0:6", "1:9", "-4:-6", "nan:6", ""])
def test_text_that_is_not_a_ratio_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="4:6"):
        Ratio.of(text)


def test_the_text_of_a_ratio_parses_to_the_same_ratio() -> None:
    assert str(Ratio.of("4:6")) == "4:6"
    assert Ratio.of("5:5").share == Ratio.of("1:1").share == 0.5
    assert Phase("inhale") is Phase.INHALE
