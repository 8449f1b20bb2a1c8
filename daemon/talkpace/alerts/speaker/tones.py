"""Render steps of tone and silence to PCM: sine waves that begin and end softly, so that none clicks."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import cos, gcd, pi, sin

from ..sequencer import Step, Steps
from .pcm import HIGHEST, RATE_HZ, SAMPLE_BYTES, amplitude, from_bytes, samples_of, to_bytes

_FADE_MS = 6
_SILENT: Step[int] = Step(None, 0)


def render(steps: Steps[int], volume: float) -> bytes:
    """Return the steps as PCM at a volume from 0 to 1. Takes a few ms for a pattern of an alert."""
    return b"".join(blocks(steps, volume))


def blocks(steps: Steps[int], volume: float) -> Iterator[bytes]:
    """Return the PCM of each step. Between two tones without silence the wave goes on, and only glides."""
    edges = [samples_of(ms) for ms in accumulate((step.ms for step in steps), initial=0)]
    neighbours = zip((_SILENT, *steps), (*steps[1:], _SILENT), strict=False)
    phase = 0.0
    for step, (start, end), (before, after) in zip(steps, pairwise(edges), neighbours, strict=False):
        if step.value is None:
            phase = 0.0
            yield bytes(SAMPLE_BYTES * (end - start))
            continue
        samples = _sine(step.value, end - start, phase, HIGHEST * amplitude(volume))
        if before.value is None:
            _fade_in(samples)
        if after.value is None:
            _fade_out(samples)
        phase = (phase + (end - start) * step.value / RATE_HZ) % 1
        yield to_bytes(samples)


def cut(pcm: bytes, from_ms: int) -> bytes:
    """Return PCM without so many ms at its start; what remains begins softly."""
    samples = from_bytes(pcm[SAMPLE_BYTES * samples_of(from_ms) :])
    _fade_in(samples)
    return to_bytes(samples)


def _sine(hz: int, count: int, phase: float, peak: float) -> array[int]:
    """Return a wave that begins at a phase from 0 to 1; computed once for its period, and repeated."""
    period = min(count, RATE_HZ // gcd(hz, RATE_HZ))
    if period == 0:
        return array("h")
    turn = 2 * pi * hz / RATE_HZ
    start = 2 * pi * phase
    once = array("h", [round(peak * sin(start + turn * index)) for index in range(period)])
    return (once * -(-count // period))[:count]


def _fade_in(samples: array[int]) -> None:
    for index, factor in enumerate(_rise(len(samples))):
        samples[index] = round(samples[index] * factor)


def _fade_out(samples: array[int]) -> None:
    for index, factor in enumerate(_rise(len(samples)), start=1):
        samples[-index] = round(samples[-index] * factor)


def _rise(length: int) -> list[float]:
    count = min(samples_of(_FADE_MS), length // 2)
    return [(1 - cos(pi * (index + 0.5) / count)) / 2 for index in range(count)]
