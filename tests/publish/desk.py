"""A publisher and what belongs to it, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from talkpace.config.model import HomeAssistant, Mqtt
from talkpace.config.practice import Practice
from talkpace.errors import CommandError, StoreError
from talkpace.publish.arguments import Argument
from talkpace.publish.commands import CommandSink
from talkpace.publish.publisher import Publisher
from talkpace.record.items import Outgoing, Queued
from talkpace.service.clock import Clock, SystemClock

from ..broker import HOST
from .listening import PATIENCE_S


class MemoryOutbox:
    """Keeps what was not acknowledged, and hands out a few at a time, as the store does."""

    def __init__(self, waiting: Iterable[Queued] = (), *, at_once: int = 50) -> None:
        self.waiting = {each.id: each for each in waiting}
        self.acknowledgements: list[int] = []
        self.broken = False
        self._at_once = at_once

    def put(self, topic: str, payload: str, *, retain: bool = False) -> Queued:
        place = max((each for each in [*self.waiting, *self.acknowledgements] if each is not None), default=0)
        queued = Queued(place + 1, Outgoing(topic, payload, retain))
        self.waiting[queued.id] = queued
        return queued

    async def pending(self) -> list[Queued]:
        await asyncio.sleep(0)
        if self.broken:
            raise StoreError("the disk does not answer")
        return sorted(self.waiting.values(), key=lambda each: each.id or 0)[: self._at_once]

    async def acknowledged(self, place: int, /) -> None:
        await asyncio.sleep(0)
        if self.broken:
            raise StoreError("the disk does not answer")
        self.acknowledgements.append(place)
        self.waiting.pop(place, None)


class Notebook:
    """Writes down commands; refuses some."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, str, Argument]] = []
        self.fault: Exception | None = None

    def command(self, athlete: str, name: str, argument: Argument) -> None:
        if self.fault is not None:
            raise self.fault
        if name == "refused":
            raise CommandError("this is not the time")
        self.commands.append((athlete, name, argument))


class Desk:
    """A publisher with an outbox, a notebook for commands, and what was said of its health."""

    def __init__(
        self,
        port: int,
        *,
        outbox: MemoryOutbox | None = None,
        clock: Clock | None = None,
        password: str | None = None,
        homeassistant: HomeAssistant | None = None,
        commands: CommandSink | None = None,
        practice: Practice | None = None,
        **settings: Any,
    ) -> None:
        self.outbox = outbox or MemoryOutbox()
        self.notebook = Notebook()
        self.health: list[str] = []
        self._said = asyncio.Event()
        self.settings = Mqtt(**{"enabled": True, "host": HOST, "port": port, **settings})
        self.publisher = Publisher(
            settings=self.settings,
            node="gym-pi",
            clock=clock or SystemClock(),
            outbox=self.outbox,
            commands=commands or self.notebook,
            on_health=self._hear,
            password=password,
            homeassistant=homeassistant,
            practice=practice,
        )

    def _hear(self, health: str) -> None:
        self.health.append(health)
        self._said.set()

    async def until_health(self, text: str, *, since: int = 0) -> int:
        """Until this was said, after so many sayings; answers how many there are then."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(text in each for each in self.health[since:]):
                self._said.clear()
                await self._said.wait()
        return len(self.health)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Cancels it in the end. Should it end by itself, the test does too, with its error."""
        async with asyncio.TaskGroup() as tasks:
            task: asyncio.Task[None] = tasks.create_task(self.publisher.run())
            yield task
            task.cancel()
