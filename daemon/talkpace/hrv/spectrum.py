"""LF and HF power: the frequency domain of heart-rate variability.

Bands of the Task Force (1996): 0.04 to 0.15 Hz and 0.15 to 0.4 Hz. The tachogram is interpolated
linearly, sampled at 4 Hz, and analysed in windows of 5 minutes that overlap by half (Welch, 1967;
Hann window). A shorter series has one window: 1 minute is enough for HF, 2 for LF. A gap ends a
window.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import mul

from .beats import Beat

LF_HZ = (0.04, 0.15)
HF_HZ = (0.15, 0.40)
_RATE_HZ = 4
_WINDOW_S = 300
_MIN_LF_S, _MIN_HF_S = 120, 60


@dataclass(frozen=True, slots=True)
class BandPower:
    """Power in ms^2; None where no window is long enough for the band."""

    lf_ms2: float | None
    hf_ms2: float | None

    @property
    def lf_hf(self) -> float | None:
        """LF / HF."""
        return self.lf_ms2 / self.hf_ms2 if self.lf_ms2 is not None and self.hf_ms2 else None


def band_power(beats: Sequence[Beat]) -> BandPower:
    """Return the mean power over the windows of a corrected series."""
    lf: list[float] = []
    hf: list[float] = []
    for samples in _windows(beats):
        seconds = len(samples) / _RATE_HZ
        spectrum = _Spectrum(samples)
        hf.append(spectrum.power(*HF_HZ))
        if seconds >= _MIN_LF_S:
            lf.append(spectrum.power(*LF_HZ))
    return BandPower(sum(lf) / len(lf) if lf else None, sum(hf) / len(hf) if hf else None)


def _windows(beats: Sequence[Beat]) -> Iterator[list[float]]:
    whole, step = _WINDOW_S * _RATE_HZ, _WINDOW_S * _RATE_HZ // 2
    for part in _parts(beats):
        samples = _tachogram(part)
        if len(samples) < _MIN_HF_S * _RATE_HZ:
            continue
        if len(samples) <= whole:
            yield samples
        for first in range(0, len(samples) - whole + 1, step) if len(samples) > whole else ():
            yield samples[first : first + whole]


def _parts(beats: Sequence[Beat]) -> Iterator[list[float]]:
    """Yield the intervals between gaps."""
    part: list[float] = []
    for beat in beats:
        if beat.lost_ms and part:
            yield part
            part = []
        part.append(beat.rr_ms)
    if part:
        yield part


def _tachogram(rr_ms: Sequence[float]) -> list[float]:
    """Resample intervals, each at its beat's time, at 4 Hz."""
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
    """The spectrum of one window, detrended and weighted."""

    def __init__(self, samples: Sequence[float]) -> None:
        count = len(samples)
        weights = hann_window(count)
        self._count = count
        self._weight: float = sum(map(mul, weights, weights))
        self._weighted = list(map(mul, detrend(samples), weights))

    def power(self, low_hz: float, high_hz: float) -> float:
        """Return the power between two frequencies in ms^2."""
        resolution_hz = _RATE_HZ / self._count
        first, last = math.ceil(low_hz / resolution_hz), math.ceil(high_hz / resolution_hz)
        densities = [self._density(index) for index in range(first, last)]
        return sum(densities) * resolution_hz

    def _density(self, index: int) -> float:
        turn = cmath.exp(-2j * cmath.pi * index / self._count)
        phases = accumulate(repeat(turn, self._count - 1), mul, initial=1 + 0j)
        total = sum(map(mul, self._weighted, phases), 0j)
        power = total.real * total.real + total.imag * total.imag
        return 2 * power / (_RATE_HZ * self._weight)


def detrend(samples: Sequence[float]) -> list[float]:
    """Subtract mean and least-squares line; needs two samples at least."""
    count = len(samples)
    middle = (count - 1) / 2
    mean = sum(samples) / count
    spread = count * (count * count - 1) / 12
    slope = sum((index - middle) * value for index, value in enumerate(samples)) / spread
    return [value - mean - slope * (index - middle) for index, value in enumerate(samples)]


def hann_window(count: int) -> list[float]:
    """Return the weights of a periodic Hann window."""
    return [0.5 - 0.5 * math.cos(math.tau * index / count) for index in range(count)]
