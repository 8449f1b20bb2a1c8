"""The delays between two tries to connect."""

from __future__ import annotations

from itertools import pairwise

from talkpace.backoff import STABLE_AFTER_S, Backoff
from talkpace.mqtt.connection import RECONNECT_LONGEST_S, reconnect_backoff


def test_delays_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 30, random=lambda: 0.0)
    assert [backoff.next_s() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_delay_is_shortened_by_up_to_half_at_random() -> None:
    backoff = Backoff(4, 30, random=lambda: 0.75)
    assert backoff.next_s() == 4 * (1 - 0.75 / 2)


def test_a_reset_starts_again_with_the_first_delay() -> None:
    backoff = Backoff(0.5, 30, random=lambda: 0.0)
    for _ in range(5):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 0.5


def test_the_broker_is_tried_again_after_1_s_to_1_minute_and_after_1_s_once_a_connection_was_stable() -> None:
    backoff = reconnect_backoff()
    delays = [backoff.next_s() for _ in range(10)]
    assert 1 <= delays[0] <= 1.5
    assert all(earlier < later for earlier, later in pairwise(delays[:6]))
    assert delays[-1] == RECONNECT_LONGEST_S
    assert backoff.next_s(STABLE_AFTER_S - 1) == RECONNECT_LONGEST_S
    assert backoff.next_s(STABLE_AFTER_S) <= 1.5
