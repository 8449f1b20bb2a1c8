"""Connect the MQTT publisher to the store: its outbox, and what is recorded for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ..clock import SystemClock
from ..config.model import Configuration
from ..control.state_feed import StateFeed
from ..diagnostics import Health
from ..errors import StoreError
from ..mqtt.broker import read_password
from ..mqtt.command_queue import CommandSink
from ..mqtt.lamp_queue import LampQueue
from ..mqtt.node_commands import NodeCommandSink
from ..mqtt.payloads import LivePayload
from ..pipeline.sinks import PublishSink, RecordSink
from ..storage.recorder import Recorder
from ..storage.records import OutgoingMessage, QueuedMessage, RecordItem
from ..storage.store import Store
from .broker import BrokerConnection
from .lamps import Lamps

if TYPE_CHECKING:
    from ..mqtt.publisher import Publisher

_MAX_PENDING = 10_000


class StoreOutbox:
    """The store's outbox, accessed in the recorder's thread. Its methods raise StoreError."""

    def __init__(self) -> None:
        self._recorder: Recorder | None = None

    def attach(self, recorder: Recorder) -> None:
        """Set the recorder, which itself needs the publisher that this outbox is for."""
        self._recorder = recorder

    async def pending(self) -> list[QueuedMessage]:
        """Return the oldest messages that the broker has not acknowledged, in order."""
        return await self._attached().call(Store.outbox, _MAX_PENDING)

    async def acknowledged(self, place: int, /) -> None:
        """Remove a message that the broker has acknowledged."""
        await self._attached().call(Store.acknowledge, place)

    def _attached(self) -> Recorder:
        if self._recorder is None:
            raise StoreError("the outbox has no recorder yet")
        return self._recorder


@dataclass(frozen=True)
class RecordForBroker:
    """A record sink that stores outgoing messages only while there is a broker to send them to."""

    record: RecordSink
    broker: BrokerConnection

    def put(self, item: RecordItem) -> None:
        """Record an item."""
        if self.broker.is_used or not isinstance(item, OutgoingMessage):
            self.record.put(item)


@dataclass(frozen=True)
class RecordWithEvents:
    """A record sink that also passes outgoing messages, which are events and summaries, to the watchers."""

    record: RecordSink
    feed: StateFeed

    def put(self, item: RecordItem) -> None:
        """Record an item, and pass it on."""
        if isinstance(item, OutgoingMessage):
            self.feed.event(item.topic, item.payload)
        self.record.put(item)


@dataclass(frozen=True)
class PublishToAll:
    """A publish sink that hands everything to the control socket's watchers, the broker and the lamps."""

    feed: StateFeed
    broker: PublishSink
    lamps: Lamps

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish live values."""
        self.feed.live(athlete, payload)
        self.broker.live(athlete, payload)
        self.lamps.live(athlete, payload)

    def state(self, topic: str, payload: BaseModel) -> None:
        """Publish a retained state."""
        self.feed.state(topic, payload)
        self.broker.state(topic, payload)


def build_publisher(
    configuration: Configuration,
    *,
    outbox: StoreOutbox,
    commands: CommandSink,
    node_commands: NodeCommandSink | None = None,
    lamps: LampQueue | None = None,
    on_health: Callable[[Health], None],
    environ: Mapping[str, str],
) -> Publisher | None:
    """Build the publisher; None where MQTT is disabled.

    Raises ConfigurationError where the password file is readable by others.
    """
    settings = configuration.mqtt
    if not settings.enabled:
        return None
    from ..mqtt.publisher import Publisher  # noqa: PLC0415 - with aiomqtt, not needed without a broker

    return Publisher(
        settings=settings,
        node=configuration.node.id,
        clock=SystemClock(),  # real time, also in a demonstration that runs faster
        outbox=outbox,
        commands=commands,
        node_commands=node_commands,
        on_health=on_health,
        password=read_password(settings, environ),
        homeassistant=configuration.homeassistant,
        habits=configuration.habits,
        lamps=lamps,
    )
