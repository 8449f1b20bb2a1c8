"""Writes to the store in a thread of its own, so that no beat ever waits for a disk."""

from __future__ import annotations

import asyncio
import logging
from asyncio import FIRST_COMPLETED, Future
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..errors import StoreError, StoreFullError, StoreReadOnlyError
from ..service.clock import Clock
from .failure import RefusedItemsError
from .items import (
    EntryDeleted,
    EntryEdited,
    EntryLogged,
    MeasurementTaken,
    NapBegun,
    NapOver,
    Outgoing,
    Queued,
    RecordItem,
    SessionClosed,
    SessionOpened,
    TalkTestAnswered,
)
from .rows import AthleteChange
from .store import Store
from .waiting import WaitingItems

BATCH_S = 3.0
"""a power cut costs at most 5 s: this, and the time that a slow card takes to write"""
RETRY_S = 5.0
PATIENCE_S = 10.0
"""after so long, a disk that does not answer is said to be stalled"""
LAST_FLUSH_S = 2.0

_URGENT = (
    Outgoing,
    SessionOpened,
    SessionClosed,
    AthleteChange,
    TalkTestAnswered,
    EntryLogged,
    EntryEdited,
    EntryDeleted,
    NapBegun,
    NapOver,
)

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Recorder:
    """Takes items at once and writes them in batches; what cannot be written waits, as `WaitingItems` says.

    While a write hangs, its batch comes on top of what waits.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        clock: Clock,
        *,
        on_health: Callable[[str], None],
        on_queued: Callable[[Sequence[Queued]], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`open_store` is called in the thread, and again while the store cannot be opened.

        `on_health` is told in words whenever the disk's state changes; `on_queued` gets what is to be
        sent, with id None where the store could not keep it. Both are called in the event loop.
        """
        self.health = "ok"
        self.refused = 0
        """items that could never be kept"""
        self.waiting = WaitingItems()
        self._open_store = open_store
        self._clock = clock
        self._on_health = on_health
        self._on_queued = on_queued
        self._patience_s = patience_s
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._any = asyncio.Event()
        self._urgent = asyncio.Event()
        self._batch: list[RecordItem] = []
        self._writing: Future[tuple[list[Queued], int]] | None = None

    def put(self, item: RecordItem) -> None:
        """Keep this. Never waits, never raises."""
        self.waiting.put(item)
        self._any.set()
        if isinstance(item, _URGENT):
            self._urgent.set()

    def unwritten(self) -> list[RecordItem]:
        """What was put and is not on disk yet, in order, without measurements."""
        writing = [item for item in self._batch if not isinstance(item, MeasurementTaken)]
        return [*writing, *self.waiting.others()]

    async def call(
        self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `function(store, …)` returns, such as `call(Store.outbox, 50)`, run between two batches.

        Raises what it raises; StoreError too where the store cannot be opened, or where the disk does
        not answer in time (the function may still be carried out then).
        """
        try:
            future = self._submit(lambda: function(self._opened(), *args, **kwargs))
        except RuntimeError:
            raise StoreError("the store is closed") from None
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.shield(future)
        except TimeoutError:
            raise StoreError("the disk does not answer") from None

    async def run(self) -> None:
        """Write until cancelled; then write what is left, within 2 s, and close the store."""
        try:
            await self._look()
            while True:
                if self.health == "ok":
                    await self._any.wait()
                    await self._first_of(self._clock.sleep(BATCH_S), self._urgent.wait())
                else:
                    await self._first_of(self._clock.sleep(RETRY_S), self._urgent.wait())
                await self._write()
        finally:
            await self._finish()

    # -- in the event loop -------------------------------------------------------------------------

    async def _look(self) -> None:
        """Say at once, and not with the first beat, that the store cannot be opened."""
        try:
            await self.call(Store.data_version)
        except StoreError as error:
            self._say(_health(error))

    async def _write(self) -> None:
        self._any.clear()
        self._urgent.clear()
        self._batch = self.waiting.take()
        if self._batch or self.health != "ok":
            self._writing = self._submit(self._keep, self._batch)
            await self._settle()

    async def _settle(self) -> None:
        """Wait for the write under way, and see to what came of it."""
        writing, batch = self._writing, self._batch
        assert writing is not None
        while not writing.done():
            done, _ = await asyncio.wait({writing}, timeout=self._patience_s)
            if not done:
                self._say("stalled")
        self._writing, self._batch = None, []
        try:
            queued, refused = writing.result()
        except StoreError as error:
            self._failed(batch, error)
            return
        self.refused += refused
        self._say("ok")
        if queued:
            self._on_queued(queued)

    def _failed(self, batch: Sequence[RecordItem], error: StoreError) -> None:
        self._say(_health(error))
        self.waiting.put_back(item for item in batch if not isinstance(item, Outgoing))
        outgoing = [Queued(None, item) for item in batch if isinstance(item, Outgoing)]
        if outgoing:
            self._on_queued(outgoing)

    def _say(self, health: str) -> None:
        if health != self.health:
            _log.log(logging.INFO if health == "ok" else logging.ERROR, "store: %s", health)
            self.health = health
            self._on_health(health)

    async def _finish(self) -> None:
        try:
            async with asyncio.timeout(LAST_FLUSH_S):
                if self._writing is not None:
                    await self._settle()
                if self.waiting:
                    await self._write()
                if self._store is not None:
                    await self._submit(self._store.close)
        except (TimeoutError, StoreError) as error:
            _log.error("the store was not closed: %s", str(error) or "the disk does not answer")
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)
            left = len(self.waiting) + len(self._batch)
            if left:
                _log.error("%d item(s) could not be kept", left)

    async def _first_of(self, *awaited: Coroutine[Any, Any, Any]) -> None:
        """Until one of them is through; the others are cancelled."""
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

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _keep(self, items: Sequence[RecordItem]) -> tuple[list[Queued], int]:
        """Write a batch, without what can never be kept; answers also how many items those were."""
        store = self._opened()
        if not items:
            store.try_writing()  # whether the disk takes anything again
        kept = list(items)
        while True:
            try:
                return store.write(kept), len(items) - len(kept)
            except RefusedItemsError as error:
                _log.error("not kept: %s", error)
                refused = {id(item) for item in error.items}
                kept = [item for item in kept if id(item) not in refused]


def _health(error: StoreError) -> str:
    match error:
        case StoreFullError():
            return "disk full"
        case StoreReadOnlyError():
            return "read-only"
    return str(error)
