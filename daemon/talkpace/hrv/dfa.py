"""DFA alpha 1, the short-term scaling exponent of detrended fluctuation analysis, in rolling windows.

After Peng et al. (1995), with the conventions of NeuroKit2's `fractal_dfa`: scales of 4, 5, … 16 beats;
at each, segments that start every half a scale as long as one more beat follows them; a straight line
subtracted from each; segments without variance ignored; alpha is the slope of log2 F over log2 scale.
Unlike in Kubios, on which the published thresholds are based, no smoothness priors detrending precedes it.

A window of 120 s ends every 5 s. Each segment of the series is fitted once, whatever windows it
lies in, which makes a window cheap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import mul, sub
from typing import NamedTuple

from .beats import Beat

SCALES = tuple(range(4, 17))
WINDOW_MS = 120_000
STEP_MS = 5_000
MAX_ARTIFACT_RATIO = 0.05
MIN_COVERAGE = 0.95
"""minimum fraction of a window's time that intervals cover"""
MAX_BEATS = 600
"""in a window; more cannot come from a heart"""

_NO_VARIANCE = 1e-6
"""ms^2; rounding error of an exactly straight line"""
_LOGS = tuple(math.log2(scale) for scale in SCALES)
_MEAN_LOG = sum(_LOGS) / len(_LOGS)
_WEIGHTS = tuple((log - _MEAN_LOG) / sum((one - _MEAN_LOG) ** 2 for one in _LOGS) for log in _LOGS)
_MAX_SCALE = SCALES[-1]
_BLOCK = 128
_HALVES = [half / 2 for half in range(2 * _BLOCK)]
"""places of the middles of segments: 0, 0.5, 1, …"""


class Alpha1Window(NamedTuple):
    """A window that has an alpha 1."""

    end_ms: int
    alpha1: float
    heart_rate: float
    """bpm, the mean over the window"""


class DetrendedSegments:
    """Variances of all segments around their fitted lines, by scale and first beat."""

    def __init__(self) -> None:
        self._rr: list[float] = []
        self._variances: list[list[float]] = [[] for _ in SCALES]

    def extend(self, rr_ms: Iterable[float]) -> None:
        """Take the next intervals (ms)."""
        self._rr += rr_ms

    def drop(self, count: int) -> None:
        """Drop the first `count` beats; those that no window needed are never fitted."""
        del self._rr[:count]
        if self._variances[0]:
            for variances in self._variances:
                del variances[:count]

    def alpha1(self, start: int, end: int) -> float | None:
        """Return alpha 1 of beats `start` to before `end`; None with too few or too even ones."""
        if end - start <= _MAX_SCALE:
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
        """Fit the segments that are complete, in short blocks so that the sums stay small and exact."""
        while len(self._rr) - (start := len(self._variances[-1])) >= _MAX_SCALE:
            self._fit_block(start, self._rr[start : start + _BLOCK])

    def _fit_block(self, start: int, rr: Sequence[float]) -> None:
        """Fit by sums over the profile; its level is arbitrary, as a straight line in it changes nothing."""
        level = rr[0]
        profile = list(accumulate([one - level for one in rr]))
        sums = [0.0, *accumulate(profile)]
        squares = [0.0, *accumulate(map(mul, profile, profile))]
        moments = [0.0, *accumulate(map(mul, profile, _HALVES[::2]))]
        for scale, variances in zip(SCALES, self._variances, strict=True):
            first = len(variances) - start
            by_scale, by_spread = 1 / scale, 12 / (scale * (scale * scale - 1))
            totals = map(sub, sums[first + scale :], sums[first:])
            square_totals = map(sub, squares[first + scale :], squares[first:])
            moment_totals = map(sub, moments[first + scale :], moments[first:])
            centres = _HALVES[2 * first + scale - 1 :: 2]
            for total, square, moment, centre in zip(
                totals, square_totals, moment_totals, centres, strict=False
            ):
                slant = moment - centre * total
                variance = (square - total * total * by_scale - slant * slant * by_spread) * by_scale
                variances.append(variance if variance > _NO_VARIANCE else 0.0)


class RollingAlpha1:
    """Alpha 1 in rolling windows of a series as it comes in; memory for one window."""

    def __init__(self, start_ms: int) -> None:
        """The first window starts at `start_ms`."""
        self.next_end_ms = start_ms + WINDOW_MS
        """end of the next window"""
        self._segments = DetrendedSegments()
        self._rr: list[float] = []
        self._at: list[int] = []
        self._artifacts: list[bool] = []

    def feed(self, beats: Sequence[Beat]) -> list[Alpha1Window]:
        """Take the next beats; return the windows that have ended before the last of them."""
        windows: list[Alpha1Window] = []
        start = 0
        for index, beat in enumerate(beats):
            if beat[1] > self.next_end_ms:
                self._append(beats[start:index])
                start = index
                windows += self._windows_until(beat[1])
        self._append(beats[start:])
        return windows

    def _append(self, beats: Sequence[Beat]) -> None:
        if not beats:
            return
        rr = [beat[0] for beat in beats]
        self._rr += rr
        self._at += [beat[1] for beat in beats]
        self._artifacts += [beat[3] for beat in beats]
        self._segments.extend(rr)
        self._drop(len(self._rr) - MAX_BEATS - 1)

    def _windows_until(self, now_ms: int) -> list[Alpha1Window]:
        """Return the windows that end before now; skip empty ones in a long silence."""
        windows: list[Alpha1Window] = []
        while self.next_end_ms < now_ms:
            if not self._rr:
                steps = (now_ms - self.next_end_ms + STEP_MS - 1) // STEP_MS
                self.next_end_ms += steps * STEP_MS
                break
            window = self._window(self.next_end_ms)
            if window is not None:
                windows.append(window)
            self.next_end_ms += STEP_MS
        return windows

    def _window(self, end_ms: int) -> Alpha1Window | None:
        start_ms, at = end_ms - WINDOW_MS, self._at
        expired = 0
        while expired < len(at) and at[expired] <= start_ms:
            expired += 1
        self._drop(expired)
        count = len(self._rr)
        covered_ms = sum(self._rr)
        if (
            count > MAX_BEATS
            or covered_ms < MIN_COVERAGE * WINDOW_MS
            or self._artifacts.count(True) > MAX_ARTIFACT_RATIO * count
        ):
            return None
        alpha1 = self._segments.alpha1(0, count)
        return None if alpha1 is None else Alpha1Window(end_ms, alpha1, 60_000 * count / covered_ms)

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._rr[:count], self._at[:count], self._artifacts[:count]
            self._segments.drop(count)


def dfa_alpha1(rr_ms: Sequence[float]) -> float | None:
    """Return alpha 1 of a whole series of intervals (ms); None with too few or too even ones."""
    segments = DetrendedSegments()
    segments.extend(rr_ms)
    return segments.alpha1(0, len(rr_ms))
