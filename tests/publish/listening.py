"""Somebody else at the broker: sees what is published, and sends commands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiomqtt

from ..broker import HOST

PATIENCE_S = 20


class Seen(NamedTuple):
    topic: str
    text: str
    qos: int
    retain: bool
    properties: Any

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Listener:
    """Everything that came by, in order."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.seen: list[Seen] = []
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            async with self._news:
                self.seen.append(
                    Seen(
                        message.topic.value,
                        message.payload.decode(),
                        message.qos,
                        message.retain,
                        message.properties,
                    )
                )
                self._news.notify_all()

    def on(self, topic: str) -> list[Seen]:
        return [each for each in self.seen if each.topic == topic]

    def texts(self, topic: str) -> list[str]:
        return [each.text for each in self.on(topic)]

    async def until(self, condition: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S), self._news:
                await self._news.wait_for(condition)
        except TimeoutError:
            raise AssertionError(f"never came about; seen were {self.seen}") from None

    async def until_on(self, topic: str, number: int = 1) -> list[Seen]:
        """So many messages on a topic."""
        await self.until(lambda: len(self.on(topic)) >= number)
        return self.on(topic)


@asynccontextmanager
async def listener(
    port: int, *patterns: str, version: aiomqtt.ProtocolVersion = aiomqtt.ProtocolVersion.V311
) -> AsyncIterator[Listener]:
    async with aiomqtt.Client(HOST, port, protocol=version) as client:
        for pattern in patterns or ("#",):
            await client.subscribe(pattern, qos=1)
        one = Listener(client)
        listening = asyncio.create_task(one.listen())
        try:
            yield one
        finally:
            listening.cancel()
            await asyncio.wait({listening})
