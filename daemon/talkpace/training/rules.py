"""Settings of warnings, sessions and the signals of the conversational band.

Times in ms, efforts as fractions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from .events import EventName

HOLD_MS = 5_000
"""A measurement holds until the next one, for this long at most; what lies beyond is a gap. Fixed."""

STALE_AFTER_MS = 6_000
"""This long after the last measurement the live heart rate is unknown. Fixed."""


@dataclass(frozen=True, slots=True)
class WarningRules:
    """When a warning is raised, repeated and cleared, and when the signal counts as lost."""

    warn_after_ms: int = 5_000
    clear_after_ms: int = 10_000
    margin: Fraction = Fraction(2, 100)
    start_grace_ms: int = 20_000
    repeat_every_ms: int = 30_000
    approaching_margin: Fraction = Fraction(3, 100)
    signal_lost_after_ms: int = 10_000


@dataclass(frozen=True, slots=True)
class SessionRules:
    """When a session ends, below which duration it is discarded, and its target."""

    end_after_ms: int = 180_000
    min_duration_ms: int = 120_000
    target_band_ms: int = 1_800_000
    """time in the conversational zone"""


@dataclass(frozen=True, slots=True)
class BandRules:
    """The times in the conversational band at which a cardio session is signalled."""

    target_ms: int = 1_800_000
    enough_ms: int = 2_700_000


@dataclass(frozen=True, slots=True)
class Rules:
    """All settings that a session is measured by."""

    warning: WarningRules = WarningRules()
    session: SessionRules = SessionRules()
    band: BandRules | None = None
    """None: no signals within a session"""


class BandProgress:
    """Signals `band_reached` and `band_enough`, each once a session."""

    def __init__(self, rules: BandRules | None) -> None:
        """Without rules, or with a target of 0, there are no signals."""
        self._pending: list[tuple[int, EventName]] = []
        if rules is not None and rules.target_ms > 0:
            self._pending = [
                (rules.target_ms, EventName.BAND_REACHED),
                (max(rules.enough_ms, rules.target_ms), EventName.BAND_ENOUGH),
            ]

    def update(self, band_ms: int) -> Iterator[EventName]:
        """Take the time in the band so far; yield the signals that are due."""
        while self._pending and band_ms >= self._pending[0][0]:
            yield self._pending.pop(0)[1]
