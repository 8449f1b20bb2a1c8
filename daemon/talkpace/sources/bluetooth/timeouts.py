"""Timeouts of radio operations, measured with a Clock so that tests can pass time, and when to retry."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from ...backoff import STABLE_AFTER_S, Backoff
from ...clock import Clock
from .radio import Fault, RadioError

ADAPTER_S = 5
DOCTOR_S = 15
"""longer, for the doctor: bluetoothd answers late while it connects a strap"""
SCAN_START_S = 15
CONNECT_S = 30
"""including service discovery"""
SUBSCRIBE_S = 10
READ_S = 5
CLOSE_S = 5
STOP_S = 1.5
"""to close one link or scan when the daemon stops; all are closed at the same time"""

_CLEAN_UP_S = 1
"""a cancelled task may clean up for so long, then it is cancelled again"""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Closable(Protocol):
    """Something that must be closed."""

    async def close(self) -> None:
        """Release it."""
        ...


C = TypeVar("C", bound=Closable)


async def wait_for_future(clock: Clock, seconds: float, future: asyncio.Future[Any]) -> bool:
    """Wait for a task or future for at most `seconds`, without cancelling it. True if it is done."""
    timer = asyncio.create_task(clock.sleep(seconds))
    try:
        await asyncio.wait({future, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()
    return future.done()


async def wait_for_event(clock: Clock, seconds: float, event: asyncio.Event) -> bool:
    """Wait for an event for at most `seconds`. True if it is set."""
    waiting = asyncio.create_task(event.wait())
    try:
        return await wait_for_future(clock, seconds, waiting)
    finally:
        waiting.cancel()


async def run_within(clock: Clock, seconds: float, action: str, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of `work`. Raises RadioError (TIMED_OUT), naming `action`, where it takes longer.

    The work runs in a task of its own, so that a clean-up that hangs does not block the caller.
    """
    task = asyncio.create_task(work)
    try:
        if not await wait_for_future(clock, seconds, task):
            raise RadioError(Fault.TIMED_OUT, f"{action} took longer than {seconds:g} s")
        return task.result()
    finally:
        for _ in range(2):
            if not task.done():
                task.cancel()
                await wait_for_future(clock, _CLEAN_UP_S, task)
        if task.done() and not task.cancelled():
            task.exception()  # retrieved, so that asyncio does not log it


async def close_within(clock: Clock, seconds: float, resource: Closable) -> None:
    """Close a resource; a failure is only logged."""
    try:
        await run_within(clock, seconds, "closing", resource.close())
    except RadioError as error:
        _log.debug("%s", error)


async def open_within(clock: Clock, seconds: float, action: str, work: Coroutine[Any, Any, C]) -> C:
    """Open a resource with a timeout, as `run_within`. Opened too late or while cancelled, it is closed."""
    opened: list[C] = []

    async def open_and_keep() -> None:
        opened.append(await work)

    try:
        await run_within(clock, seconds, action, open_and_keep())
    except BaseException:
        for resource in opened:
            await close_within(clock, STOP_S, resource)
        raise
    return opened[0]


AWAY_MS = 15_000
"""a strap without an advertisement for so long was away; adapters report one in range every 10 s at least"""
_NEVER_MS = -(10**15)


class RetryState:
    """Delays between the tries of one strap: for ever, and at once when it returns after being away."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._backoff = Backoff(first_s=0.5, longest_s=30, random=random)
        self._silent_since_ms: int | None = None
        self.due_ms = _NEVER_MS
        """earliest time of the next try"""
        self.last_ms = _NEVER_MS
        """end of the last try"""

    def connecting_failed(self, now_ms: int) -> None:
        """Note that the strap could not be connected."""
        self.last_ms = now_ms
        self.due_ms = now_ms + round(1000 * self._backoff.next_s())
        self._silent_since_ms = now_ms

    def link_ended(self, now_ms: int, connected_ms: int) -> None:
        """Note that a link ended which lasted `connected_ms`; a short one counts as a failure."""
        if connected_ms < STABLE_AFTER_S * 1000:
            self.connecting_failed(now_ms)
            return
        self._backoff.reset()
        self.last_ms = self.due_ms = self._silent_since_ms = now_ms

    def scan_started(self, now_ms: int) -> None:
        """Note that a scan starts: without one, silence does not mean that the strap was away."""
        self._silent_since_ms = now_ms

    def advertised(self, now_ms: int) -> None:
        """Note an advertisement of the strap."""
        if self._silent_since_ms is not None and now_ms - self._silent_since_ms >= AWAY_MS:
            self._backoff.reset()
            self.due_ms = now_ms
        self._silent_since_ms = now_ms
