"""Live values: the latest wins, and old ones are worth nothing."""

from __future__ import annotations

import asyncio

from ..service.clock import Clock
from .link import Link
from .payloads import LivePayload
from .topics import DELIVERY, Topics

PERIOD_S = 1.0


class LiveLane:
    """Sends at most one value a second for each athlete, and always the last one in the end.

    It holds one value for each athlete. Without a connection all are dropped.
    """

    def __init__(self, topics: Topics, clock: Clock) -> None:
        self.settled = asyncio.Event()
        self.settled.set()
        self._topics = topics
        self._clock = clock
        self._open = False
        self._waiting: dict[str, LivePayload] = {}
        self._offered = asyncio.Event()

    def offer(self, athlete: str, payload: LivePayload) -> None:
        """Send this, unless a newer one comes before it could be."""
        if self._open:
            self._waiting[athlete] = payload
            self._offered.set()
            self.settled.clear()

    async def run(self, link: Link) -> None:
        """Send until cancelled. Raises LinkError."""
        self._open = True
        try:
            while True:
                await self._offered.wait()
                self._offered.clear()
                values, self._waiting = self._waiting, {}
                for athlete, payload in values.items():
                    await link.publish(
                        self._topics.live(athlete), payload.model_dump_json(), DELIVERY["live"]
                    )
                if not self._waiting:
                    self.settled.set()
                await self._clock.sleep(PERIOD_S)
        finally:
            self._open = False
            self._waiting.clear()
            self._offered.clear()
            self.settled.set()
