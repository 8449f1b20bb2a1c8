"""A publisher with an outbox in memory and a command sink that records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from talkpace.clock import Clock, SystemClock
from talkpace.config.habits import HabitsConfig
from talkpace.config.model import HomeAssistantConfig, MqttConfig
from talkpace.diagnostics import Health
from talkpace.errors import CommandError, StoreError, StrapError
from talkpace.mqtt.command_queue import Argument, CommandSink
from talkpace.mqtt.node_commands import NodeCommandSink
from talkpace.mqtt.publisher import Publisher
from talkpace.storage.records import OutgoingMessage, QueuedMessage

from ..broker import HOST
from .observer import PATIENCE_S


class MemoryOutbox:
    """An outbox in memory that returns at most `batch` messages at a time, as the store does."""

    def __init__(self, waiting: Iterable[QueuedMessage] = (), *, batch: int = 50) -> None:
        self.waiting = {each.id: each for each in waiting}
        self.acknowledgements: list[int] = []
        self.broken = False
        self._batch = batch

    def put(self, topic: str, payload: str, *, retain: bool = False) -> QueuedMessage:
        place = max((each for each in [*self.waiting, *self.acknowledgements] if each is not None), default=0)
        queued = QueuedMessage(place + 1, OutgoingMessage(topic, payload, retain))
        self.waiting[queued.id] = queued
        return queued

    async def pending(self) -> list[QueuedMessage]:
        await asyncio.sleep(0)
        if self.broken:
            raise StoreError("the disk does not answer")
        return sorted(self.waiting.values(), key=lambda each: each.id or 0)[: self._batch]

    async def acknowledged(self, place: int, /) -> None:
        await asyncio.sleep(0)
        if self.broken:
            raise StoreError("the disk does not answer")
        self.acknowledgements.append(place)
        self.waiting.pop(place, None)


class RecordingCommandSink:
    """Records commands; refuses the one named `refused`, and all while `fault` is set."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, str, Argument]] = []
        self.fault: Exception | None = None

    def command(self, athlete: str, name: str, argument: Argument) -> None:
        if self.fault is not None:
            raise self.fault
        if name == "refused":
            raise CommandError("this is not the time")
        self.commands.append((athlete, name, argument))


class SlowNodeCommandSink:
    """Carries out each command to the node once `release` is called; `refused` is refused at once."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, Mapping[str, Any]]] = []
        self.cancelled: list[str] = []
        self._turns = asyncio.Semaphore(0)
        self._changed = asyncio.Event()

    async def node_command(self, name: str, params: Mapping[str, Any]) -> object:
        self.begun.append((name, params))
        self._changed.set()
        if name == "refused":
            raise StrapError("there is no radio")
        try:
            await self._turns.acquire()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            self._changed.set()
            raise
        return {"did": name}

    def release(self, number: int = 1) -> None:
        for _ in range(number):
            self._turns.release()

    async def until_begun(self) -> None:
        await self._until(lambda: bool(self.begun))

    async def until_cancelled(self) -> None:
        await self._until(lambda: bool(self.cancelled))

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


class PublisherHarness:
    """A publisher with its outbox, its command sink, and the reported health."""

    def __init__(
        self,
        port: int,
        *,
        outbox: MemoryOutbox | None = None,
        clock: Clock | None = None,
        password: str | None = None,
        homeassistant: HomeAssistantConfig | None = None,
        commands: CommandSink | None = None,
        node_commands: NodeCommandSink | None = None,
        habits: HabitsConfig | None = None,
        **settings: Any,
    ) -> None:
        self.outbox = outbox or MemoryOutbox()
        self.sink = RecordingCommandSink()
        self.node_sink = SlowNodeCommandSink()
        self.health: list[str] = []
        self._health_changed = asyncio.Event()
        self.settings = MqttConfig(**{"enabled": True, "host": HOST, "port": port, **settings})
        self.publisher = Publisher(
            settings=self.settings,
            node="gym-pi",
            clock=clock or SystemClock(),
            outbox=self.outbox,
            commands=commands or self.sink,
            node_commands=node_commands or self.node_sink,
            on_health=self._on_health,
            password=password,
            homeassistant=homeassistant,
            habits=habits,
        )

    def _on_health(self, health: Health) -> None:
        self.health.append(health.text)
        self._health_changed.set()

    async def until_health(self, text: str, *, since: int = 0) -> int:
        """Wait for a health with this text, after the first `since` reports; return the number of reports."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(text in each for each in self.health[since:]):
                self._health_changed.clear()
                await self._health_changed.wait()
        return len(self.health)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Run the publisher, and cancel it at the end; an error of it fails the test."""
        async with asyncio.TaskGroup() as tasks:
            task: asyncio.Task[None] = tasks.create_task(self.publisher.run())
            yield task
            task.cancel()
