"""Home Assistant's MQTT discovery: announces the devices, and removes what no longer exists."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from random import SystemRandom
from typing import Any

from ...clock import Clock
from ...config.habits import HabitsConfig
from ...config.mqtt import HomeAssistantConfig
from ..protocols import BrokerConnection, IncomingMessage, SubscribingConnection
from ..topics import Delivery, Topics
from .documents import ComponentPlatforms, DiscoveryTopics, documents

LONGEST_DELAY_S = 5.0
"""random delay after a birth message, as all devices of a home answer it"""
_BIRTH = b"online"
_RETAINED = Delivery(qos=1, retain=True)
_MOST_OUTDATED = 100
_MOST_COMPONENTS = 500
_LARGEST_DOCUMENT = 1_000_000
_KEY = re.compile(r"[a-z0-9_]{1,128}")
_PLATFORMS = frozenset({"binary_sensor", "button", "event", "number", "select", "sensor", "text"})

_log = logging.getLogger(__name__)


class DiscoveryQueue:
    """Publishes the device documents after every connect, after each birth of Home Assistant, and on change.

    Retained documents of this node that no longer belong to an athlete are deleted, all of them where
    discovery is disabled. Components that a device had in an earlier version are removed from it.
    """

    def __init__(
        self,
        settings: HomeAssistantConfig,
        topics: Topics,
        clock: Clock,
        *,
        habits: HabitsConfig,
        republish_states: Callable[[], None],
    ) -> None:
        """`republish_states` is called after a birth, as Home Assistant needs the retained states again."""
        self.empty = asyncio.Event()
        self.empty.set()
        self._enabled = settings.enabled
        self._habits = habits
        self._topics = topics
        self._discovery = DiscoveryTopics(settings.prefix, topics.node)
        self._clock = clock
        self._republish_states = republish_states
        self._random = SystemRandom()
        self._names: Mapping[str, str] = {}
        self._straps: tuple[str, ...] = ()
        self._previous: dict[str, ComponentPlatforms] = {}
        self._documents: dict[str, str] = {}
        self._outdated: dict[str, None] = {}
        self._birth_received = False
        self._wake_up = asyncio.Event()
        self.set_athletes({})

    def set_athletes(self, names: Mapping[str, str]) -> None:
        """Set the athletes to announce: names by id."""
        self._names = names
        self._update_documents()

    def set_straps(self, labels: Sequence[str]) -> None:
        """Set the straps that can be chosen: the options of a select are a part of its document."""
        self._straps = tuple(labels)
        self._update_documents()

    def on_message(self, message: IncomingMessage) -> bool:
        """Handle a message; return whether it was on a discovery topic."""
        if message.topic == self._discovery.birth:
            # A retained birth is an old one, and everything is announced after a connect anyway.
            if message.payload == _BIRTH and not message.retained and self._enabled:
                self._birth_received = True
                self._wake_up.set()
            return True
        if not self._discovery.is_own(message.topic):
            return False
        if message.topic in self._documents:
            self._remember_components(message)
        elif message.payload and len(self._outdated) < _MOST_OUTDATED:
            self._mark_outdated(message.topic)
        return True

    async def on_connect(self, connection: SubscribingConnection) -> None:
        """Subscribe, and announce everything. Raises BrokerConnectionError."""
        granted = await connection.subscribe(self._discovery.own)
        if self._enabled:
            granted = await connection.subscribe(self._discovery.birth) and granted
        if not granted:
            _log.info(
                "the broker does not allow this user to subscribe to Home Assistant's topics:"
                " devices are announced after a connect only"
            )
        self._birth_received = False
        await self._announce(connection)

    async def run(self, connection: BrokerConnection) -> None:
        """Announce changes until cancelled. Raises BrokerConnectionError."""
        while True:
            await self._wake_up.wait()
            self._wake_up.clear()
            if self._birth_received:
                await self._clock.sleep(self._random.uniform(0, LONGEST_DELAY_S))
                self._birth_received = False
                await self._announce(connection)
                self._republish_states()
            await self._publish_outdated(connection)

    def _update_documents(self) -> None:
        before = self._documents
        self._documents = {}
        if self._enabled:
            self._documents = documents(
                self._topics,
                self._discovery,
                self._names,
                self._habits,
                self._previous,
                straps=self._straps,
            )
        for topic in {**before, **self._documents}:  # in their order: the node first
            if before.get(topic) != self._documents.get(topic):
                self._mark_outdated(topic)

    def _remember_components(self, message: IncomingMessage) -> None:
        """Note the components of the broker's document, so that those we no longer have are removed."""
        if message.payload == self._documents[message.topic].encode():
            return
        before = self._previous.get(message.topic, {})
        self._previous[message.topic] = with_components(before, message.payload)
        if self._previous[message.topic] != before:
            self._update_documents()

    async def _announce(self, connection: BrokerConnection) -> None:
        for topic in self._documents:
            self._mark_outdated(topic)
        await self._publish_outdated(connection)

    async def _publish_outdated(self, connection: BrokerConnection) -> None:
        while self._outdated:
            topic = next(iter(self._outdated))
            del self._outdated[topic]
            try:
                await connection.publish(topic, self._documents.get(topic, ""), _RETAINED)
            except BaseException:
                self._mark_outdated(topic)
                raise
        self.empty.set()

    def _mark_outdated(self, topic: str) -> None:
        self._outdated[topic] = None
        self.empty.clear()
        self._wake_up.set()


def with_components(platforms: ComponentPlatforms, document: bytes) -> ComponentPlatforms:
    """Add the components of a document as the broker retained it.

    Anybody may have published it: whatever is not a valid component is ignored.
    """
    if len(document) > _LARGEST_DOCUMENT:
        return platforms
    try:
        content: Any = json.loads(document)
    except (ValueError, RecursionError):
        return platforms
    components = content.get("components") if isinstance(content, dict) else None
    if not isinstance(components, dict):
        return platforms
    found = dict(platforms)
    for key, component in components.items():
        platform = component.get("platform") if isinstance(component, dict) else None
        if not isinstance(platform, str) or platform not in _PLATFORMS or not _KEY.fullmatch(key):
            continue
        if len(found) < _MOST_COMPONENTS:
            found.setdefault(key, platform)
    return found
