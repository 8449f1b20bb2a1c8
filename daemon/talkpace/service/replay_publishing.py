"""A replay's results over MQTT, where asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from ..config.model import Configuration
from ..errors import CommandError, ConfigurationError
from ..publish.credentials import read_password
from ..publish.publisher import Publisher
from ..record.items import Queued
from .clock import SystemClock


class _NoOutbox:
    async def pending(self) -> list[Queued]:
        return []

    async def acknowledged(self, place: int) -> None:
        del place


class _NoCommands:
    def command(self, athlete: str, name: str, argument: object) -> None:
        del athlete, name, argument
        raise CommandError("a replay takes no commands")


@asynccontextmanager
async def publishing(configuration: Configuration, environ: Mapping[str, str]) -> AsyncIterator[Publisher]:
    """A publisher that says nothing of the node's own presence, as the daemon may be running beside it.

    Raises ConfigurationError where no broker is configured.
    """
    if not configuration.mqtt.enabled:
        raise ConfigurationError("--publish: no broker is configured (mqtt.enabled is false)")
    publisher = Publisher(
        settings=configuration.mqtt,
        node=configuration.node.id,
        clock=SystemClock(),
        outbox=_NoOutbox(),
        commands=_NoCommands(),
        on_health=lambda _says: None,
        password=read_password(configuration.mqtt, environ),
        presence=False,
    )
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(publisher.run(), name="publisher")
        try:
            yield publisher
        finally:
            running.cancel()
