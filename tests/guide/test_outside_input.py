"""What comes from outside may be absurd: it is answered, and the daemon goes on."""

from __future__ import annotations

import pytest

from talkpace.errors import CommandError
from talkpace.guide.breathe import outcome
from talkpace.guide.measure import taken
from talkpace.guide.orders import MINUTES
from talkpace.pipeline.commands import Command
from talkpace.practice.breathing import LONGEST_MIN, PACES_TO_TRY, Exercise
from talkpace.rr.beats import beats_of_intervals


@pytest.mark.parametrize("digits", [400, 4000])
def test_a_number_of_more_digits_than_any_number_has_is_refused(digits: int) -> None:
    command = Command(MINUTES, lambda _athlete, _minutes, _now_ms: None)
    with pytest.raises(CommandError, match="too large"):
        command.carry_out("anna", "nap", int("9" * digits), 0)


def test_several_paces_last_no_longer_in_all_than_one_may() -> None:
    with pytest.raises(ValueError, match="60 at most in all"):
        Exercise.through(PACES_TO_TRY, LONGEST_MIN / len(PACES_TO_TRY) + 0.1)


@pytest.mark.parametrize("pace", [4.01, 5.7, 6.99])
def test_the_longest_exercise_can_be_written_down_though_breaths_are_whole(pace: float) -> None:
    exercise = Exercise.of(pace, LONGEST_MIN)
    assert outcome(exercise, [], start_ms=0, done_ms=exercise.duration_ms).minutes <= LONGEST_MIN


@pytest.mark.parametrize("interval_ms", [200, 4_000])
def test_beats_that_no_heart_has_at_rest_are_called_that(interval_ms: int) -> None:
    wobbling = [interval_ms + 10 * (number % 3) for number in range(120_000 // interval_ms)]
    morning = taken(beats_of_intervals(wobbling), round(sum(wobbling)))
    assert morning.morning is None
    assert morning.problem
