"""Another client at the broker, which records messages and can publish."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiomqtt

from ..broker import HOST

PATIENCE_S = 20


class Received(NamedTuple):
    topic: str
    text: str
    qos: int
    retain: bool
    properties: Any

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Observer:
    """A client that records all received messages in order."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.received: list[Received] = []
        self._changed = asyncio.Condition()

    async def listen(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            async with self._changed:
                self.received.append(
                    Received(
                        message.topic.value,
                        message.payload.decode(),
                        message.qos,
                        message.retain,
                        message.properties,
                    )
                )
                self._changed.notify_all()

    def on(self, topic: str) -> list[Received]:
        return [each for each in self.received if each.topic == topic]

    def texts(self, topic: str) -> list[str]:
        return [each.text for each in self.on(topic)]

    async def until(self, condition: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            raise AssertionError(f"the condition was not met; received were {self.received}") from None

    async def until_on(self, topic: str, number: int = 1) -> list[Received]:
        """Wait for so many messages on a topic; return all of them."""
        await self.until(lambda: len(self.on(topic)) >= number)
        return self.on(topic)


@asynccontextmanager
async def observing(
    port: int, *subscription_patterns: str, version: aiomqtt.ProtocolVersion = aiomqtt.ProtocolVersion.V311
) -> AsyncIterator[Observer]:
    async with aiomqtt.Client(HOST, port, protocol=version) as client:
        for pattern in subscription_patterns or ("#",):
            await client.subscribe(pattern, qos=1)
        one = Observer(client)
        listening = asyncio.create_task(one.listen())
        try:
            yield one
        finally:
            listening.cancel()
            await asyncio.wait({listening})
