"""Paced breathing: how full the lungs should be at a time of an exercise, and when breath turns.

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
from typing import Annotated

from pydantic import AfterValidator, Field

SLOWEST, FASTEST = 4.0, 7.0
"""breaths a minute"""
PACES_TO_TRY = (6.5, 6.0, 5.5, 5.0, 4.5)
"""in the order of the protocol: from the quickest to the slowest"""
MINUTES_A_PACE = 2.0
LONGEST_MIN = 60.0

Pace = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]
Minutes = Annotated[float, Field(gt=0, le=LONGEST_MIN)]

_LEAST_SHARE, _MOST_SHARE = 0.25, 0.75


class Phase(StrEnum):
    """Which way the breath goes."""

    INHALE = "inhale"
    EXHALE = "exhale"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Parts of a breath that go in and out, such as 4 and 6."""

    inhale: float = 4.0
    exhale: float = 6.0

    def __post_init__(self) -> None:
        if not (self.inhale > 0 and self.exhale > 0 and _LEAST_SHARE <= self.share <= _MOST_SHARE):
            raise ValueError(
                "inhale and exhale must be parts such as 4:6, neither over three times the other"
            )

    @property
    def share(self) -> float:
        """Of a breath that is inhaled."""
        return self.inhale / (self.inhale + self.exhale)

    @classmethod
    def of(cls, text: str) -> Ratio:
        """From `4:6`. Raises ValueError."""
        try:
            inhale, exhale = (float(part) for part in text.split(":"))
        except ValueError:
            raise ValueError(f"{text[:20]!r} is no ratio of inhale to exhale, such as 4:6") from None
        return cls(inhale, exhale)

    def __str__(self) -> str:
        return f"{self.inhale:g}:{self.exhale:g}"


RatioText = Annotated[str, AfterValidator(lambda text: str(Ratio.of(text)))]
"""such as `4:6`"""


@dataclass(frozen=True, slots=True)
class Step:
    """So many breaths at one pace, from a time of the exercise on. Times in ms."""

    number: int
    start_ms: int
    pace: float
    breaths: int

    @property
    def end_ms(self) -> int:
        """When the next step begins."""
        return self.breath_ms(self.breaths)

    def breath_ms(self, number: int) -> int:
        """When a breath of this step begins; lateness does not add up."""
        return self.start_ms + round(number * 60_000 / self.pace)


@dataclass(frozen=True, slots=True)
class Turn:
    """The breath turns: from here on, for so long, it goes this way."""

    at_ms: int
    lasts_ms: int
    phase: Phase
    step: Step


@dataclass(frozen=True, slots=True)
class Breath:
    """An instant of an exercise."""

    phase: Phase
    fullness: float
    """of the lungs, from 0 to 1, smooth over time"""
    left_ms: int
    """until the breath turns"""
    step: Step


@dataclass(frozen=True, slots=True)
class Exercise:
    """Steps of whole breaths, one after the other. It begins with an inhalation at 0 ms."""

    steps: tuple[Step, ...]
    ratio: Ratio = Ratio()

    @classmethod
    def of(cls, pace: float, minutes: float, ratio: Ratio | None = None) -> Exercise:
        """One pace throughout. Raises ValueError where pace or minutes are out of bounds."""
        return cls.through([pace], minutes, ratio)

    @classmethod
    def through(cls, paces: Iterable[float], minutes: float, ratio: Ratio | None = None) -> Exercise:
        """So many minutes at each pace, rounded to whole breaths. Raises ValueError."""
        paces = list(paces)
        if not 0 < minutes * len(paces) <= LONGEST_MIN:
            raise ValueError(f"minutes must be over 0, and {LONGEST_MIN:g} at most in all")
        steps: list[Step] = []
        for number, pace in enumerate(paces):
            if not SLOWEST <= pace <= FASTEST:
                raise ValueError(f"the pace must be from {SLOWEST:g} to {FASTEST:g} breaths a minute")
            start_ms = steps[-1].end_ms if steps else 0
            steps.append(Step(number, start_ms, pace, max(1, round(minutes * pace))))
        return cls(tuple(steps), ratio or Ratio())

    @property
    def duration_ms(self) -> int:
        """Of all steps."""
        return self.steps[-1].end_ms

    def turns(self, step: Step | None = None) -> Iterator[Turn]:
        """Every turn of the breath in its order, of one step or of all."""
        for each in self.steps if step is None else (step,):
            for start_ms, end_ms in self.breaths(each):
                middle_ms = self._middle_ms(start_ms, end_ms)
                yield Turn(start_ms, middle_ms - start_ms, Phase.INHALE, each)
                yield Turn(middle_ms, end_ms - middle_ms, Phase.EXHALE, each)

    def breaths(self, step: Step) -> Iterator[tuple[int, int]]:
        """Beginning and end of each breath of a step."""
        return pairwise(step.breath_ms(number) for number in range(step.breaths + 1))

    def at(self, elapsed_ms: int) -> Breath | None:
        """The breath at a time of the exercise; None once it is over."""
        if elapsed_ms >= self.duration_ms:
            return None
        elapsed_ms = max(0, elapsed_ms)
        step = next(step for step in self.steps if elapsed_ms < step.end_ms)
        number = int((elapsed_ms - step.start_ms) * step.pace / 60_000)
        if elapsed_ms >= step.breath_ms(number + 1):  # the beginning of a breath is rounded to whole ms
            number += 1
        start_ms, end_ms = step.breath_ms(number), step.breath_ms(number + 1)
        if elapsed_ms < start_ms:
            start_ms, end_ms = step.breath_ms(number - 1), start_ms
        middle_ms = self._middle_ms(start_ms, end_ms)
        if elapsed_ms < middle_ms:
            done = (elapsed_ms - start_ms) / (middle_ms - start_ms)
            return Breath(Phase.INHALE, eased(done), middle_ms - elapsed_ms, step)
        done = (elapsed_ms - middle_ms) / (end_ms - middle_ms)
        return Breath(Phase.EXHALE, 1 - eased(done), end_ms - elapsed_ms, step)

    def _middle_ms(self, start_ms: int, end_ms: int) -> int:
        return start_ms + round((end_ms - start_ms) * self.ratio.share)


def eased(done: float) -> float:
    """From 0 to 1 as breath flows: slow, quick, slow."""
    return (1 - math.cos(math.pi * done)) / 2
