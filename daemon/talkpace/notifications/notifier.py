"""Sends what is stored for each address, each by a task of its own, so that none waits for another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, Protocol

from ..clock import Clock, boot_id
from ..diagnostics import NOT_USED, OK, Health
from ..errors import StoreError
from ..storage.records import QueuedNotification
from .delivery import Delivery, Moment
from .destination import Destination
from .outcome import SENT, Outcome, Result

STORE_RETRY_S = 5.0
MOST_PROCESSES = 2
"""that send at a time"""

Send = Callable[[str, str, str], Awaitable[Outcome]]
"""called with address, title and text"""

_log = logging.getLogger(__name__)


class NotificationOutbox(Protocol):
    """Stored notifications that have not been sent, with ascending ids. Its methods raise StoreError."""

    async def pending(self) -> list[QueuedNotification]:
        """All, oldest first."""
        ...

    async def delete(self, number: int, /) -> None:
        """Delete the one with this id."""
        ...


class Notifier:
    """Sends notifications at least once each, unless they are refused or a day old."""

    def __init__(
        self,
        destinations: Sequence[Destination],
        *,
        outbox: NotificationOutbox,
        send: Send,
        clock: Clock,
        on_health: Callable[[Health], None],
        boot: str | None = None,
    ) -> None:
        """`boot` names the period in which monotonic times can be compared; by default the host's."""
        self.lost = 0
        """notifications that were given up, refused, or dropped from a full queue"""
        self._outbox = outbox
        self._send = send
        self._clock = clock
        self._on_health = on_health
        self._boot = boot_id() if boot is None else boot
        self._queues = {one.name: _Queue(one) for one in destinations}
        self._processes = asyncio.Semaphore(MOST_PROCESSES)
        self._first_id: int | None = None
        """of those that were posted; the store's others are older"""
        self._newest_pending_id = 0
        self._finished: deque[int] = deque()
        """ids to delete from the store, which takes them once it can be written"""

    def post(self, queued: Sequence[QueuedNotification]) -> None:
        """Send these after all others. Return at once."""
        new = [one for one in queued if one.id is None or one.id > self._newest_pending_id]
        if self._first_id is None:
            self._first_id = next((one.id for one in new if one.id is not None), None)
        self._put(new)

    async def run(self) -> NoReturn:
        """Send until cancelled; what is being sent then is sent again in the next run."""
        self._report_health()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._load())
            for queue in self._queues.values():
                tasks.create_task(self._deliver(queue))
            await asyncio.Event().wait()
        raise AssertionError("the tasks have ended")

    async def _load(self) -> None:
        """Queue what an earlier run has left; try again while the store cannot be read."""
        while True:
            try:
                pending = await self._outbox.pending()
                break
            except StoreError as error:
                _log.debug("stored notifications cannot be read: %s", error)
                await self._clock.sleep(STORE_RETRY_S)
        numbers = [one.id for one in pending if one.id is not None]
        self._newest_pending_id = max(numbers, default=0) if self._first_id is None else 0
        older = [one for one in pending if self._first_id is None or (one.id or 0) < self._first_id]
        self._put(older, first=True)
        await self._delete()

    def _put(self, queued: Sequence[QueuedNotification], *, first: bool = False) -> None:
        for one in queued:
            queue = self._queues.get(one.notification.address)
            if one.id is not None and (queue is None or not queue.destination.permits(one.notification)):
                self._finished.append(one.id)
        for name, queue in self._queues.items():
            permitted = [
                one
                for one in queued
                if one.notification.address == name and queue.destination.permits(one.notification)
            ]
            self._lose(queue, queue.delivery.put(permitted, first=first), "dropped, as too many wait")
            if permitted:
                queue.any.set()

    async def _deliver(self, queue: _Queue) -> NoReturn:
        delivery = queue.delivery
        while True:
            queue.any.clear()
            self._lose(queue, delivery.expire(self._now()), "given up after a day")
            await self._delete()
            wait_ms = delivery.wait_ms(self._clock.monotonic_ms())
            if wait_ms == 0:
                await self._attempt(queue)
            elif wait_ms is not None:
                await self._clock.sleep(wait_ms / 1000)
            elif self._finished:
                await self._clock.sleep(STORE_RETRY_S)
            else:
                await queue.any.wait()

    async def _attempt(self, queue: _Queue) -> None:
        async with self._processes:
            queued = queue.delivery.next
            item = queued.notification
            outcome = await self._send(queue.destination.address, item.title, item.text)
        if queue.delivery.finish(queued, outcome, self._clock.monotonic_ms()):
            self._finished.extend([queued.id] if queued.id is not None else [])
            self.lost += outcome.result is Result.REFUSED
        self._log_outcome(queue, outcome)
        self._report_health()

    def _log_outcome(self, queue: _Queue, outcome: Outcome) -> None:
        """Log the first failure and the success after it; those between at debug level."""
        if outcome == SENT:
            if queue.has_failed:
                _log.info("notifications: %s works again", queue.destination.name)
            queue.has_failed = False
            return
        level = logging.DEBUG if queue.has_failed else logging.WARNING
        queue.has_failed = True
        _log.log(level, "notifications: %s: %s", queue.destination.name, outcome.reason)

    async def _delete(self) -> None:
        """Delete from the store what is done with; where that fails, the next call tries again."""
        while self._finished:
            number = self._finished.popleft()
            try:
                await self._outbox.delete(number)
            except StoreError as error:
                self._finished.appendleft(number)
                _log.debug("a notification cannot be deleted from the store: %s", error)
                return

    def _lose(self, queue: _Queue, lost: Sequence[QueuedNotification], reason: str) -> None:
        if lost:
            self.lost += len(lost)
            self._finished.extend(one.id for one in lost if one.id is not None)
            _log.warning("notifications: %s: %d %s", queue.destination.name, len(lost), reason)

    def _report_health(self) -> None:
        failures = [
            f"{name}: {queue.delivery.failure}"
            for name, queue in self._queues.items()
            if queue.delivery.failure is not None
        ]
        if not self._queues:
            self._on_health(NOT_USED)
        else:
            self._on_health(Health.failed("; ".join(failures)) if failures else OK)

    def _now(self) -> Moment:
        return Moment(self._clock.wall(), self._boot, self._clock.monotonic_ms())


class _Queue:
    """An address with its queue."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.delivery = Delivery()
        self.any = asyncio.Event()
        self.has_failed = False
        """whether a failure was logged, and no success since"""
