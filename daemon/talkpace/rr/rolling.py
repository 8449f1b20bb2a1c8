"""The threshold of Lipponen and Tarvainen (2019) that follows the spread of what is around it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

HALF_WINDOW = 45
_ALPHA = 5.2


class RollingThreshold:
    """5.2 times the quartile deviation of the 91 values around a place; fewer at a series' ends."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._from = self._to = 0

    def at(self, values: Sequence[float], i: int) -> float:
        """At the i-th value; cheap where it is asked for one after the other."""
        start, end = max(0, i - HALF_WINDOW), min(len(values), i + HALF_WINDOW + 1)
        ordered = self._sorted
        if start - self._from in (0, 1) and end - self._to in (0, 1):
            if start > self._from:
                del ordered[bisect_left(ordered, values[self._from])]
            if end > self._to:
                insort(ordered, values[self._to])
        elif (start, end) != (self._from, self._to):
            ordered = self._sorted = sorted(values[start:end])
        self._from, self._to = start, end
        if end - start == 2 * HALF_WINDOW + 1:
            return _ALPHA / 4 * (ordered[67] + ordered[68] - ordered[22] - ordered[23])
        return _ALPHA / 2 * (_quantile(ordered, 0.75) - _quantile(ordered, 0.25))

    def trimmed(self, count: int) -> None:
        """The values' first ones are gone."""
        self._from -= count
        self._to -= count
        if self._from < 0:
            self._sorted, self._from, self._to = [], 0, 0


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
