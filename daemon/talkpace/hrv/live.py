"""Live HRV: RMSSD and DFA alpha 1 of the last two minutes, updated every 5 s.

A simple filter rejects artifacts, as live values cannot wait for the beats that the classification of
artifacts needs: an interval must be plausible and near the median of those before it. Rejected ones are
not replaced.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .beats import Beat
from .dfa import MAX_ARTIFACT_RATIO, MAX_BEATS, MIN_COVERAGE, STEP_MS, WINDOW_MS, DetrendedSegments

MIN_LIVE_RR_MS, MAX_LIVE_RR_MS = 300.0, 2000.0
MAX_DEVIATION = 0.25
"""of the median; slow deep breathing changes intervals by some 20 %, an ectopic beat is 30 % early"""
_MEDIAN_BEATS = 11
"""beats of the median, rejected ones included, so that it follows a jump of the heart rate"""
_MIN_MEDIAN_BEATS = 3


class LiveFilter:
    """Accepts or rejects an interval at once, without the beats after it."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []

    def accepts(self, beat: Beat) -> bool:
        """Return whether the next interval is plausible."""
        rr_ms = beat.rr_ms
        if not MIN_LIVE_RR_MS <= rr_ms <= MAX_LIVE_RR_MS:
            return False
        recent, ordered = self._recent, self._sorted
        if len(recent) == _MEDIAN_BEATS:
            del ordered[bisect_left(ordered, recent.popleft())]
        recent.append(rr_ms)
        insort(ordered, rr_ms)
        median = ordered[len(ordered) // 2]
        return len(ordered) < _MIN_MEDIAN_BEATS or abs(rr_ms - median) <= MAX_DEVIATION * median


MIN_DIFFERENCES = 20
"""number of successive differences for an RMSSD"""
STALE_MS = 10_000
"""without a beat for this long there are no live values"""


@dataclass(frozen=True, slots=True)
class LiveHrv:
    """Live values; None where unknown."""

    rmssd_ms: float | None = None
    dfa_alpha1: float | None = None


class _WindowBeat(NamedTuple):
    at_ms: int
    rr_ms: float | None
    """None where the filter rejected it"""
    square: float | None
    """of the difference from the interval before; None where there is none"""


class LiveHrvWindow:
    """The beats of the last two minutes; values are computed on request, at most every 5 s."""

    def __init__(self) -> None:
        self._new: deque[Beat] = deque(maxlen=MAX_BEATS + 1)
        self._filter = LiveFilter()
        self._window: deque[_WindowBeat] = deque()
        self._segments = DetrendedSegments()
        self._accepted = 0
        self._last_ms: float | None = None
        self._computed_ms: int | None = None
        self._values = LiveHrv()

    def add(self, beats: Sequence[Beat]) -> None:
        """Take the next beats, placed but not corrected."""
        self._new.extend(beats)

    def values(self, now_ms: int) -> LiveHrv:
        """Return the values of now, or of up to 5 s ago."""
        if self._computed_ms is None or not 0 <= now_ms - self._computed_ms < STEP_MS:
            self._computed_ms = now_ms
            self._values = self._compute(now_ms)
        return self._values

    def _compute(self, now_ms: int) -> LiveHrv:
        self._append_new()
        self._expire(now_ms - WINDOW_MS)
        window = self._window
        if not window or now_ms - window[-1].at_ms > STALE_MS:
            return LiveHrv()
        squares = [beat.square for beat in window if beat.square is not None]
        complete = (
            len(window) - self._accepted <= MAX_ARTIFACT_RATIO * len(window)
            and sum([beat.rr_ms for beat in window if beat.rr_ms is not None]) >= MIN_COVERAGE * WINDOW_MS
            and len(window) <= MAX_BEATS
        )
        return LiveHrv(
            rmssd_ms=math.sqrt(sum(squares) / len(squares)) if len(squares) >= MIN_DIFFERENCES else None,
            dfa_alpha1=self._segments.alpha1(0, self._accepted) if complete else None,
        )

    def _append_new(self) -> None:
        intervals = []
        for beat in self._new:
            if not self._filter.accepts(beat):
                self._window.append(_WindowBeat(beat.at_ms, None, None))
                self._last_ms = None
                continue
            follows = self._last_ms is not None and not beat.lost_ms
            square = (beat.rr_ms - self._last_ms) ** 2 if follows and self._last_ms is not None else None
            self._window.append(_WindowBeat(beat.at_ms, beat.rr_ms, square))
            intervals.append(beat.rr_ms)
            self._last_ms = beat.rr_ms
        self._new.clear()
        self._segments.extend(intervals)
        self._accepted += len(intervals)

    def _expire(self, until_ms: int) -> None:
        window, expired = self._window, 0
        while window and (window[0].at_ms <= until_ms or len(window) > MAX_BEATS + 1):
            expired += window.popleft().rr_ms is not None
        if expired:
            self._segments.drop(expired)
            self._accepted -= expired
