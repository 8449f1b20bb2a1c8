"""Which pitch sounds when in PCM, measured by Goertzel's algorithm."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import cos, pi

from talkpace.alerts.speaker.pcm import RATE_HZ, from_bytes

_WINDOW_MS = 20
_LOUD = 0.02
"""of full scale"""


def level(samples: Sequence[int], hz: int, rate_hz: int = RATE_HZ) -> float:
    """Return the amplitude of a pitch, as a part of full scale."""
    coefficient = 2 * cos(2 * pi * hz / rate_hz)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + coefficient * last - before
    power = max(0.0, before * before + last * last - coefficient * before * last)
    return 2 * float(power**0.5) / max(1, len(samples)) / 32_768


def sounding(pcm: bytes | array[int], hz: int, rate_hz: int = RATE_HZ) -> list[tuple[int, int]]:
    """Return from when to when (ms) a pitch is heard, in windows of 20 ms."""
    samples = from_bytes(pcm) if isinstance(pcm, bytes) else pcm
    size = rate_hz * _WINDOW_MS // 1000
    spans: list[tuple[int, int]] = []
    for start in range(0, len(samples) - size + 1, size):
        at_ms = start * 1000 // rate_hz
        if level(samples[start : start + size], hz, rate_hz) < _LOUD:
            continue
        if spans and at_ms - spans[-1][1] <= 1:
            spans[-1] = (spans[-1][0], at_ms + _WINDOW_MS)
        else:
            spans.append((at_ms, at_ms + _WINDOW_MS))
    return spans
