"""Tells Home Assistant what there is, whenever it could have forgotten, and takes back what is gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from random import SystemRandom
from typing import Protocol

from ...config.homeassistant import HomeAssistant
from ...config.practice import Practice
from ...service.clock import Clock
from ..link import Incoming, Link
from ..topics import Delivery, Topics
from .documents import DiscoveryTopics, documents
from .former import Former, with_those_of

LONGEST_DELAY_S = 5.0
"""All devices of a home answer a birth message; each waits a random time, lest all come at once."""
_BIRTH = b"online"
_RETAINED = Delivery(qos=1, retain=True)
_MOST_STALE = 100

_log = logging.getLogger(__name__)


class Subscribing(Link, Protocol):
    """A link that can listen too."""

    async def subscribe(self, pattern: str) -> bool:
        """Listen to what matches; whether the broker lets us. Raises LinkError."""
        ...


class DiscoveryLane:
    """Publishes the device documents after every connect, after each birth of Home Assistant, and on change.

    The broker remembers them. What it has of this node that belongs to nobody here, from an earlier
    run, is taken back; all of it where discovery is switched off. So is what a device had and has no more.
    """

    def __init__(
        self,
        settings: HomeAssistant,
        topics: Topics,
        clock: Clock,
        *,
        practice: Practice,
        states_again: Callable[[], None],
    ) -> None:
        """`states_again` is called where Home Assistant needs to hear the lasting states again."""
        self.settled = asyncio.Event()
        self.settled.set()
        self._enabled = settings.enabled
        self._practice = practice
        self._topics = topics
        self._discovery = DiscoveryTopics(settings.prefix, topics.node)
        self._clock = clock
        self._states_again = states_again
        self._random = SystemRandom()
        self._names: Mapping[str, str] = {}
        self._former: dict[str, Former] = {}
        self._documents: dict[str, str] = {}
        self._outdated: dict[str, None] = {}
        self._born = False
        self._news = asyncio.Event()
        self.athletes({})

    def athletes(self, names: Mapping[str, str]) -> None:
        """Who trains here from now on: names by id."""
        self._names = names
        self._describe()

    def _describe(self) -> None:
        before = self._documents
        self._documents = self._described() if self._enabled else {}
        for topic in {**before, **self._documents}:  # in their order: the node first
            if before.get(topic) != self._documents.get(topic):
                self._mark(topic)

    def _described(self) -> dict[str, str]:
        return documents(self._topics, self._discovery, self._names, self._practice, self._former)

    def take(self, incoming: Incoming) -> bool:
        """Look at a message at once; whether it was meant for this lane."""
        if incoming.topic == self._discovery.birth:
            # A retained one tells of the past, and what it asks for is done after every connect.
            if incoming.payload == _BIRTH and not incoming.retained and self._enabled:
                self._born = True
                self._news.set()
            return True
        if not self._discovery.is_own(incoming.topic):
            return False
        if incoming.topic in self._documents:
            self._compare(incoming)
        elif incoming.payload and len(self._outdated) < _MOST_STALE:
            self._mark(incoming.topic)
        return True

    def _compare(self, incoming: Incoming) -> None:
        """The broker's document with ours: what it has beyond that is taken back."""
        if incoming.payload == self._documents[incoming.topic].encode():
            return
        known = self._former.get(incoming.topic, {})
        self._former[incoming.topic] = with_those_of(known, incoming.payload)
        if self._former[incoming.topic] != known:
            self._describe()

    async def begin(self, link: Subscribing) -> None:
        """After a connect: announce all, and listen for what changes that. Raises LinkError."""
        heard = await link.subscribe(self._discovery.own)
        if self._enabled:
            heard = await link.subscribe(self._discovery.birth) and heard
        if not heard:
            _log.info(
                "the broker does not let this user hear of Home Assistant: it is told after a connect only"
            )
        self._born = False
        await self._announce(link)

    async def run(self, link: Link) -> None:
        """Announce what changes, until cancelled. Raises LinkError."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._born:
                await self._clock.sleep(self._random.uniform(0, LONGEST_DELAY_S))
                self._born = False
                await self._announce(link)
                self._states_again()
            await self._update(link)

    async def _announce(self, link: Link) -> None:
        for topic in self._documents:
            self._mark(topic)
        await self._update(link)

    async def _update(self, link: Link) -> None:
        while self._outdated:
            topic = next(iter(self._outdated))
            del self._outdated[topic]
            try:
                await link.publish(topic, self._documents.get(topic, ""), _RETAINED)
            except BaseException:
                self._mark(topic)
                raise
        self.settled.set()

    def _mark(self, topic: str) -> None:
        self._outdated[topic] = None
        self.settled.clear()
        self._news.set()
