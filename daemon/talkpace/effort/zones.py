"""Zones of effort, lower bound inside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .scale import EffortScale


class Zone(StrEnum):
    """easy < 0.50 <= conversational <= 0.70 < hard <= 0.85 < very hard, by default."""

    EASY = "easy"
    CONVERSATIONAL = "conversational"
    HARD = "hard"
    VERY_HARD = "very_hard"


@dataclass(frozen=True)
class ZoneBounds:
    """Where one zone ends and the next begins, in effort."""

    conversational_from: Fraction = Fraction(50, 100)
    conversational_to: Fraction = Fraction(70, 100)
    hard_to: Fraction = Fraction(85, 100)

    def __post_init__(self) -> None:
        """Raises ValueError where the bounds do not ascend."""
        if not 0 < self.conversational_from < self.conversational_to < self.hard_to:
            raise ValueError("zone bounds must ascend from above 0")


class ZoneTable:
    """Zones of one athlete as whole heart rates, so that a beat is placed by comparing integers."""

    def __init__(self, scale: EffortScale, bounds: ZoneBounds) -> None:
        self._easy_to = scale.highest_below(bounds.conversational_from)
        self._conversational_to = scale.highest_at_or_below(bounds.conversational_to)
        self._hard_to = scale.highest_at_or_below(bounds.hard_to)

    def zone(self, heart_rate: int) -> Zone:
        """The zone of a whole heart rate (bpm)."""
        if heart_rate <= self._easy_to:
            return Zone.EASY
        if heart_rate <= self._conversational_to:
            return Zone.CONVERSATIONAL
        if heart_rate <= self._hard_to:
            return Zone.HARD
        return Zone.VERY_HARD
