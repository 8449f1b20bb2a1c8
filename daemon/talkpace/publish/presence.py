"""Keeps `status` true while the node is there."""

from __future__ import annotations

import asyncio

from ..service.clock import Clock
from .link import Incoming, Link
from .topics import DELIVERY, ONLINE, Topics

PERIOD_S = 1.0


class Presence:
    """Says `online` again when anybody else has said otherwise, at most once a second.

    The last will of an older connection may come only after the new one is there, and a replay with
    the same node id says `offline` as it leaves: the retained status would be wrong for days.
    """

    def __init__(self, topics: Topics, clock: Clock) -> None:
        self._topics = topics
        self._clock = clock
        self._contradicted = asyncio.Event()

    def take(self, incoming: Incoming) -> None:
        """Look at what is on the status topic."""
        if incoming.payload != ONLINE.encode():
            self._contradicted.set()

    async def tell(self, link: Link) -> None:
        """Say that the node is there. Raises LinkError."""
        self._contradicted.clear()
        await link.publish(self._topics.status, ONLINE, DELIVERY["status"])

    async def run(self, link: Link) -> None:
        """Contradict until cancelled. Raises LinkError."""
        while True:
            await self._contradicted.wait()
            await self.tell(link)
            await self._clock.sleep(PERIOD_S)
