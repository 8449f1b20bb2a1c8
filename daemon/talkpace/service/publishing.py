"""The publisher that the configuration asks for, and the store's outbox as it sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..config.model import Configuration
from ..pipeline.sinks import RecordSink
from ..publish.commands import CommandSink
from ..publish.credentials import read_password
from ..publish.publisher import Publisher
from ..record.items import Outgoing, Queued, RecordItem
from ..record.recorder import Recorder
from ..record.store import Store
from .clock import SystemClock

_MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class StoredOutbox:
    """The outbox in the store, by way of the store's own thread."""

    recorder: Callable[[], Recorder]

    async def pending(self) -> list[Queued]:
        """What waits, in order. Raises StoreError."""
        return await self.recorder().call(Store.outbox, _MOST_AT_ONCE)

    async def acknowledged(self, place: int, /) -> None:
        """The broker has it. Raises StoreError."""
        await self.recorder().call(Store.acknowledged, place)


@dataclass(frozen=True)
class Unposted:
    """The record of a household without a broker: nothing is put aside for one."""

    record: RecordSink

    def put(self, item: RecordItem) -> None:
        """Keep all but what only a broker would want."""
        if not isinstance(item, Outgoing):
            self.record.put(item)


def make_publisher(
    configuration: Configuration,
    *,
    outbox: Callable[[], Recorder],
    commands: CommandSink,
    on_health: Callable[[str], None],
    environ: Mapping[str, str],
) -> Publisher | None:
    """None where nothing is to be published. Raises ConfigurationError where others can read a password."""
    settings = configuration.mqtt
    if not settings.enabled:
        return None
    return Publisher(
        settings=settings,
        node=configuration.node.id,
        clock=SystemClock(),  # a real one, however fast everything else may run
        outbox=StoredOutbox(outbox),
        commands=commands,
        on_health=on_health,
        password=read_password(settings, environ),
        homeassistant=configuration.homeassistant,
        practice=configuration.practice,
    )
