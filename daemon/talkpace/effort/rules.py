"""The figures that warnings and sessions go by. Times in ms, efforts as fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

HOLD_MS = 5_000
"""Fixed: a measurement holds until the next one, for this long at most; what lies beyond is gap."""

STALE_AFTER_MS = 6_000
"""Fixed: so long after the last measurement the live heart rate is unknown. No frozen numbers."""


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
    """When a session ends and when it was too short to count."""

    end_after_ms: int = 180_000
    min_duration_ms: int = 120_000
    target_band_ms: int = 1_800_000


@dataclass(frozen=True, slots=True)
class BandRules:
    """After how much time in the conversational band a cardio session has done its part."""

    target_ms: int = 1_800_000
    enough_ms: int = 2_700_000


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them."""

    warning: WarningRules = WarningRules()
    session: SessionRules = SessionRules()
    band: BandRules | None = None
    """None: no signals within a session"""
