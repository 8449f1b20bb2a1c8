"""Turn a paced breath into steps of sound and light, as far as the hardware can show it.

The tone of a passive buzzer rises while inhaling and falls while exhaling; an active one ticks once
at the start of an inhalation and twice at that of an exhalation. An LED on hardware PWM fades in and
out; one on GPIO lines is on while inhaling, as PWM by software would flicker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..config.alert_patterns import Colour
from ..habits.breathing import ease_in_out
from .sequencer import Step, Steps

_TONES = 24
"""steps from the lowest to the highest pitch; finer steps are not audible"""
_FADE_STEP_MS = 50
_TICK_MS = 40
_BETWEEN_TICKS_MS = 100
_GAP_MS = 120
"""silence between inhalation and exhalation"""


@dataclass(frozen=True, slots=True)
class Glow:
    """Brightness from 0 to 1."""

    level: float


@dataclass(frozen=True, slots=True)
class Pacing:
    """One breath of a paced breathing, which repeats."""

    inhale_ms: int
    exhale_ms: int
    low_hz: int = 330
    high_hz: int = 660


def sounds(pacing: Pacing, *, pitched: bool) -> Steps[int]:
    """Return the sound of a breath, from the start of the inhalation."""
    if not pitched:
        return (*_ticks(1, pacing.inhale_ms), *_ticks(2, pacing.exhale_ms))
    rise = pacing.high_hz / pacing.low_hz
    tones = [round(pacing.low_hz * rise ** (step / (_TONES - 1))) for step in range(_TONES)]
    return (*_glide(tones, pacing.inhale_ms), *_glide(tones[::-1], pacing.exhale_ms))


def lights(pacing: Pacing, *, fades: bool) -> Steps[Colour | Glow]:
    """Return the light of a breath, from the start of the inhalation."""
    if not fades:
        return (Step(Glow(1.0), pacing.inhale_ms), Step(None, pacing.exhale_ms))
    return (*_fade(pacing.inhale_ms, rising=True), *_fade(pacing.exhale_ms, rising=False))


_TICK_HZ = 2400
"""ignored by an active buzzer"""


def _ticks(count: int, duration_ms: int) -> Iterator[Step[int]]:
    for _ in range(count - 1):
        yield Step(_TICK_HZ, _TICK_MS)
        yield Step(None, _BETWEEN_TICKS_MS)
    yield Step(_TICK_HZ, _TICK_MS)
    yield Step(None, duration_ms - count * _TICK_MS - (count - 1) * _BETWEEN_TICKS_MS)


def _glide(tones: list[int], duration_ms: int) -> Iterator[Step[int]]:
    sounding_ms = duration_ms - _GAP_MS
    for tone, ms in zip(tones, _parts(sounding_ms, len(tones)), strict=True):
        yield Step(tone, ms)
    yield Step(None, _GAP_MS)


def _fade(duration_ms: int, *, rising: bool) -> Iterator[Step[Colour | Glow]]:
    count = max(1, duration_ms // _FADE_STEP_MS)
    for number, ms in enumerate(_parts(duration_ms, count)):
        level = ease_in_out((number + 0.5) / count)
        yield Step(Glow(round(level if rising else 1 - level, 3)), ms)


def _parts(total_ms: int, count: int) -> Iterator[int]:
    """Split a duration into so many parts, whole ms each."""
    edges = [total_ms * number // count for number in range(count + 1)]
    return (after - before for before, after in pairwise(edges))
