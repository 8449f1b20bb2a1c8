"""Lasting states: the broker keeps the latest of each topic."""

from __future__ import annotations

import asyncio

from .link import Link
from .topics import DELIVERY, Delivery, Topics

_STATE = Delivery(qos=1, retain=True)


class StateLane:
    """Publishes a state when it has changed, and all of them after every connect.

    It holds one text for each topic; between two changes of one topic the broker may see only the second.
    """

    def __init__(self, topics: Topics) -> None:
        self.settled = asyncio.Event()
        self.settled.set()
        self._topics = topics
        self._latest: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._any_changed = asyncio.Event()

    def put(self, suffix: str, text: str) -> None:
        """The state of a topic below the node, from now on."""
        if self._latest.get(suffix) != text:
            self._latest[suffix] = text
            self._mark(suffix)

    async def tell_all(self, link: Link) -> None:
        """Publish every state: the broker may have lost them. Raises LinkError."""
        self.again()
        await self._tell_changed(link)

    def again(self) -> None:
        """Publish every state once more: somebody may have missed them."""
        for suffix in self._latest:
            self._mark(suffix)

    async def run(self, link: Link) -> None:
        """Publish what changes, until cancelled. Raises LinkError."""
        while True:
            await self._any_changed.wait()
            await self._tell_changed(link)

    def _mark(self, suffix: str) -> None:
        self._changed[suffix] = None
        self._any_changed.set()
        self.settled.clear()

    async def _tell_changed(self, link: Link) -> None:
        while self._changed:
            suffix = next(iter(self._changed))
            del self._changed[suffix]
            try:
                await link.publish(
                    self._topics.of(suffix),
                    self._latest[suffix],
                    DELIVERY.get(suffix.rpartition("/")[2], _STATE),
                )
            except BaseException:
                self._mark(suffix)
                raise
        self._any_changed.clear()
        self.settled.set()
