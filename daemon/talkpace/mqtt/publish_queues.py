"""Queues of live values and of retained states, and the two upkeepers of retained messages."""

from __future__ import annotations

import asyncio

from ..clock import Clock
from .payloads import LivePayload
from .protocols import BrokerConnection, IncomingMessage
from .topics import DELIVERY, ONLINE, Delivery, Topics

LIVE_PERIOD_S = 1.0
STATUS_PERIOD_S = 1.0
_RETAINED = Delivery(qos=1, retain=True)


class LiveQueue:
    """Publishes the newest live value of each athlete, at most once a second.

    Holds one value for each athlete; values are dropped while there is no connection.
    """

    def __init__(self, topics: Topics, clock: Clock) -> None:
        self.empty = asyncio.Event()
        self.empty.set()
        self._topics = topics
        self._clock = clock
        self._connected = False
        self._waiting: dict[str, LivePayload] = {}
        self._any_waiting = asyncio.Event()

    def put(self, athlete: str, payload: LivePayload) -> None:
        """Publish this value, unless a newer one replaces it first."""
        if self._connected:
            self._waiting[athlete] = payload
            self._any_waiting.set()
            self.empty.clear()

    async def run(self, connection: BrokerConnection) -> None:
        """Publish until cancelled. Raises BrokerConnectionError."""
        self._connected = True
        try:
            while True:
                await self._any_waiting.wait()
                self._any_waiting.clear()
                values, self._waiting = self._waiting, {}
                for athlete, payload in values.items():
                    await connection.publish(
                        self._topics.live(athlete), payload.model_dump_json(), DELIVERY["live"]
                    )
                if not self._waiting:
                    self.empty.set()
                await self._clock.sleep(LIVE_PERIOD_S)
        finally:
            self._connected = False
            self._waiting.clear()
            self._any_waiting.clear()
            self.empty.set()


class StateQueue:
    """Publishes retained states on change, and all of them after every connect.

    Holds one payload for each topic; of two quick changes the broker may get the second alone.
    """

    def __init__(self, topics: Topics) -> None:
        self.empty = asyncio.Event()
        self.empty.set()
        self._topics = topics
        self._latest: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._any_changed = asyncio.Event()

    def put(self, suffix: str, payload: str) -> None:
        """Set the state of a topic below the node."""
        if self._latest.get(suffix) != payload:
            self._latest[suffix] = payload
            self._mark_changed(suffix)

    def republish(self) -> None:
        """Queue every state once more, for a subscriber that may have missed them."""
        for suffix in self._latest:
            self._mark_changed(suffix)

    async def publish_all(self, connection: BrokerConnection) -> None:
        """Publish every state: the broker may have lost them. Raises BrokerConnectionError."""
        self.republish()
        await self._publish_changed(connection)

    async def run(self, connection: BrokerConnection) -> None:
        """Publish changes until cancelled. Raises BrokerConnectionError."""
        while True:
            await self._any_changed.wait()
            await self._publish_changed(connection)

    def _mark_changed(self, suffix: str) -> None:
        self._changed[suffix] = None
        self._any_changed.set()
        self.empty.clear()

    async def _publish_changed(self, connection: BrokerConnection) -> None:
        while self._changed:
            suffix = next(iter(self._changed))
            del self._changed[suffix]
            try:
                await connection.publish(
                    self._topics.of(suffix),
                    self._latest[suffix],
                    DELIVERY.get(suffix.rpartition("/")[2], _RETAINED),
                )
            except BaseException:
                self._mark_changed(suffix)
                raise
        self._any_changed.clear()
        self.empty.set()


class AvailabilityPublisher:
    """Publishes `online`, and again when somebody else has published another status, at most once a second.

    The last will of an older connection may arrive after the new one is up, and a replay with the same
    node id publishes `offline` at its end: the retained status would be wrong for days.
    """

    def __init__(self, topics: Topics, clock: Clock) -> None:
        self._topics = topics
        self._clock = clock
        self._contradicted = asyncio.Event()

    def on_message(self, message: IncomingMessage) -> None:
        """Handle a message on the status topic."""
        if message.payload != ONLINE.encode():
            self._contradicted.set()

    async def publish_online(self, connection: BrokerConnection) -> None:
        """Publish `online`. Raises BrokerConnectionError."""
        self._contradicted.clear()
        await connection.publish(self._topics.status, ONLINE, DELIVERY["status"])

    async def run(self, connection: BrokerConnection) -> None:
        """Correct the status until cancelled. Raises BrokerConnectionError."""
        while True:
            await self._contradicted.wait()
            await self.publish_online(connection)
            await self._clock.sleep(STATUS_PERIOD_S)


class RetainedCleaner:
    """Deletes the broker's retained messages on a topic of athletes that is switched off.

    An empty retained payload makes the broker delete the message.
    """

    def __init__(self, topics: Topics, name: str, states: StateQueue) -> None:
        """`name` is the last level of the topic."""
        self.pattern = topics.of(f"+/{name}")
        self._start, _, self._end = self.pattern.partition("+")
        self._states = states

    def on_message(self, message: IncomingMessage) -> bool:
        """Handle a message; return whether it was on such a topic."""
        athlete = message.topic.removeprefix(self._start).removesuffix(self._end)
        if message.topic != f"{self._start}{athlete}{self._end}" or "/" in athlete:
            return False
        if message.retained and message.payload:
            self._states.put(f"{athlete}{self._end}", "")
        return True
