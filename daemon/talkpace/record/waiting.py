"""What waits to be written, in order and within bounds."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from itertools import count

from .items import MeasurementTaken, RecordItem

MOST_MEASUREMENTS = 20_000
"""five hours of one strap"""
MOST_OTHERS = 2_000


class WaitingItems:
    """A queue of two lanes: beyond its bound, a lane drops its oldest item and counts it.

    So however many measurements come while a disk is full, no event and no summary is lost to them.
    """

    def __init__(self) -> None:
        self.lost_measurements = 0
        self.lost_others = 0
        self._number = count()
        self._measurements: deque[tuple[int, RecordItem]] = deque()
        self._others: deque[tuple[int, RecordItem]] = deque()

    def __len__(self) -> int:
        return len(self._measurements) + len(self._others)

    def put(self, item: RecordItem) -> None:
        """Add an item behind the others."""
        if isinstance(item, MeasurementTaken):
            self._measurements.append((next(self._number), item))
        else:
            self._others.append((next(self._number), item))
        self._drop()

    def take(self) -> list[RecordItem]:
        """All that waits, in the order in which it was put; nothing waits then."""
        items = [
            item for _, item in heapq.merge(self._measurements, self._others, key=lambda entry: entry[0])
        ]
        self._measurements.clear()
        self._others.clear()
        return items

    def others(self) -> list[RecordItem]:
        """What waits besides measurements; it goes on waiting."""
        return [item for _, item in self._others]

    def put_back(self, items: Iterable[RecordItem]) -> None:
        """Add items that were taken, before the others."""
        newer = self.take()
        for item in (*items, *newer):
            self.put(item)

    def _drop(self) -> None:
        if len(self._measurements) > MOST_MEASUREMENTS:
            self._measurements.popleft()
            self.lost_measurements += 1
        if len(self._others) > MOST_OTHERS:
            self._others.popleft()
            self.lost_others += 1
