"""DFA alpha 1: how alike fluctuations over 4 and over 16 beats are, window by window.

Detrended fluctuation analysis after Peng et al. (1995), with the conventions of NeuroKit2's
`fractal_dfa`: scales of 4, 5, … 16 beats; at each, segments that begin every half a scale, while
one more beat lies behind them; a straight line taken off each; those without any variance left
out; alpha is the slope of log2 F over log2 scale. No smoothness priors go before it, unlike in
Kubios, of which the published thresholds are.

A window of 120 s ends every 5 s. Every segment of the series is fitted once, whatever windows it
lies in, which makes a window cheap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from .beats import Beat

SCALES = tuple(range(4, 17))
WINDOW_MS = 120_000
EVERY_MS = 5_000
MOST_ARTIFACTS = 0.05
LEAST_COVERED = 0.95
"""of a window's time by intervals; what was lost counts like artifacts"""
MOST_BEATS = 600
"""in a window; more are no heart's"""

_NO_VARIANCE = 1e-6
"""ms^2; what is left of an exactly straight line"""
_LOGS = tuple(math.log2(scale) for scale in SCALES)
_MEAN_LOG = sum(_LOGS) / len(_LOGS)
_WEIGHTS = tuple((log - _MEAN_LOG) / sum((one - _MEAN_LOG) ** 2 for one in _LOGS) for log in _LOGS)
_LONGEST = SCALES[-1]
_BLOCK = 128


class Window(NamedTuple):
    """One window that has an alpha 1."""

    end_ms: int
    alpha1: float
    heart_rate: float
    """bpm, the mean over the window"""


class Segments:
    """What is left of every segment once its line is taken off: variances by scale and first beat."""

    def __init__(self) -> None:
        self._rr: list[float] = []
        self._variances: list[list[float]] = [[] for _ in SCALES]

    def extend(self, rr_ms: Iterable[float]) -> None:
        """Take the next intervals (ms)."""
        self._rr += rr_ms

    def forget(self, count: int) -> None:
        """The first so many beats are needed no more."""
        if count > len(self._variances[-1]):
            self._fit()
        del self._rr[:count]
        for variances in self._variances:
            del variances[:count]

    def alpha1(self, start: int, end: int) -> float | None:
        """Of the beats from `start` to before `end`; None where they are too few, or too even."""
        if end - start <= _LONGEST:
            return None
        self._fit()
        alpha = 0.0
        for scale, weight, variances in zip(SCALES, _WEIGHTS, self._variances, strict=True):
            chosen = variances[start : end - scale : scale // 2]
            with_variance = len(chosen) - chosen.count(0.0)
            if not with_variance:
                return None
            alpha += weight * 0.5 * math.log2(sum(chosen) / with_variance)
        return alpha

    def _fit(self) -> None:
        """Fit the segments that have become whole; in short blocks, so that the sums stay small and exact."""
        while len(self._rr) - (done := len(self._variances[-1])) >= _LONGEST:
            self._fit_block(done, self._rr[done : done + _BLOCK])

    def _fit_block(self, done: int, rr: Sequence[float]) -> None:
        """By sums over the profile. A straight line in it changes nothing: it may be drawn from any level."""
        level = rr[0]
        profile = list(accumulate([one - level for one in rr]))
        places = range(len(profile))
        sums = [0.0, *accumulate(profile)]
        squares = [0.0, *accumulate(map(mul, profile, profile))]
        moments = [0.0, *accumulate(map(mul, profile, places))]
        for scale, variances in zip(SCALES, self._variances, strict=True):
            first = len(variances) - done
            middle, by_scale, by_spread = (scale - 1) / 2, 1 / scale, 12 / (scale * (scale * scale - 1))
            for place, from_sum, to_sum, from_square, to_square, from_moment, to_moment in zip(
                range(first, len(profile)),
                sums[first:], sums[first + scale :],
                squares[first:], squares[first + scale :],
                moments[first:], moments[first + scale :],
                strict=False,
            ):  # fmt: skip
                total = to_sum - from_sum
                slant = to_moment - from_moment - (place + middle) * total
                left = to_square - from_square - total * total * by_scale - slant * slant * by_spread
                variance = left * by_scale
                variances.append(variance if variance > _NO_VARIANCE else 0.0)


class RollingAlpha:
    """The windows of a series as it comes; memory for one window."""

    def __init__(self, start_ms: int) -> None:
        """The first window begins at `start_ms`."""
        self._next_end_ms = start_ms + WINDOW_MS
        self._segments = Segments()
        self._rr: list[float] = []
        self._at: list[int] = []
        self._artifacts: list[bool] = []

    def feed(self, beats: Sequence[Beat]) -> list[Window]:
        """Take the next beats; answers with the windows that have ended before the last of them."""
        windows: list[Window] = []
        taken = 0
        for place, beat in enumerate(beats):
            if beat[1] > self._next_end_ms:
                self._take(beats[taken:place])
                taken = place
                windows += self._until(beat[1])
        self._take(beats[taken:])
        return windows

    def _take(self, beats: Sequence[Beat]) -> None:
        rr = [beat[0] for beat in beats]
        self._rr += rr
        self._at += [beat[1] for beat in beats]
        self._artifacts += [beat[3] for beat in beats]
        self._segments.extend(rr)
        self._forget(len(self._rr) - MOST_BEATS - 1)

    def _until(self, now_ms: int) -> list[Window]:
        """The windows that end before now; in a long silence all but the first few are empty."""
        windows: list[Window] = []
        while self._next_end_ms < now_ms:
            if not self._rr:
                behind = (now_ms - self._next_end_ms + EVERY_MS - 1) // EVERY_MS
                self._next_end_ms += behind * EVERY_MS
                break
            window = self._window(self._next_end_ms)
            if window is not None:
                windows.append(window)
            self._next_end_ms += EVERY_MS
        return windows

    def _window(self, end_ms: int) -> Window | None:
        start_ms, at = end_ms - WINDOW_MS, self._at
        gone = 0
        while gone < len(at) and at[gone] <= start_ms:
            gone += 1
        self._forget(gone)
        count = len(self._rr)
        covered_ms = sum(self._rr)
        if (
            count > MOST_BEATS
            or covered_ms < LEAST_COVERED * WINDOW_MS
            or sum(self._artifacts) > MOST_ARTIFACTS * count
        ):
            return None
        alpha1 = self._segments.alpha1(0, count)
        return None if alpha1 is None else Window(end_ms, alpha1, 60_000 * count / covered_ms)

    def _forget(self, count: int) -> None:
        if count > 0:
            del self._rr[:count], self._at[:count], self._artifacts[:count]
            self._segments.forget(count)


def dfa_alpha1(rr_ms: Sequence[float]) -> float | None:
    """Alpha 1 of a whole series of intervals (ms); None where it is too short, or too even."""
    segments = Segments()
    segments.extend(rr_ms)
    return segments.alpha1(0, len(rr_ms))
