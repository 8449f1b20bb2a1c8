"""The queue of messages that must arrive: at least once, in order, from the store's outbox."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from ..errors import StoreError
from ..storage.records import QueuedMessage
from .protocols import BrokerConnection
from .topics import DELIVERY, Delivery, Topics

LONGEST_QUEUE = 10_000
STORE_RETRY_S = 5.0

_log = logging.getLogger(__name__)


class Outbox(Protocol):
    """Stored messages that the broker has not acknowledged, with ascending ids."""

    async def pending(self) -> list[QueuedMessage]:
        """The oldest messages in order, not necessarily all. Raises StoreError."""
        ...

    async def acknowledged(self, place: int, /) -> None:
        """Delete the message of this id. Raises StoreError."""
        ...


class OutboxQueue:
    """Publishes one message at a time, so that a lost connection repeats at most one.

    At first, and whenever the queue is full, messages with an id stay in the store and are fetched from
    there, in order, once the queue is empty. A message without an id is in this queue alone: when the
    queue is full it is lost, which is logged.
    """

    def __init__(self, topics: Topics, outbox: Outbox, *, longest_queue: int = LONGEST_QUEUE) -> None:
        self.empty = asyncio.Event()
        self.lost = 0
        """messages without an id that did not fit"""
        self._topics = topics
        self._outbox = outbox
        self._longest_queue = longest_queue
        self._queue: deque[QueuedMessage] = deque()
        self._newest_id = 0
        self._more_in_store = True
        self._skipped_since_fetch = False
        self._unconfirmed: deque[int] = deque()
        self._any_put = asyncio.Event()

    def put(self, messages: Sequence[QueuedMessage]) -> None:
        """Publish these after all others; one that was queued before is ignored."""
        for message in messages:
            if message.id is None:
                self._put_without_id(message)
            elif message.id > self._newest_id:
                self._more_in_store = self._more_in_store or self._is_full
                if self._more_in_store:
                    self._skipped_since_fetch = True
                else:
                    self._append(message)
        if messages:
            self.empty.clear()
            self._any_put.set()

    async def run(self, connection: BrokerConnection) -> None:
        """Publish until cancelled. Raises BrokerConnectionError."""
        while True:
            self._any_put.clear()
            await self.confirm()
            if not self._queue and self._more_in_store:
                await self._fetch()
            if self._queue:
                await self._send(connection, self._queue[0])
                continue
            if not self._more_in_store:
                self.empty.set()
            with contextlib.suppress(TimeoutError):
                retry_s = STORE_RETRY_S if self._more_in_store or self._unconfirmed else None
                async with asyncio.timeout(retry_s):
                    await self._any_put.wait()

    async def confirm(self) -> None:
        """Delete acknowledged messages from the store; where that fails, the next call tries again."""
        while self._unconfirmed:
            try:
                await self._outbox.acknowledged(self._unconfirmed[0])
            except StoreError as error:
                _log.debug("an acknowledged message could not be deleted from the store: %s", error)
                return
            self._unconfirmed.popleft()

    async def _fetch(self) -> None:
        self._skipped_since_fetch = False
        try:
            pending = await self._outbox.pending()
        except StoreError as error:
            _log.debug("pending messages could not be read from the store: %s", error)
            return
        put_meanwhile, self._queue = self._queue, deque()
        new = [message for message in pending if message.id is not None and message.id > self._newest_id]
        for message in new[: self._longest_queue]:
            self._append(message)
        self._queue.extend(put_meanwhile)
        self._more_in_store = bool(new) or self._skipped_since_fetch

    async def _send(self, connection: BrokerConnection, queued: QueuedMessage) -> None:
        message = queued.message
        qos = DELIVERY.get(message.topic.rpartition("/")[2], DELIVERY["event"]).qos
        topic = self._topics.of(message.topic)
        await connection.publish(topic, message.payload, Delivery(qos, message.retain))
        self._queue.popleft()
        if queued.id is not None:
            self._unconfirmed.append(queued.id)
            await self.confirm()

    def take_unstored(self) -> list[QueuedMessage]:
        """Take out the messages that are in this queue alone."""
        unstored = [message for message in self._queue if message.id is None]
        self._queue = deque(message for message in self._queue if message.id is not None)
        return unstored

    @property
    def _is_full(self) -> bool:
        return len(self._queue) >= self._longest_queue

    def _put_without_id(self, message: QueuedMessage) -> None:
        if not self._is_full:
            self._append(message)
            return
        if self.lost == 0:
            _log.error(
                "messages for the broker are lost: %d are queued, and the store cannot be written",
                self._longest_queue,
            )
        self.lost += 1

    def _append(self, message: QueuedMessage) -> None:
        self._queue.append(message)
        self._newest_id = max(self._newest_id, message.id or 0)
