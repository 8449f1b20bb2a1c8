"""What comes from outside may be absurd: it is answered, and the daemon goes on."""

from __future__ import annotations

import pytest

from talkpace.errors import CommandError
from talkpace.guided.breathing_result import breathing_result
from talkpace.guided.morning_measurement import readiness_result
from talkpace.habits.breathing import PACES_TO_TRY, BreathingPlan
from talkpace.habits.settings import LONGEST_BREATHING_MIN
from talkpace.hrv.beats import beats_from_intervals
from talkpace.pipeline.registry import with_actions


@pytest.mark.parametrize("digits", [400, 4000])
def test_a_number_of_more_digits_than_any_number_has_is_refused(digits: int) -> None:
    [command] = with_actions({"nap": lambda _athlete, _minutes, _now_ms: None}).values()
    with pytest.raises(CommandError, match="too large"):
        command.run("anna", int("9" * digits), 0)


def test_several_paces_last_no_longer_in_all_than_one_may() -> None:
    with pytest.raises(ValueError, match="at most 60 for all paces together"):
        BreathingPlan.through(PACES_TO_TRY, LONGEST_BREATHING_MIN / len(PACES_TO_TRY) + 0.1)


@pytest.mark.parametrize("pace", [4.01, 5.7, 6.99])
def test_the_longest_exercise_can_be_written_down_though_breaths_are_whole(pace: float) -> None:
    exercise = BreathingPlan.of(pace, LONGEST_BREATHING_MIN)
    assert (
        breathing_result(exercise, [], start_ms=0, duration_ms=exercise.duration_ms).minutes
        <= LONGEST_BREATHING_MIN
    )


@pytest.mark.parametrize("interval_ms", [200, 4_000])
def test_beats_that_no_heart_has_at_rest_are_called_that(interval_ms: int) -> None:
    wobbling = [interval_ms + 10 * (number % 3) for number in range(120_000 // interval_ms)]
    result = readiness_result(beats_from_intervals(wobbling), round(sum(wobbling)))
    assert result.morning is None
    assert result.problem
