"""The bounded queue of items that wait to be written."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from itertools import count

from .records import MeasurementRecord, RecordItem

MAX_MEASUREMENTS = 20_000
"""five hours of one strap"""
MAX_OTHERS = 2_000


class RecordQueue:
    """Two bounded queues, of measurements and of other items; a full one drops its oldest item and counts it.

    So however many measurements come while a disk is full, no event or summary is lost to them.
    """

    def __init__(self) -> None:
        self.lost_measurements = 0
        """number of dropped measurements"""
        self.lost_others = 0
        """number of other dropped items, such as events"""
        self._sequence = count()
        self._measurements: deque[tuple[int, RecordItem]] = deque()
        self._others: deque[tuple[int, RecordItem]] = deque()

    def __len__(self) -> int:
        return len(self._measurements) + len(self._others)

    def put(self, item: RecordItem) -> None:
        """Append an item."""
        if isinstance(item, MeasurementRecord):
            self._measurements.append((next(self._sequence), item))
        else:
            self._others.append((next(self._sequence), item))
        self._drop()

    def take(self) -> list[RecordItem]:
        """Remove and return all items, in the order in which they were put."""
        items = [
            item for _, item in heapq.merge(self._measurements, self._others, key=lambda entry: entry[0])
        ]
        self._measurements.clear()
        self._others.clear()
        return items

    def others(self) -> list[RecordItem]:
        """The items that are not measurements; they stay in the queue."""
        return [item for _, item in self._others]

    def put_back(self, items: Iterable[RecordItem]) -> None:
        """Put items that were taken before those that are in the queue."""
        newer = self.take()
        for item in (*items, *newer):
            self.put(item)

    def _drop(self) -> None:
        if len(self._measurements) > MAX_MEASUREMENTS:
            self._measurements.popleft()
            self.lost_measurements += 1
        if len(self._others) > MAX_OTHERS:
            self._others.popleft()
            self.lost_others += 1
