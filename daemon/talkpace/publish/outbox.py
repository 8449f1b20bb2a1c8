"""What must reach the broker, in order: at least once, and never again once it was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from ..errors import StoreError
from ..record.items import Queued
from .link import Link
from .topics import DELIVERY, Delivery, Topics

LONGEST_QUEUE = 10_000
RETRY_S = 5.0
"""a store that fails is asked again so often"""

_log = logging.getLogger(__name__)


class Outbox(Protocol):
    """Where messages wait that were not acknowledged yet. Places are given in ascending order."""

    async def pending(self) -> list[Queued]:
        """The oldest that wait, in order; not necessarily all. Raises StoreError."""
        ...

    async def acknowledged(self, place: int, /) -> None:
        """The broker has this one. Raises StoreError."""
        ...


class OutboxLane:
    """Sends one message at a time, so that a broken link repeats one at most.

    At first, and whenever the queue is full, messages with a place are left in the store, and fetched
    from there in order once the queue is empty. Without a place there is only the queue: when it is
    full, the newest message is lost, which is logged.
    """

    def __init__(self, topics: Topics, outbox: Outbox, *, longest_queue: int = LONGEST_QUEUE) -> None:
        self.settled = asyncio.Event()
        self._topics = topics
        self._outbox = outbox
        self._longest_queue = longest_queue
        self._queue: deque[Queued] = deque()
        self._newest_taken = 0
        self._more_in_store = True
        self._left_in_store = False
        self._unconfirmed: deque[int] = deque()
        self._posted = asyncio.Event()
        self._lost = 0

    def post(self, queued: Sequence[Queued]) -> None:
        """Send these after all others. One that was taken before is passed over."""
        for each in queued:
            if each.id is None:
                self._post_unplaced(each)
            elif each.id > self._newest_taken:
                self._more_in_store = self._more_in_store or self._full
                if self._more_in_store:
                    self._left_in_store = True
                else:
                    self._take(each)
        if queued:
            self.settled.clear()
            self._posted.set()

    async def run(self, link: Link) -> None:
        """Send until cancelled. Raises LinkError."""
        while True:
            self._posted.clear()
            await self.confirm()
            if not self._queue and self._more_in_store:
                await self._fetch()
            if self._queue:
                await self._send(link, self._queue[0])
                continue
            if not self._more_in_store:
                self.settled.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S if self._more_in_store or self._unconfirmed else None):
                    await self._posted.wait()

    async def confirm(self) -> None:
        """Tell the store what the broker has acknowledged; what it cannot take now, it is told again."""
        while self._unconfirmed:
            try:
                await self._outbox.acknowledged(self._unconfirmed[0])
            except StoreError as error:
                _log.debug("the store still holds a message that the broker has: %s", error)
                return
            self._unconfirmed.popleft()

    async def _fetch(self) -> None:
        self._left_in_store = False
        try:
            pending = await self._outbox.pending()
        except StoreError as error:
            _log.debug("the store does not say what waits for the broker: %s", error)
            return
        posted_meanwhile, self._queue = self._queue, deque()
        new = [each for each in pending if each.id is not None and each.id > self._newest_taken]
        for each in new[: self._longest_queue]:
            self._take(each)
        self._queue.extend(posted_meanwhile)
        self._more_in_store = bool(new) or self._left_in_store

    async def _send(self, link: Link, queued: Queued) -> None:
        message = queued.message
        qos = DELIVERY.get(message.topic.rpartition("/")[2], DELIVERY["event"]).qos
        await link.publish(self._topics.of(message.topic), message.payload, Delivery(qos, message.retain))
        self._queue.popleft()
        if queued.id is not None:
            self._unconfirmed.append(queued.id)
            await self.confirm()

    @property
    def _full(self) -> bool:
        return len(self._queue) >= self._longest_queue

    def _post_unplaced(self, queued: Queued) -> None:
        if not self._full:
            self._take(queued)
            return
        if self._lost == 0:
            _log.error("too much waits for the broker, and the store cannot keep it: messages are lost")
        self._lost += 1

    def _take(self, queued: Queued) -> None:
        self._queue.append(queued)
        self._newest_taken = max(self._newest_taken, queued.id or 0)
