"""Items wait in order; beyond a bound the oldest of their kind goes, and is counted."""

from __future__ import annotations

from talkpace.storage.record_queue import MAX_MEASUREMENTS, MAX_OTHERS, RecordQueue
from talkpace.storage.records import RecordItem

from .samples import closed, measurement, opened, outgoing


def test_items_of_both_kinds_are_taken_in_the_order_of_putting() -> None:
    waiting = RecordQueue()
    items: list[RecordItem] = [
        opened(),
        measurement(0),
        outgoing(0),
        measurement(1),
        measurement(2),
        closed(),
    ]
    for item in items:
        waiting.put(item)
    assert len(waiting) == len(items)
    assert waiting.take() == items
    assert len(waiting) == 0


def test_items_put_back_come_before_newer_ones() -> None:
    waiting = RecordQueue()
    waiting.put(measurement(2))
    waiting.put_back([opened(), measurement(0), measurement(1)])
    waiting.put(measurement(3))
    assert waiting.take() == [
        opened(),
        measurement(0),
        measurement(1),
        measurement(2),
        measurement(3),
    ]


def test_too_many_measurements_drop_only_the_oldest_measurements() -> None:
    waiting = RecordQueue()
    waiting.put(opened())
    for i in range(MAX_MEASUREMENTS + 5):
        waiting.put(measurement(i))
    assert waiting.lost_measurements == 5
    assert waiting.lost_others == 0
    assert waiting.take() == [opened(), *[measurement(i) for i in range(5, MAX_MEASUREMENTS + 5)]]


def test_too_many_other_items_drop_only_the_oldest_of_these() -> None:
    waiting = RecordQueue()
    waiting.put(measurement(0))
    for i in range(MAX_OTHERS + 3):
        waiting.put(outgoing(i))
    assert waiting.lost_others == 3
    assert waiting.lost_measurements == 0
    assert waiting.take() == [measurement(0), *[outgoing(i) for i in range(3, MAX_OTHERS + 3)]]


def test_items_put_back_on_a_full_queue_are_dropped_first() -> None:
    waiting = RecordQueue()
    for i in range(10, MAX_MEASUREMENTS + 10):
        waiting.put(measurement(i))
    waiting.put_back([measurement(i) for i in range(10)])
    assert waiting.lost_measurements == 10
    assert waiting.take()[0] == measurement(10)
