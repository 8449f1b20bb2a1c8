"""LF and HF: the power of slow and of breath-paced swings of the intervals.

Bands of the Task Force (1996): 0.04 to 0.15 Hz and 0.15 to 0.4 Hz. The tachogram is drawn through
the beats by straight lines, sampled 4 times a second, and analysed in windows of 5 minutes that
overlap by half (Welch, 1967; Hann's window). Where the whole is shorter there is one window, of what
there is: 1 minute is enough for HF, 2 for LF. A gap ends a window.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul

from .beats import Beat
from .windowing import hann, without_trend

LF_HZ = (0.04, 0.15)
HF_HZ = (0.15, 0.40)
_RATE_HZ = 4
_WINDOW_S = 300
_LEAST_LF_S, _LEAST_HF_S = 120, 60


@dataclass(frozen=True, slots=True)
class Bands:
    """Power in ms^2; None where no window is long enough for the band."""

    lf_ms2: float | None
    hf_ms2: float | None

    @property
    def lf_hf(self) -> float | None:
        """Their ratio."""
        return self.lf_ms2 / self.hf_ms2 if self.lf_ms2 is not None and self.hf_ms2 else None


def bands(beats: Sequence[Beat]) -> Bands:
    """Of a corrected series: the mean over its windows."""
    lf: list[float] = []
    hf: list[float] = []
    for samples in _windows(beats):
        seconds = len(samples) / _RATE_HZ
        power = _Spectrum(samples)
        hf.append(power.between(*HF_HZ))
        if seconds >= _LEAST_LF_S:
            lf.append(power.between(*LF_HZ))
    return Bands(sum(lf) / len(lf) if lf else None, sum(hf) / len(hf) if hf else None)


def _windows(beats: Sequence[Beat]) -> Iterator[list[float]]:
    whole, step = _WINDOW_S * _RATE_HZ, _WINDOW_S * _RATE_HZ // 2
    for part in _parts(beats):
        samples = _tachogram(part)
        if len(samples) < _LEAST_HF_S * _RATE_HZ:
            continue
        if len(samples) <= whole:
            yield samples
        for first in range(0, len(samples) - whole + 1, step) if len(samples) > whole else ():
            yield samples[first : first + whole]


def _parts(beats: Sequence[Beat]) -> Iterator[list[float]]:
    """The intervals between gaps."""
    part: list[float] = []
    for beat in beats:
        if beat.lost_ms and part:
            yield part
            part = []
        part.append(beat.rr_ms)
    if part:
        yield part


def _tachogram(rr_ms: Sequence[float]) -> list[float]:
    """Intervals, each at its beat's time, at even times."""
    samples: list[float] = []
    step_ms = 1000 / _RATE_HZ
    last_ms = time_ms = 0.0
    next_ms, last = 0.0, rr_ms[0]
    for rr in rr_ms[1:]:
        time_ms += rr
        while next_ms <= time_ms:
            samples.append(last + (rr - last) * (next_ms - last_ms) / rr)
            next_ms += step_ms
        last_ms, last = time_ms, rr
    return samples


class _Spectrum:
    """One window, its trend taken off, seen through Hann's window."""

    def __init__(self, samples: Sequence[float]) -> None:
        count = len(samples)
        weights = hann(count)
        self._count = count
        self._weight: float = sum(map(mul, weights, weights))
        self._seen = list(map(mul, without_trend(samples), weights))

    def between(self, low_hz: float, high_hz: float) -> float:
        """Power from one frequency to another (ms^2)."""
        resolution_hz = _RATE_HZ / self._count
        first, last = math.ceil(low_hz / resolution_hz), math.ceil(high_hz / resolution_hz)
        densities = [self._density(place) for place in range(first, last)]
        return sum(densities) * resolution_hz

    def _density(self, place: int) -> float:
        turn = cmath.exp(-2j * cmath.pi * place / self._count)
        total, phase = 0j, 1 + 0j
        for value in self._seen:
            total += value * phase
            phase *= turn
        power = total.real * total.real + total.imag * total.imag
        return 2 * power / (_RATE_HZ * self._weight)
