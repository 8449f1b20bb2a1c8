"""What is set of breathing, naps and mornings."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from ..practice import breathing, nap, readiness
from .kinds import Section


class BreathingGuide(Section):
    """Deep breathing, led by LED, tone or terminal."""

    enabled: bool = True
    """Whether exercises can be asked for."""
    pace: breathing.Pace = 6
    """Breaths a minute."""
    minutes: breathing.Minutes = 5
    """Of an exercise."""
    ratio: breathing.RatioText = "4:6"
    """Inhale to exhale."""
    low_hz: Annotated[int, Field(ge=100, le=8000)] = 330
    """A passive buzzer's tone rises from this pitch while breath goes in,"""
    high_hz: Annotated[int, Field(ge=100, le=8000)] = 660
    """to this one, and falls again while it goes out."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low_hz > self.high_hz:
            raise ValueError("low_hz must not be above high_hz")
        return self


class NapTimer(Section):
    """A nap from which the buzzer wakes, gently at first, in quiet hours too: it was asked for."""

    enabled: bool = True
    """Whether a nap can be asked for."""
    minutes: Annotated[float, Field(ge=nap.SHORTEST_MIN, le=nap.LONGEST_MIN)] = 25
    """Of a nap."""


class Mornings(Section):
    """Readiness: a measurement at rest in the morning, against the athlete's own weeks."""

    enabled: bool = True
    """Whether to measure and compare."""
    minutes: readiness.Minutes = 2
    """Of a measurement; always the same, or days cannot be compared."""
    settle_s: Annotated[float, Field(ge=0, le=300)] = 30
    """Seconds with the strap on, at rest, before it begins."""
