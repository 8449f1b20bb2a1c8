"""Publishes a replay's results over MQTT (`talkpace replay --publish`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pydantic import BaseModel

from ..clock import SystemClock
from ..config.model import Configuration
from ..diagnostics import Health
from ..errors import BrokerError, ConfigurationError
from ..mqtt.broker import read_password
from ..mqtt.payloads import LivePayload
from ..mqtt.publisher import Publisher
from ..storage.records import OutgoingMessage, QueuedMessage

TIMEOUT_S = 30.0


class _NoOutbox:
    async def pending(self) -> list[QueuedMessage]:
        return []

    async def acknowledged(self, place: int, /) -> None:
        del place


class ReplayPublisher:
    """Publishes live values, session states, events and summaries, but no strap's state."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish live values."""
        self._publisher.live(athlete, payload)

    def state(self, topic: str, payload: BaseModel) -> None:
        """Publish a retained state where it is the session's, which is idle in the end."""
        if topic.endswith("/session"):
            self._publisher.state(topic, payload)

    def post(self, message: OutgoingMessage) -> None:
        """Publish an event or a summary."""
        self._publisher.post([QueuedMessage(None, message)])


@asynccontextmanager
async def open_publisher(
    configuration: Configuration, environ: Mapping[str, str]
) -> AsyncIterator[ReplayPublisher]:
    """Run a publisher; at the end, wait until the broker has everything.

    Raises ConfigurationError where no broker is configured, BrokerError where it does not take everything
    within 30 s.
    """
    if not configuration.mqtt.enabled:
        raise ConfigurationError("--publish: no broker is configured (mqtt.enabled is false)")
    health = Health.failed("no answer")
    health_reported = asyncio.Event()

    def on_health(changed: Health) -> None:
        nonlocal health
        health = changed
        health_reported.set()

    publisher = Publisher(
        settings=configuration.mqtt,
        node=configuration.node.id,
        clock=SystemClock(),
        outbox=_NoOutbox(),
        commands=None,
        on_health=on_health,
        password=read_password(configuration.mqtt, environ),
    )
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(publisher.run(), name="publisher")
        try:
            # Live values are dropped without a connection, and a replay is over soon: wait for it.
            async with asyncio.timeout(TIMEOUT_S):
                await health_reported.wait()
            yield ReplayPublisher(publisher)
            if not await publisher.drain(TIMEOUT_S):
                raise BrokerError(f"not published within {TIMEOUT_S:.0f} s: {health.text}")
        finally:
            running.cancel()
