"""Intervals against the clock: whether they are sent more than once.

Intervals are the time between beats, so over minutes their sum is the time that passed, or less where some
were lost. Where it runs ahead, intervals were sent twice, and no figure of them means anything. A
late notification brings the intervals of a pause at once: that makes up for a lag, and is not ahead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

MAX_RR_MS = 5_000
"""longer intervals count as a gap: no heart beats as slowly in training"""

_BUCKET_MS = 30_000
_BUCKETS = 10
"""what is compared: the smallest lag in each of the last buckets that had intervals"""
_AHEAD_RATIO = 0.15
"""of the time passed; straps' own clocks are off by less than a per cent"""
_AHEAD_MS = 3_000
"""by so much arrivals may come too early or too late"""

SENT_TWICE = (
    "RR intervals were sent more than once: their sum runs ahead of the clock, so there is no heart-rate"
    " variability"
)


def runs_ahead(covered_ms: float, elapsed_ms: float) -> bool:
    """Whether intervals that cover this time cannot have been measured within the time that passed."""
    return covered_ms - elapsed_ms > _AHEAD_MS + _AHEAD_RATIO * elapsed_ms


class IntervalClock:
    """Compares the sum of the intervals with the time that passed."""

    def __init__(self) -> None:
        self.ahead = False
        """whether intervals have been sent more than once since the beginning"""
        self._sum_ms = 0.0
        self._bucket: int | None = None
        self._smallest = 0, 0.0
        """the smallest lag of this bucket: its time, and arrival less sum"""
        self._before: deque[tuple[int, float]] = deque(maxlen=_BUCKETS)
        """the same of the buckets before"""

    def add(self, at_ms: int, rr_ms: Sequence[float]) -> None:
        """Take a measurement: arrival and intervals in ms."""
        if self.ahead or not rr_ms:
            return
        self._sum_ms += sum([rr for rr in rr_ms if 0 < rr <= MAX_RR_MS])
        lag_ms = at_ms - self._sum_ms
        bucket = at_ms // _BUCKET_MS
        if bucket != self._bucket:
            if self._bucket is not None:
                self._before.append(self._smallest)
            self._bucket = bucket
        elif lag_ms >= self._smallest[1]:
            return
        self._smallest = at_ms, lag_ms
        if self._before:
            before_ms, then_ms = min((lag, then) for then, lag in self._before)
            self.ahead = before_ms - lag_ms > _AHEAD_MS + _AHEAD_RATIO * (at_ms - then_ms)

    def mark_strap_change(self) -> None:
        """Mark a change of strap, whose notifications may be later or earlier."""
        self._before.clear()
        self._bucket = None
