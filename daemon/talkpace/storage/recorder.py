"""Writes to the store in a thread of its own, so that no measurement waits for the disk."""

from __future__ import annotations

import asyncio
import logging
from asyncio import FIRST_COMPLETED, Future
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..clock import Clock
from ..diagnostics import OK, Health, HealthState
from ..errors import StoreError, StoreFullError, StoreReadOnlyError
from .errors import RefusedItemsError
from .record_queue import RecordQueue
from .records import (
    AthleteChange,
    EntryDeleted,
    EntryEdited,
    EntryLogged,
    MeasurementRecord,
    NapEnded,
    NapStarted,
    Notification,
    OutgoingMessage,
    Queued,
    QueuedMessage,
    QueuedNotification,
    RecordItem,
    SessionClosed,
    SessionOpened,
    SessionReassigned,
    TalkTestAnswered,
)
from .store import Store

BATCH_S = 3.0
"""a power cut loses at most 5 s: this, and the time that a slow SD card takes to write"""
RETRY_S = 5.0
STALLED_AFTER_S = 10.0
"""a write that takes longer is reported as stalled"""
SHUTDOWN_S = 2.0
"""for the last batch and for closing the store"""

_URGENT = (
    OutgoingMessage,
    Notification,
    SessionOpened,
    SessionReassigned,
    SessionClosed,
    AthleteChange,
    TalkTestAnswered,
    EntryLogged,
    EntryEdited,
    EntryDeleted,
    NapStarted,
    NapEnded,
)

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecordLosses:
    """Numbers of items lost since the start."""

    measurements: int = 0
    """dropped from a full queue"""
    others: int = 0
    """events, summaries and other items dropped from a full queue"""
    refused: int = 0
    """items that can never be written, such as a measurement of an unknown session"""

    def __bool__(self) -> bool:
        """Whether anything was lost."""
        return bool(self.measurements or self.others or self.refused)


