"""Work that takes longer than a beat may wait: done in a thread beside the loop, a piece at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Aside:
    """Takes pieces of work, and does in the loop what follows from each, in their order.

    A piece is given all it needs and changes nothing. The queue has no bound of its own: a guide puts
    in one piece as it ends, and while it leads none before it has the last one's result.
    """

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Callable[[], Callable[[], None]]] = asyncio.Queue()
        self._left = False

    def put(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do `work` in the thread, and `then` in the loop with what it came to."""

        def piece() -> Callable[[], None]:
            came_to = work()
            return lambda: then(came_to)

        if self._left:
            piece()()
        else:
            self._waiting.put_nowait(piece)

    async def settled(self) -> None:
        """Wait until nothing is left to be done."""
        await self._waiting.join()

    async def run(self) -> None:
        """Until cancelled; what was put in by then is still brought to its end, later things at once."""
        try:
            while True:
                await self._do(await self._waiting.get())
        finally:
            self._left = True
            while not self._waiting.empty():
                self._waiting.get_nowait()()()
                self._waiting.task_done()

    async def _do(self, piece: Callable[[], Callable[[], None]]) -> None:
        working = asyncio.ensure_future(asyncio.to_thread(piece))
        try:
            (await asyncio.shield(working))()
        except asyncio.CancelledError:
            (await working)()
            raise
        finally:
            self._waiting.task_done()
