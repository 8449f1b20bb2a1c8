"""Paced breathing: the plan of an exercise, with the fullness of the lungs at any time of it.

About six breaths a minute is where breath, heart rate and blood pressure swing together in most adults
(Lehrer and Gevirtz 2014); each has a pace of their own, mostly between 4.5 and 6.5 (Shaffer and Meehan
2020). Longer out than in is the usual advice, for comfort more than by evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .settings import DEFAULT_RATIO, FASTEST, LONGEST_BREATHING_MIN, SLOWEST, Ratio

PACES_TO_TRY = (6.5, 6.0, 5.5, 5.0, 4.5)
"""paces of the search for the best one, in the order of the protocol (Lehrer)"""
MINUTES_A_PACE = 2.0


class Phase(StrEnum):
    """Phase of a breath."""

    INHALE = "inhale"
    EXHALE = "exhale"


@dataclass(frozen=True, slots=True)
class PaceStep:
    """A number of breaths at one pace (breaths per minute). Times in ms since the start of the exercise."""

    number: int
    start_ms: int
    pace: float
    breaths: int

    @property
    def end_ms(self) -> int:
        """End of the step."""
        return self.breath_ms(self.breaths)

    def breath_ms(self, number: int) -> int:
        """Return the start of a breath of this step; rounding errors do not add up."""
        return self.start_ms + round(number * 60_000 / self.pace)


@dataclass(frozen=True, slots=True)
class Turn:
    """Start and duration of a phase of a breath."""

    at_ms: int
    lasts_ms: int
    phase: Phase
    step: PaceStep


@dataclass(frozen=True, slots=True)
class Breath:
    """State of the breath at an instant of an exercise."""

    phase: Phase
    fullness: float
    """fullness of the lungs from 0 to 1, smooth over time"""
    remaining_ms: int
    """ms until the next phase"""
    step: PaceStep


@dataclass(frozen=True, slots=True)
class BreathingPlan:
    """Plan of an exercise: consecutive steps of whole breaths, starting with an inhalation at 0 ms."""

    steps: tuple[PaceStep, ...]
    ratio: Ratio = DEFAULT_RATIO

    @classmethod
    def of(cls, pace: float, minutes: float, ratio: Ratio | None = None) -> BreathingPlan:
        """Plan one pace. Raises ValueError if pace or minutes are out of range."""
        return cls.through([pace], minutes, ratio)

    @classmethod
    def through(cls, paces: Iterable[float], minutes: float, ratio: Ratio | None = None) -> BreathingPlan:
        """Plan `minutes` at each pace, rounded to whole breaths. Raises ValueError."""
        paces = list(paces)
        if not 0 < minutes * len(paces) <= LONGEST_BREATHING_MIN:
            raise ValueError(
                f"minutes must be above 0, and at most {LONGEST_BREATHING_MIN:g} for all paces together"
            )
        steps: list[PaceStep] = []
        for number, pace in enumerate(paces):
            if not SLOWEST <= pace <= FASTEST:
                raise ValueError(f"the pace must be from {SLOWEST:g} to {FASTEST:g} breaths per minute")
            start_ms = steps[-1].end_ms if steps else 0
            steps.append(PaceStep(number, start_ms, pace, max(1, round(minutes * pace))))
        return cls(tuple(steps), ratio or Ratio())

    @property
    def duration_ms(self) -> int:
        """Duration of all steps."""
        return self.steps[-1].end_ms

    def turns(self, step: PaceStep | None = None) -> Iterator[Turn]:
        """Yield the phases in order, of one step or of all."""
        for each in self.steps if step is None else (step,):
            for start_ms, end_ms in self.breaths(each):
                middle_ms = self._middle_ms(start_ms, end_ms)
                yield Turn(start_ms, middle_ms - start_ms, Phase.INHALE, each)
                yield Turn(middle_ms, end_ms - middle_ms, Phase.EXHALE, each)

    def breaths(self, step: PaceStep) -> Iterator[tuple[int, int]]:
        """Yield start and end of each breath of a step."""
        return pairwise(step.breath_ms(number) for number in range(step.breaths + 1))

    def at(self, elapsed_ms: int) -> Breath | None:
        """Return the state at a time of the exercise; None after its end."""
        if elapsed_ms >= self.duration_ms:
            return None
        elapsed_ms = max(0, elapsed_ms)
        step = next(step for step in self.steps if elapsed_ms < step.end_ms)
        number = int((elapsed_ms - step.start_ms) * step.pace / 60_000)
        if elapsed_ms >= step.breath_ms(number + 1):  # the start of a breath is rounded to ms
            number += 1
        start_ms, end_ms = step.breath_ms(number), step.breath_ms(number + 1)
        if elapsed_ms < start_ms:
            start_ms, end_ms = step.breath_ms(number - 1), start_ms
        middle_ms = self._middle_ms(start_ms, end_ms)
        if elapsed_ms < middle_ms:
            share = (elapsed_ms - start_ms) / (middle_ms - start_ms)
            return Breath(Phase.INHALE, ease_in_out(share), middle_ms - elapsed_ms, step)
        share = (elapsed_ms - middle_ms) / (end_ms - middle_ms)
        return Breath(Phase.EXHALE, 1 - ease_in_out(share), end_ms - elapsed_ms, step)

    def _middle_ms(self, start_ms: int, end_ms: int) -> int:
        return start_ms + round((end_ms - start_ms) * self.ratio.share)


def ease_in_out(share: float) -> float:
    """Map 0…1 to 0…1 along a half cosine, as breath flows: slow, fast, slow."""
    return (1 - math.cos(math.pi * share)) / 2
