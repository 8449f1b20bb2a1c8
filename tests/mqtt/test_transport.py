"""Cancellation of an awaited acknowledgement."""

from __future__ import annotations

import asyncio

from talkpace.mqtt.transport import cancellable

from .observer import PATIENCE_S


async def test_a_cancellation_that_arrives_with_the_result_is_not_lost() -> None:
    """`asyncio.wait_for` loses it before Python 3.12."""
    answers: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()
    results: list[str] = []

    async def asker() -> None:
        while True:
            answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            answers.put_nowait(answer)
            results.append(await cancellable(asyncio.wait_for(answer, 60)))

    task = asyncio.create_task(asker())
    answer = await answers.get()
    await asyncio.sleep(0)
    answer.set_result("acknowledged")
    task.cancel()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wait({task})
    assert task.cancelled()