class Recorder:
    """Queues items and writes them in batches; while the disk takes none, they stay in a bounded queue.

    While a write is stalled, its batch comes on top of the queue's bound.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        clock: Clock,
        *,
        on_health: Callable[[Health], None],
        on_queued: Callable[[Sequence[QueuedMessage]], None],
        on_notifications: Callable[[Sequence[QueuedNotification]], None] = lambda _queued: None,
        stalled_after_s: float = STALLED_AFTER_S,
    ) -> None:
        """`open_store` is called in the thread, and again while the store cannot be opened.

        `on_health` is called when the store's health changes; `on_queued` and `on_notifications`
        get what is to be sent, with id None where it could not be stored. All are called in the event loop.
        """
        self.health = OK
        self.queue = RecordQueue()
        self._refused = 0
        self._open_store = open_store
        self._clock = clock
        self._on_health = on_health
        self._on_queued = on_queued
        self._on_notifications = on_notifications
        self._stalled_after_s = stalled_after_s
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._any = asyncio.Event()
        self._urgent = asyncio.Event()
        self._batch: list[RecordItem] = []
        self._write_result: Future[tuple[Sequence[Queued], int]] | None = None
        self._logged_losses = RecordLosses()

    @property
    def losses(self) -> RecordLosses:
        """Items lost since the start."""
        return RecordLosses(self.queue.lost_measurements, self.queue.lost_others, self._refused)

    def put(self, item: RecordItem) -> None:
        """Queue an item; return at once and never raise."""
        self.queue.put(item)
        self._any.set()
        if isinstance(item, _URGENT):
            self._urgent.set()

    def unwritten(self) -> list[RecordItem]:
        """Items that are not on disk yet, in order, without measurements."""
        batch = [item for item in self._batch if not isinstance(item, MeasurementRecord)]
        return [*batch, *self.queue.others()]

    async def call(
        self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(store, …)` between two batches and return its result: `call(Store.outbox, 50)`.

        Raises what the function raises; StoreError where the store cannot be opened or does not answer in
        time (the function may still run later then).
        """
        try:
            future = self._submit(lambda: function(self._opened_store(), *args, **kwargs))
        except RuntimeError:
            raise StoreError("the store is closed") from None
        try:
            async with asyncio.timeout(self._stalled_after_s):
                return await asyncio.shield(future)
        except TimeoutError:
            raise StoreError("the disk does not answer") from None

    async def run(self) -> None:
        """Write until cancelled; then write the rest and close the store, within 2 s."""
        try:
            await self._check_store()
            while True:
                if self.health.state is HealthState.OK:
                    await self._any.wait()
                    await self._wait_for_first(self._clock.sleep(BATCH_S), self._urgent.wait())
                else:
                    await self._wait_for_first(self._clock.sleep(RETRY_S), self._urgent.wait())
                await self._write()
        finally:
            await self._finish()

    # -- in the event loop -------------------------------------------------------------------------

    async def _check_store(self) -> None:
        """Report a store that cannot be opened at once, and not with the first item."""
        try:
            await self.call(Store.data_version)
        except StoreError as error:
            self._set_health(_health_of(error))

    async def _write(self) -> None:
        self._any.clear()
        self._urgent.clear()
        self._batch = self.queue.take()
        if self._batch or self.health.state is not HealthState.OK:
            self._write_result = self._submit(self._write_batch, self._batch)
            await self._finish_write()

    async def _finish_write(self) -> None:
        """Wait for the current write and process its result."""
        result, batch = self._write_result, self._batch
        assert result is not None
        while not result.done():
            done, _ = await asyncio.wait({result}, timeout=self._stalled_after_s)
            if not done:
                self._set_health(Health.failed("stalled"))
        self._write_result, self._batch = None, []
        try:
            queued, refused = result.result()
        except StoreError as error:
            self._retry_later(batch, error)
            return
        self._refused += refused
        self._set_health(OK)
        self._log_losses()
        self._hand_over(queued)

    def _retry_later(self, batch: Sequence[RecordItem], error: StoreError) -> None:
        self._set_health(_health_of(error))
        self.queue.put_back(item for item in batch if not isinstance(item, OutgoingMessage | Notification))
        self._hand_over(
            [
                QueuedMessage(None, item)
                if isinstance(item, OutgoingMessage)
                else QueuedNotification(None, item)
                for item in batch
                if isinstance(item, OutgoingMessage | Notification)
            ]
        )

    def _hand_over(self, queued: Sequence[Queued]) -> None:
        messages = [one for one in queued if isinstance(one, QueuedMessage)]
        notifications = [one for one in queued if isinstance(one, QueuedNotification)]
        if messages:
            self._on_queued(messages)
        if notifications:
            self._on_notifications(notifications)

    def _set_health(self, health: Health) -> None:
        if health != self.health:
            level = logging.INFO if health.state is HealthState.OK else logging.ERROR
            _log.log(level, "store: %s", health.text)
            self.health = health
            self._on_health(health)

    def _log_losses(self) -> None:
        """Log new losses once the disk takes data again."""
        losses = self.losses
        if losses != self._logged_losses:
            _log.error(
                "lost since the start: %d measurement(s) and %d other item(s) while the disk took none,"
                " %d refused item(s)",
                losses.measurements, losses.others, losses.refused,
            )  # fmt: skip
            self._logged_losses = losses

    async def _finish(self) -> None:
        try:
            async with asyncio.timeout(SHUTDOWN_S):
                if self._write_result is not None:
                    await self._finish_write()
                if self.queue:
                    await self._write()
                if self._store is not None:
                    await self._submit(self._store.close)
        except (TimeoutError, StoreError) as error:
            _log.error("the store was not closed: %s", str(error) or "the disk does not answer")
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)
            unwritten = len(self.queue) + len(self._batch)
            if unwritten:
                _log.error("%d item(s) lost: they could not be written before the stop", unwritten)

    async def _wait_for_first(self, *awaited: Coroutine[Any, Any, Any]) -> None:
        """Wait until one of them is done; cancel the others."""
        tasks = [asyncio.ensure_future(each) for each in awaited]
        try:
            await asyncio.wait(tasks, return_when=FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _submit(self, function: Callable[..., T], *args: Any) -> Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

    # -- in the thread -----------------------------------------------------------------------------

    def _opened_store(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _write_batch(self, items: Sequence[RecordItem]) -> tuple[Sequence[Queued], int]:
        """Write a batch without the items that can never be written; return also their number."""
        store = self._opened_store()
        if not items:
            store.check_writable()  # find out whether the disk takes data again
        accepted = list(items)
        while True:
            try:
                return store.write(accepted), len(items) - len(accepted)
            except RefusedItemsError as error:
                _log.error("%d item(s) refused: %s", len(error.items), error)
                refused = {id(item) for item in error.items}
                accepted = [item for item in accepted if id(item) not in refused]


def _health_of(error: StoreError) -> Health:
    match error:
        case StoreFullError():
            return Health.failed("disk full")
        case StoreReadOnlyError():
            return Health.failed("read-only")
    return Health.failed(str(error))
