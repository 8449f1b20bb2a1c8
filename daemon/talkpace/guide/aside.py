"""Work that takes longer than a beat may wait: done in a thread beside the loop, a piece at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

T = TypeVar("T")
Piece = Callable[[], Callable[[], None]]
"""work, which answers with what follows from it"""


class Aside:
    """Takes pieces of work, and does in the loop what follows from each, in their order.

    A piece is given all it needs and changes nothing. The queue has no bound of its own: a guide puts
    in one piece as it ends, and while it leads none before it has the last one's result.
    """

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Piece] = asyncio.Queue()
        self._left = False

    def put(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do `work` in the thread, and `then` in the loop with what it came to."""

        def piece() -> Callable[[], None]:
            came_to = work()
            return lambda: then(came_to)

        if self._left:
            _at_once(piece)
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
            self._bring_to_an_end()

    def _bring_to_an_end(self) -> None:
        """All that waits, in its order; one that fails keeps none from it, and is raised then."""
        waiting = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
        with ExitStack() as ending:
            for piece in reversed(waiting):
                ending.callback(self._waiting.task_done)
                ending.callback(_at_once, piece)

    async def _do(self, piece: Piece) -> None:
        working = asyncio.ensure_future(asyncio.to_thread(piece))
        try:
            (await asyncio.shield(working))()
        except asyncio.CancelledError:
            (await working)()
            raise
        finally:
            self._waiting.task_done()


def _at_once(piece: Piece) -> None:
    piece()()
