"""A replay's results over MQTT, where asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from ..config.model import Configuration
from ..errors import BrokerError, ConfigurationError
from ..publish.credentials import read_password
from ..publish.publisher import Publisher
from ..record.items import Queued
from .clock import SystemClock

PUBLISHED_WITHIN_S = 30.0


class _NoOutbox:
    async def pending(self) -> list[Queued]:
        return []

    async def acknowledged(self, place: int, /) -> None:
        del place


@asynccontextmanager
async def publishing(configuration: Configuration, environ: Mapping[str, str]) -> AsyncIterator[Publisher]:
    """A publisher; on the way out all that it was given has reached the broker.

    Raises ConfigurationError where no broker is configured, BrokerError where it does not take
    everything within 30 s.
    """
    if not configuration.mqtt.enabled:
        raise ConfigurationError("--publish: no broker is configured (mqtt.enabled is false)")
    health = "no answer"
    heard_of = asyncio.Event()

    def heard(says: str) -> None:
        nonlocal health
        health = says
        heard_of.set()

    publisher = Publisher(
        settings=configuration.mqtt,
        node=configuration.node.id,
        clock=SystemClock(),
        outbox=_NoOutbox(),
        commands=None,
        on_health=heard,
        password=read_password(configuration.mqtt, environ),
    )
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(publisher.run(), name="publisher")
        try:
            # Live values are dropped while there is no connection, and a replay is soon over.
            async with asyncio.timeout(PUBLISHED_WITHIN_S):
                await heard_of.wait()
            yield publisher
            if not await publisher.drained(PUBLISHED_WITHIN_S):
                raise BrokerError(f"not published within {PUBLISHED_WITHIN_S:.0f} s: {health}")
        finally:
            running.cancel()
