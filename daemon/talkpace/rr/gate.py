"""The simple gate for live values, which cannot wait for what comes after a beat.

An interval passes that a heart can have and that is near the median of those just before it. What
is refused is left out; nothing is put in its place.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

from .beats import Beat

SHORTEST_MS, LONGEST_MS = 300.0, 2000.0
NEAR = 0.25
"""of the median; slow, deep breathing swings intervals by some 20 %, an early beat comes 30 % early"""
_LOCAL = 11
"""beats of the median, passed or not, so that a heart rate that has jumped is near it again soon"""
_ENOUGH = 3
"""beats until there is a median to be near to"""


class LiveGate:
    """Lets an interval pass, or not, the moment it comes."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []

    def passes(self, beat: Beat) -> bool:
        """Whether this, the next interval, is to be counted."""
        rr_ms = beat.rr_ms
        if not SHORTEST_MS <= rr_ms <= LONGEST_MS:
            return False
        recent, ordered = self._recent, self._sorted
        if len(recent) == _LOCAL:
            del ordered[bisect_left(ordered, recent.popleft())]
        recent.append(rr_ms)
        insort(ordered, rr_ms)
        median = ordered[len(ordered) // 2]
        return len(ordered) < _ENOUGH or abs(rr_ms - median) <= NEAR * median
