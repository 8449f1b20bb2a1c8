"""The pace of a breath as sound and light, as far as the hardware can show it.

A passive buzzer's tone rises while it goes in and falls while it goes out; an active one ticks once
where it goes in and twice where it goes out. An LED on hardware PWM fades in and out; one on GPIO
lines cannot, and is lit while it goes in: switched by software it would flicker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..config.patterns import Colour
from ..practice.breathing import eased
from .track import Cue, Cues

_TONES = 24
"""steps from the lowest to the highest pitch: what is finer is not heard"""
_FADE_STEP_MS = 50
_TICK_MS = 40
_BETWEEN_TICKS_MS = 100
_HUSH_MS = 120
"""of a tone, so that a turn is heard"""


@dataclass(frozen=True, slots=True)
class Glow:
    """How brightly, from 0 to 1."""

    level: float


@dataclass(frozen=True, slots=True)
class Pacing:
    """One breath that repeats. Times in ms."""

    inhale_ms: int
    exhale_ms: int
    low_hz: int = 330
    high_hz: int = 660


def sounds(pacing: Pacing, *, pitched: bool) -> Cues[int]:
    """A breath to be heard, from the beginning of an inhalation."""
    if not pitched:
        return (*_ticks(1, pacing.inhale_ms), *_ticks(2, pacing.exhale_ms))
    rise = pacing.high_hz / pacing.low_hz
    tones = [round(pacing.low_hz * rise ** (step / (_TONES - 1))) for step in range(_TONES)]
    return (*_glide(tones, pacing.inhale_ms), *_glide(tones[::-1], pacing.exhale_ms))


def lights(pacing: Pacing, *, fades: bool) -> Cues[Colour | Glow]:
    """A breath to be seen, from the beginning of an inhalation."""
    if not fades:
        return (Cue(Glow(1.0), pacing.inhale_ms), Cue(None, pacing.exhale_ms))
    return (*_fade(pacing.inhale_ms, rising=True), *_fade(pacing.exhale_ms, rising=False))


_TICK_HZ = 2400
"""an active buzzer has its own"""


def _ticks(count: int, lasts_ms: int) -> Iterator[Cue[int]]:
    for _ in range(count - 1):
        yield Cue(_TICK_HZ, _TICK_MS)
        yield Cue(None, _BETWEEN_TICKS_MS)
    yield Cue(_TICK_HZ, _TICK_MS)
    yield Cue(None, lasts_ms - count * _TICK_MS - (count - 1) * _BETWEEN_TICKS_MS)


def _glide(tones: list[int], lasts_ms: int) -> Iterator[Cue[int]]:
    sounding_ms = lasts_ms - _HUSH_MS
    for tone, ms in zip(tones, _parts(sounding_ms, len(tones)), strict=True):
        yield Cue(tone, ms)
    yield Cue(None, _HUSH_MS)


def _fade(lasts_ms: int, *, rising: bool) -> Iterator[Cue[Colour | Glow]]:
    count = max(1, lasts_ms // _FADE_STEP_MS)
    for number, ms in enumerate(_parts(lasts_ms, count)):
        level = eased((number + 0.5) / count)
        yield Cue(Glow(round(level if rising else 1 - level, 3)), ms)


def _parts(whole_ms: int, count: int) -> Iterator[int]:
    """So many parts that come to the whole."""
    edges = [whole_ms * number // count for number in range(count + 1)]
    return (after - before for before, after in pairwise(edges))
