"""Heart-rate variability in the time domain, as defined by the Task Force (1996)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul, sub

from .beats import Beat


@dataclass(frozen=True, slots=True)
class TimeDomain:
    """Time-domain figures of a series; None with too few intervals."""

    beats: int
    mean_rr_ms: float | None
    sdnn_ms: float | None
    """standard deviation of the sample (n - 1)"""
    rmssd_ms: float | None
    """root mean square of successive differences, without those across gaps"""
    pnn50: float | None
    """fraction of successive differences above 50 ms"""


@dataclass(frozen=True, slots=True)
class Hrv:
    """HRV figures of a session, unrounded; None with too few intervals."""

    rmssd_ms: float | None
    sdnn_ms: float | None
    dfa_alpha1: float | None
    """median over the windows"""
    rr_coverage: float
    """fraction of the session's time that RR intervals cover"""
    artifact_ratio: float
    """number of artifacts / number of beats"""


class TimeDomainSums:
    """Running sums of a series, from which its figures are computed; constant memory."""

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
        gaps = [index for index, beat in enumerate(beats) if beat[2]]
        if self._last_ms is None and not beats[0][2]:
            gaps.insert(0, 0)
        for index in reversed(gaps):
            del steps[index]
        self._differences += len(steps)
        self._square_differences += sum(map(mul, steps, steps))
        if steps and (max(steps) > 50 or min(steps) < -50):
            self._above_50 += sum([abs(step) > 50 for step in steps])
        self._last_ms = intervals[-1]

    def compute(self) -> TimeDomain:
        """Return the figures of all beats so far."""
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
    """Return the figures of a whole series."""
    sums = TimeDomainSums()
    sums.add(beats)
    return sums.compute()
