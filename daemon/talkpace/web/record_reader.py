"""Reads the record for the page: in a thread, one at a time, never longer than a page should wait."""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .refusal import RefusedError

if TYPE_CHECKING:
    from ..storage.store import Store

READ_S = 20.0
RETRY_S = 10
MOST_WAITING = 8
"""reads that run or wait; more are refused"""

T = TypeVar("T")


class RecordReader:
    """Opens the database read-only for each read, and closes it after it.

    The connection lives shortly, so that no lock or old state of the write-ahead log stays with this process.
    """

    def __init__(self, database: Path, *, timeout_s: float = READ_S) -> None:
        self._database = database
        self._timeout_s = timeout_s
        self._waiting = 0
        # SQLite's file locks belong to the process: two connections at a time would release each other's.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="record")

    async def read(self, function: Callable[[Store], T]) -> T:
        """Return what `function` returns. Raises RefusedError, StoreError, or what it raises."""
        if self._waiting >= MOST_WAITING:
            message = "too many requests for the history at once: try again in a moment"
            raise RefusedError(503, message, retry_after_s=RETRY_S)
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._read, function)
        future.add_done_callback(self._finish)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.shield(future)
        except TimeoutError:
            message = "the history does not answer in time: try again in a moment"
            raise RefusedError(503, message, retry_after_s=RETRY_S) from None

    def close(self) -> None:
        """Start no further read."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _finish(self, future: Future[T]) -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # of a read that nobody waits for any more

    def _read(self, function: Callable[[Store], T]) -> T:
        from ..storage.store import Store  # noqa: PLC0415 - keeps the idle process small

        with Store.open(self._database, read_only=True) as store:
            return function(store)
