"""The figures of heart-rate variability in the time domain, in the terms of the Task Force (1996)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul, sub

from .beats import Beat


@dataclass(frozen=True, slots=True)
class TimeDomain:
    """Figures of a series of intervals; None where there are too few."""

    beats: int
    mean_rr_ms: float | None
    sdnn_ms: float | None
    """standard deviation, with n - 1"""
    rmssd_ms: float | None
    """root mean square of successive differences; one across a gap is none"""
    pnn50: float | None
    """the share of successive differences above 50 ms, as a fraction"""


@dataclass(frozen=True, slots=True)
class Hrv:
    """What a session's beats amount to, unrounded; None where there is too little of them."""

    rmssd_ms: float | None
    sdnn_ms: float | None
    dfa_alpha1: float | None
    """the median of the windows that have one"""
    rr_coverage: float
    """the share of the session's time that its intervals cover"""
    artifact_ratio: float
    """artifacts by beats"""


class Sums:
    """Gathers beats, a few or many at once, and holds no more than sums of them."""

    def __init__(self) -> None:
        self.beats = 0
        self.covered_ms = 0.0
        self._squares = 0.0
        self._differences = 0
        self._square_differences = 0.0
        self._above_50 = 0
        self._last_ms: float | None = None

    def add(self, beats: Sequence[Beat]) -> None:
        """Take the next beats of the series."""
        if not beats:
            return
        intervals = [beat[0] for beat in beats]
        self.beats += len(intervals)
        self.covered_ms += sum(intervals)
        self._squares += sum(map(mul, intervals, intervals))
        before = [intervals[0] if self._last_ms is None else self._last_ms, *intervals]
        steps = list(map(sub, intervals, before))
        gaps = [place for place, beat in enumerate(beats) if beat[2]]
        if self._last_ms is None and not beats[0][2]:
            gaps.insert(0, 0)
        for place in reversed(gaps):
            del steps[place]
        self._differences += len(steps)
        self._square_differences += sum(map(mul, steps, steps))
        if steps and (max(steps) > 50 or min(steps) < -50):
            self._above_50 += sum([abs(step) > 50 for step in steps])
        self._last_ms = intervals[-1]

    def figures(self) -> TimeDomain:
        """Of all beats so far."""
        count, differences = self.beats, self._differences
        mean = self.covered_ms / count if count else None
        sdnn = None
        if mean is not None and count > 1:
            sdnn = math.sqrt(max(0.0, self._squares - count * mean * mean) / (count - 1))
        return TimeDomain(
            beats=count,
            mean_rr_ms=mean,
            sdnn_ms=sdnn,
            rmssd_ms=math.sqrt(self._square_differences / differences) if differences else None,
            pnn50=self._above_50 / differences if differences else None,
        )


def time_domain(beats: Sequence[Beat]) -> TimeDomain:
    """The figures of a whole series."""
    sums = Sums()
    sums.add(beats)
    return sums.figures()
