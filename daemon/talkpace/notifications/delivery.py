"""When the notifications to one address are sent, sent again and given up. Times are arguments."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..backoff import Backoff
from ..storage.records import Notification, QueuedNotification
from .outcome import Outcome, Result

FIRST_RETRY_S = 15.0
LONGEST_RETRY_S = 900.0
GIVE_UP_MS = 24 * 3600 * 1000
"""a notification that is older is not sent any more"""
LONGEST_QUEUE = 100
"""for an address; a full one drops its oldest notification"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The present by both clocks; monotonic times are comparable within one boot only."""

    at: datetime
    boot: str
    at_ms: int

    def age_ms(self, notification: Notification) -> int:
        """Age of a notification in ms; 0 where the wall clock has been set back since."""
        if self.boot and notification.boot == self.boot:
            return max(0, self.at_ms - notification.at_ms)
        return max(0, round((self.at - notification.at).total_seconds() * 1000))


class Delivery:
    """The queue of one address: in order, one at a time, the same one again until it is sent or given up."""

    def __init__(self, backoff: Backoff | None = None, *, longest_queue: int = LONGEST_QUEUE) -> None:
        self.failure: str | None = None
        """why the last attempt was no success; None after a success"""
        self._backoff = backoff or Backoff(FIRST_RETRY_S, LONGEST_RETRY_S)
        self._longest_queue = longest_queue
        self._queue: deque[QueuedNotification] = deque()
        self._not_before_ms: int | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, queued: Sequence[QueuedNotification], *, first: bool = False) -> list[QueuedNotification]:
        """Queue these behind all others, or before them; return the oldest that had to go for them."""
        if first:
            self._queue.extendleft(reversed(queued))
        else:
            self._queue.extend(queued)
        return [self._queue.popleft() for _ in range(len(self._queue) - self._longest_queue)]

    def expire(self, now: Moment) -> list[QueuedNotification]:
        """Take out and return what is too old to be sent."""
        queued, self._queue = self._queue, deque()
        old: list[QueuedNotification] = []
        for one in queued:
            (old if now.age_ms(one.notification) > GIVE_UP_MS else self._queue).append(one)
        return old

    def wait_ms(self, now_ms: int) -> int | None:
        """Time until the next attempt, 0 where it is due; None where there is nothing to send."""
        if not self._queue:
            return None
        return 0 if self._not_before_ms is None else max(0, self._not_before_ms - now_ms)

    @property
    def next(self) -> QueuedNotification:
        """What the next attempt sends. Raises IndexError where there is nothing."""
        return self._queue[0]

    def finish(self, queued: QueuedNotification, outcome: Outcome, now_ms: int) -> bool:
        """Process the outcome of an attempt; return whether the notification is done with."""
        if outcome.result is Result.SENT:
            self.failure = self._not_before_ms = None
            self._backoff.reset()
        else:
            self.failure = outcome.reason
            self._not_before_ms = now_ms + round(self._backoff.next_s() * 1000)
        done = outcome.result is not Result.RETRY
        if done and queued in self._queue:  # a full queue may have dropped it meanwhile
            self._queue.remove(queued)
        return done
