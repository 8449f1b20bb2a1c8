"""Keeps a cancellation from being forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def cancellable(awaitable: Awaitable[T]) -> T:
    """What the awaitable returns; a cancellation that it has swallowed is raised by the next await.

    Before Python 3.12, `asyncio.wait_for`, which aiomqtt waits with, forgets a cancellation that comes
    in the same moment as the answer. The task would then go on for ever.
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    result = await awaitable
    if task.cancelling() > before:
        task.uncancel()
        task.cancel()
    return result
