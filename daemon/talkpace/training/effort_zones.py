"""Effort: heart rate on an athlete's own scale, and the zones of it.

Arithmetic is exact (fractions), and bounds become whole heart rates: 133 of a maximum of 190 is 0.70,
and not over it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class EffortMethod(StrEnum):
    """How effort is computed."""

    HRMAX = "hrmax"
    """heart rate / maximum"""
    RESERVE = "reserve"
    """(heart rate - resting) / (maximum - resting), after Karvonen, Kentala and Mustala (1957)"""


def to_fraction(value: float) -> Fraction:
    """Convert as written in decimal: 0.7 is seven tenths, not its nearest binary fraction."""
    return Fraction(repr(value))


@dataclass(frozen=True)
class EffortScale:
    """Effort 0 is at `base_bpm`, effort 1 at the maximum heart rate, `span_bpm` above it."""

    base_bpm: Fraction
    span_bpm: Fraction

    @classmethod
    def of(
        cls, method: EffortMethod, maximum_bpm: Fraction, resting_bpm: Fraction | None = None
    ) -> EffortScale:
        """Raises ValueError for the reserve without a resting heart rate below the maximum."""
        if method is EffortMethod.HRMAX:
            return cls(Fraction(0), maximum_bpm)
        if resting_bpm is None:
            raise ValueError("effort_method = reserve needs resting_heart_rate")
        if resting_bpm >= maximum_bpm:
            raise ValueError("resting_heart_rate must be below max_heart_rate")
        return cls(resting_bpm, maximum_bpm - resting_bpm)

    def effort(self, heart_rate: float | Fraction) -> float:
        """Return the effort with 4 decimals; may be above 1 (over the maximum) or below 0 (under resting)."""
        return float(round((Fraction(heart_rate) - self.base_bpm) / self.span_bpm, 4))

    def highest_at_or_below(self, effort: Fraction) -> int:
        """Return the highest whole heart rate (bpm) whose effort does not exceed `effort`."""
        return math.floor(self.base_bpm + effort * self.span_bpm)

    def highest_below(self, effort: Fraction) -> int:
        """Return the highest whole heart rate (bpm) whose effort is less than `effort`."""
        return math.ceil(self.base_bpm + effort * self.span_bpm) - 1


class Zone(StrEnum):
    """Zones of effort; by default easy < 0.50 <= conversational <= 0.70 < hard <= 0.85 < very hard."""

    EASY = "easy"
    CONVERSATIONAL = "conversational"
    HARD = "hard"
    VERY_HARD = "very_hard"


@dataclass(frozen=True)
class ZoneBounds:
    """The efforts at which the zones begin and end."""

    conversational_from: Fraction = Fraction(50, 100)
    conversational_to: Fraction = Fraction(70, 100)
    hard_to: Fraction = Fraction(85, 100)

    def __post_init__(self) -> None:
        """Raises ValueError where the bounds do not ascend."""
        if not 0 < self.conversational_from < self.conversational_to < self.hard_to:
            raise ValueError("zone bounds must ascend from above 0")

    @property
    def begin(self) -> Mapping[Zone, Fraction]:
        """The effort at which each zone begins."""
        return {
            Zone.EASY: Fraction(0),
            Zone.CONVERSATIONAL: self.conversational_from,
            Zone.HARD: self.conversational_to,
            Zone.VERY_HARD: self.hard_to,
        }


class ZoneTable:
    """An athlete's zones as whole heart rates, so that a heart rate is placed by comparing integers."""

    def __init__(self, scale: EffortScale, bounds: ZoneBounds) -> None:
        self._easy_to = scale.highest_below(bounds.conversational_from)
        self._conversational_to = scale.highest_at_or_below(bounds.conversational_to)
        self._hard_to = scale.highest_at_or_below(bounds.hard_to)

    def zone(self, heart_rate: int) -> Zone:
        """Return the zone of a whole heart rate (bpm)."""
        if heart_rate <= self._easy_to:
            return Zone.EASY
        if heart_rate <= self._conversational_to:
            return Zone.CONVERSATIONAL
        if heart_rate <= self._hard_to:
            return Zone.HARD
        return Zone.VERY_HARD
