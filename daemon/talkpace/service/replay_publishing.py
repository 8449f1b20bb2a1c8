"""A replay's results over MQTT, where asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pydantic import BaseModel

from ..config.model import Configuration
from ..errors import BrokerError, ConfigurationError
from ..publish.credentials import read_password
from ..publish.payloads import LivePayload
from ..publish.publisher import Publisher
from ..record.items import Outgoing, Queued
from .clock import SystemClock

PUBLISHED_WITHIN_S = 30.0


class _NoOutbox:
    async def pending(self) -> list[Queued]:
        return []

    async def acknowledged(self, place: int, /) -> None:
        del place


class ReplayPublisher:
    """What a replay tells the dashboard: everything but the strap, which nobody wears now."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def live(self, athlete: str, payload: LivePayload) -> None:
        """The state of an instant."""
        self._publisher.live(athlete, payload)

    def state(self, topic: str, payload: BaseModel) -> None:
        """A lasting state, where it is of the session: idle in the end."""
        if topic.endswith("/session"):
            self._publisher.state(topic, payload)

    def post(self, message: Outgoing) -> None:
        """An event or a summary."""
        self._publisher.post([Queued(None, message)])


@asynccontextmanager
async def publishing(
    configuration: Configuration, environ: Mapping[str, str]
) -> AsyncIterator[ReplayPublisher]:
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
            yield ReplayPublisher(publisher)
            if not await publisher.drained(PUBLISHED_WITHIN_S):
                raise BrokerError(f"not published within {PUBLISHED_WITHIN_S:.0f} s: {health}")
        finally:
            running.cancel()
