"""MQTT clients of the shipped broker, each with the rights of its user."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt

from .shipped_broker import ShippedBroker, password_of

PATIENCE_S = 20
LAST = "the last one"
"""payload that ends `topics_until_last`"""


def client(broker_host: ShippedBroker, user: str | None, *, password: str | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        "localhost",
        broker_host.mosquitto.port,
        username=user,
        password=password or (None if user is None else password_of(user)),
        tls_context=ssl.create_default_context(cafile=str(broker_host.authority)),
        protocol=aiomqtt.ProtocolVersion.V311,
    )


@asynccontextmanager
async def connected(broker_host: ShippedBroker, user: str, *patterns: str) -> AsyncIterator[aiomqtt.Client]:
    """A connected client that has subscribed to `patterns`."""
    async with asyncio.timeout(PATIENCE_S), client(broker_host, user) as one:
        for pattern in patterns:
            await one.subscribe(pattern, qos=1)
        yield one


async def topics_until_last(one: aiomqtt.Client) -> list[str]:
    """The topics of all messages before the payload LAST, in order."""
    topics = []
    async for message in one.messages:
        if message.payload == LAST.encode():
            break
        topics.append(message.topic.value)
    return topics
