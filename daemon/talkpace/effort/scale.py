"""Heart rate on an athlete's own scale. Comparison is exact: 133 of 190 is 0.70, and not over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class EffortMethod(StrEnum):
    """How effort is computed."""

    HRMAX = "hrmax"
    """heart rate / maximum"""
    RESERVE = "reserve"
    """(heart rate - resting) / (maximum - resting), after Karvonen, Kentala and Mustala (1957)"""


def exact(value: float) -> Fraction:
    """The number a person wrote: 0.7 is seven tenths, not its nearest binary fraction."""
    return Fraction(repr(value))


@dataclass(frozen=True)
class EffortScale:
    """Effort 0 is at `base_bpm`, effort 1 at the maximum, `span_bpm` above it."""

    base_bpm: Fraction
    span_bpm: Fraction

    @classmethod
    def of(
        cls, method: EffortMethod, maximum_bpm: Fraction, resting_bpm: Fraction | None = None
    ) -> EffortScale:
        """Raises ValueError where the reserve is asked for without a resting rate below the maximum."""
        if method is EffortMethod.HRMAX:
            return cls(Fraction(0), maximum_bpm)
        if resting_bpm is None:
            raise ValueError("effort_method = reserve needs resting_heart_rate")
        if resting_bpm >= maximum_bpm:
            raise ValueError("resting_heart_rate must be below max_heart_rate")
        return cls(resting_bpm, maximum_bpm - resting_bpm)

    def effort(self, heart_rate: float | Fraction) -> float:
        """Effort with 4 decimals; not capped at 1, and below 0 under the resting rate."""
        return float(round((Fraction(heart_rate) - self.base_bpm) / self.span_bpm, 4))

    def highest_at_or_below(self, effort: Fraction) -> int:
        """The highest whole heart rate (bpm) whose effort does not exceed `effort`."""
        return math.floor(self.base_bpm + effort * self.span_bpm)

    def highest_below(self, effort: Fraction) -> int:
        """The highest whole heart rate (bpm) whose effort stays under `effort`."""
        return math.ceil(self.base_bpm + effort * self.span_bpm) - 1
