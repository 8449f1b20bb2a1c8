"""Items wait in order; beyond a bound the oldest of their kind goes, and is counted."""

from __future__ import annotations

from talkpace.record.items import RecordItem
from talkpace.record.waiting import MOST_MEASUREMENTS, MOST_OTHERS, WaitingItems

from .samples import closed, opened, outgoing, taken


def test_items_of_both_kinds_come_out_in_the_order_in_which_they_went_in() -> None:
    waiting = WaitingItems()
    items: list[RecordItem] = [opened(), taken(0), outgoing(0), taken(1), taken(2), closed()]
    for item in items:
        waiting.put(item)
    assert len(waiting) == len(items)
    assert waiting.take() == items
    assert len(waiting) == 0


def test_what_is_put_back_comes_before_what_came_since() -> None:
    waiting = WaitingItems()
    waiting.put(taken(2))
    waiting.put_back([opened(), taken(0), taken(1)])
    waiting.put(taken(3))
    assert waiting.take() == [opened(), taken(0), taken(1), taken(2), taken(3)]


def test_too_many_measurements_drop_the_oldest_of_them_and_nothing_else() -> None:
    waiting = WaitingItems()
    waiting.put(opened())
    for i in range(MOST_MEASUREMENTS + 5):
        waiting.put(taken(i))
    assert waiting.lost_measurements == 5
    assert waiting.lost_others == 0
    assert waiting.take() == [opened(), *[taken(i) for i in range(5, MOST_MEASUREMENTS + 5)]]


def test_too_many_others_drop_the_oldest_of_them_and_no_measurement() -> None:
    waiting = WaitingItems()
    waiting.put(taken(0))
    for i in range(MOST_OTHERS + 3):
        waiting.put(outgoing(i))
    assert waiting.lost_others == 3
    assert waiting.lost_measurements == 0
    assert waiting.take() == [taken(0), *[outgoing(i) for i in range(3, MOST_OTHERS + 3)]]


def test_what_is_put_back_on_a_full_queue_is_the_oldest_and_goes_first() -> None:
    waiting = WaitingItems()
    for i in range(10, MOST_MEASUREMENTS + 10):
        waiting.put(taken(i))
    waiting.put_back([taken(i) for i in range(10)])
    assert waiting.lost_measurements == 10
    assert waiting.take()[0] == taken(10)
