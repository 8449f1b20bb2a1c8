"""The schedule of one address: in order, ever less often, and not after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from talkpace.backoff import Backoff
from talkpace.notifications.delivery import (
    FIRST_RETRY_S,
    GIVE_UP_MS,
    LONGEST_RETRY_S,
    Delivery,
    Moment,
)
from talkpace.notifications.outcome import SENT, Outcome, Result
from talkpace.storage.records import QueuedNotification

from .samples import AT, BOOT, notification, queued

RETRY = Outcome(Result.RETRY, "it answers 500")
REFUSED = Outcome(Result.REFUSED, "it answers 403")


def moment(at_ms: int) -> Moment:
    return Moment(AT + timedelta(milliseconds=at_ms), BOOT, at_ms)


def test_notifications_are_sent_in_order_and_one_is_repeated_until_it_is_sent() -> None:
    delivery = Delivery()
    delivery.put([queued(1), queued(2)])
    assert not delivery.finish(delivery.next, RETRY, 0)
    assert (delivery.next.id, delivery.failure) == (1, "it answers 500")
    assert delivery.finish(delivery.next, SENT, 20_000)
    assert (delivery.next.id, delivery.failure) == (2, None)
    assert (delivery.next.id, delivery.wait_ms(20_000)) == (2, 0)


def test_what_an_earlier_run_has_left_comes_first() -> None:
    delivery = Delivery()
    delivery.put([queued(7)])
    delivery.put([queued(1), queued(2)], first=True)
    assert [delivery.next.id, len(delivery)] == [1, 3]


def test_a_refused_notification_is_done_with_and_its_fault_stays_until_one_is_sent() -> None:
    delivery = Delivery()
    delivery.put([queued(1), queued(2)])
    assert delivery.finish(delivery.next, REFUSED, 0)
    assert (delivery.next.id, delivery.failure) == (2, "it answers 403")
    assert delivery.wait_ms(0), "the next is not sent at once"


def test_a_full_queue_drops_the_oldest() -> None:
    delivery = Delivery(longest_queue=2)
    assert [one.id for one in delivery.put([queued(1), queued(2), queued(3)])] == [1]
    assert delivery.next.id == 2


def test_one_that_is_dropped_while_it_is_sent_is_done_with() -> None:
    delivery = Delivery(longest_queue=1)
    delivery.put([queued(1)])
    sending = delivery.next
    delivery.put([queued(2)])
    assert delivery.finish(sending, SENT, 0)
    assert delivery.next.id == 2


def test_what_is_older_than_a_day_is_given_up() -> None:
    delivery = Delivery()
    delivery.put([queued(1, at_ms=0), queued(2, at_ms=1)])
    assert delivery.expire(moment(GIVE_UP_MS)) == []
    assert [one.id for one in delivery.expire(moment(GIVE_UP_MS + 1))] == [1]
    assert delivery.next.id == 2


def test_a_wall_clock_that_is_set_makes_nothing_old_within_a_boot() -> None:
    now = Moment(AT + timedelta(days=20_000), BOOT, 5_000)
    assert now.age_ms(notification(at_ms=1_000)) == 4_000


def test_after_a_boot_the_wall_clock_tells_the_age_and_one_set_back_tells_none() -> None:
    later = replace(moment(0), boot="boot-2", at=AT + timedelta(hours=1))
    assert later.age_ms(notification(at_ms=10**9)) == 3_600_000
    assert replace(later, at=AT - timedelta(hours=1)).age_ms(notification()) == 0
    unknown = replace(notification(at_ms=10**9), boot="")
    assert replace(later, boot="").age_ms(unknown) == 3_600_000


@given(
    st.lists(st.sampled_from([SENT, RETRY, REFUSED]), max_size=80),
    st.lists(st.integers(0, 3), max_size=80),
    st.floats(0, 0.999),
)
def test_every_notification_ends_once_in_order_and_pauses_stay_within_their_bounds(
    outcomes: list[Outcome], arrivals: list[int], random: float
) -> None:
    delivery = Delivery(Backoff(FIRST_RETRY_S, LONGEST_RETRY_S, random=lambda: random), longest_queue=5)
    now_ms, number = 0, 0
    given_in, ended = list[int | None](), list[QueuedNotification]()
    arriving = iter(arrivals)
    for outcome in outcomes:
        new = [queued(number + each, at_ms=now_ms) for each in range(next(arriving, 0))]
        number += len(new)
        given_in += [one.id for one in new]
        ended += delivery.put(new)
        ended += delivery.expire(moment(now_ms))
        wait_ms = delivery.wait_ms(now_ms)
        if wait_ms is None:
            now_ms += 1
            continue
        assert 0 <= wait_ms <= LONGEST_RETRY_S * 1000
        now_ms += wait_ms
        ended += delivery.expire(moment(now_ms))
        if len(delivery) == 0:
            continue
        sending = delivery.next
        assert moment(now_ms).age_ms(sending.notification) <= GIVE_UP_MS
        if delivery.finish(sending, outcome, now_ms):
            ended.append(sending)
        assert (delivery.failure is None) is (outcome == SENT)
    assert [one.id for one in ended] == given_in[: len(ended)]
    assert len(ended) + len(delivery) == len(given_in)
    assert len(delivery) <= 5
