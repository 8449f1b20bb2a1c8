"""Connect the MQTT publisher to the store: its outbox, and what is recorded for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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
from ..mqtt.topics import DELIVERY
from ..pipeline.sinks import RecordSink
from ..storage.recorder import Recorder
from ..storage.records import OutgoingMessage, QueuedMessage, RecordItem
from ..storage.store import Store
from .broker import BrokerConnection
from .lamps import Lamps

if TYPE_CHECKING:
    from ..mqtt.publisher import Publisher

_MAX_PENDING = 10_000
_STATES = [
    name
    for name, delivery in DELIVERY.items()
    if delivery.retain and name not in {"status", "node", "straps", "summary"}
]
"""the topics of an athlete with a retained state; a summary is an event that the outbox has"""


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


class StatePublisher(Protocol):
    """The broker."""

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish live values."""

    def state(self, topic: str, payload: BaseModel | str) -> None:
        """Publish a retained state; an empty text ends it."""


class PublishToAll:
    """A publish sink that hands everything to the watchers of the control socket, the broker and the lamps.

    What is published for athletes who were removed waits here, until they are added again.
    """

    def __init__(self, feed: StateFeed, broker: StatePublisher, lamps: Lamps) -> None:
        self._feed = feed
        self._broker = broker
        self._lamps = lamps
        self._waiting: dict[str, dict[str, BaseModel]] = {}
        """the latest states by topic, of each athlete who was removed"""

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish live values."""
        if athlete not in self._waiting:
            self._feed.live(athlete, payload)
            self._broker.live(athlete, payload)
            self._lamps.live(athlete, payload)

    def state(self, topic: str, payload: BaseModel) -> None:
        """Publish a retained state."""
        athlete, slash, _ = topic.partition("/")
        if slash and athlete in self._waiting:
            self._waiting[athlete][topic] = payload
            return
        self._feed.state(topic, payload)
        self._broker.state(topic, payload)

    def set_removed(self, athletes: AbstractSet[str]) -> None:
        """Publish nothing of these athletes, and of nobody else who was named before, from now on."""
        for athlete in athletes - self._waiting.keys():
            self._waiting[athlete] = {
                topic: payload
                for topic, payload in self._feed.forget(f"{athlete}/").items()
                if isinstance(payload, BaseModel) and not topic.endswith("/live")
            }
            for name in _STATES:
                self._broker.state(f"{athlete}/{name}", "")
        for athlete in self._waiting.keys() - athletes:
            for topic, payload in self._waiting.pop(athlete).items():
                self.state(topic, payload)


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
