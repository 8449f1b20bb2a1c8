"""Time limits on the outside world, by the clock that the caller was given."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from ...service.clock import Clock
from .radio import Fault, RadioError

ADAPTER_S = 5
DOCTOR_S = 15
"""where nobody waits for a beat: bluetoothd answers late while it connects"""
SCAN_START_S = 15
CONNECT_S = 30
"""with the discovery of the services"""
SUBSCRIBE_S = 10
READ_S = 5
CLOSE_S = 5
LEAVE_S = 1.5
"""for each thing to be closed when the daemon stops; they are closed at the same time"""

_CLEAN_UP_S = 1
"""what is cancelled may tidy up for so long, and is then cancelled again"""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Closable(Protocol):
    """Something that must not be left open."""

    async def close(self) -> None:
        """Release it."""
        ...


C = TypeVar("C", bound=Closable)


async def happened_within(clock: Clock, seconds: float, what: asyncio.Future[Any]) -> bool:
    """Wait for a task or future for `seconds` at most; whether it is done. It is not cancelled."""
    alarm = asyncio.create_task(clock.sleep(seconds))
    try:
        await asyncio.wait({what, alarm}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        alarm.cancel()
    return what.done()


async def set_within(clock: Clock, seconds: float, event: asyncio.Event) -> bool:
    """Wait for an event for `seconds` at most; whether it is set."""
    waiting = asyncio.create_task(event.wait())
    try:
        return await happened_within(clock, seconds, waiting)
    finally:
        waiting.cancel()


async def within(clock: Clock, seconds: float, doing: str, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`. Raises RadioError (TIMED_OUT) that says `doing` where it takes longer.

    The work is a task of its own, so that not even a clean-up that hangs can hold up the caller.
    """
    task = asyncio.create_task(work)
    try:
        if not await happened_within(clock, seconds, task):
            raise RadioError(Fault.TIMED_OUT, f"{doing} took longer than {seconds:g} s")
        return task.result()
    finally:
        for _ in range(2):
            if not task.done():
                task.cancel()
                await happened_within(clock, _CLEAN_UP_S, task)
        if task.done() and not task.cancelled():
            task.exception()  # it lost against the limit: asked for, so that asyncio does not complain


async def closed_within(clock: Clock, seconds: float, thing: Closable) -> None:
    """Close it. What goes wrong is for the log only: there is nothing more to be done about it."""
    try:
        await within(clock, seconds, "closing", thing.close())
    except RadioError as error:
        _log.debug("%s", error)


async def opened_within(clock: Clock, seconds: float, doing: str, work: Coroutine[Any, Any, C]) -> C:
    """As `within`; what was opened in the very moment of the limit or a cancellation is closed again."""
    opened: list[C] = []

    async def note() -> None:
        opened.append(await work)

    try:
        await within(clock, seconds, doing, note())
    except BaseException:
        for thing in opened:
            await closed_within(clock, LEAVE_S, thing)
        raise
    return opened[0]
