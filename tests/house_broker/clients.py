"""Clients of the household's broker, each with its user's rights."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt

from .household import Household, password_of

PATIENCE_S = 20
LAST = "the last one"


def client(house: Household, user: str | None, *, password: str | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        "localhost",
        house.broker.port,
        username=user,
        password=password or (None if user is None else password_of(user)),
        tls_context=ssl.create_default_context(cafile=str(house.authority)),
        protocol=aiomqtt.ProtocolVersion.V311,
    )


@asynccontextmanager
async def connected(house: Household, user: str, *patterns: str) -> AsyncIterator[aiomqtt.Client]:
    """One that has subscribed to `patterns`."""
    async with asyncio.timeout(PATIENCE_S), client(house, user) as one:
        for pattern in patterns:
            await one.subscribe(pattern, qos=1)
        yield one


async def seen_until_last(one: aiomqtt.Client) -> list[str]:
    """The topics of all that comes before the last one, in order."""
    topics = []
    async for message in one.messages:
        if message.payload == LAST.encode():
            break
        topics.append(message.topic.value)
    return topics
