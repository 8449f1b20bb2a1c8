"""Messages to lamps: the newest of each lamp is published; and those that lamps publish about themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ..alerts.lamps.messages import Messages
from .protocols import BrokerConnection, IncomingMessage, SubscribingConnection
from .topics import Delivery

_DELIVERY = Delivery(qos=1, retain=False)


@dataclass(frozen=True, slots=True)
class LampCallbacks:
    """What the queue calls; each returns at once."""

    on_connect: Callable[[], None]
    on_disconnect: Callable[[], None]
    on_refusal: Callable[[str], None]
    """with a topic that the broker does not allow to subscribe to"""
    on_message: Callable[[IncomingMessage], None]
    on_published: Callable[[str], None]
    """with the name of a lamp, once the broker has taken all messages that wait for it"""


class LampQueue:
    """Holds the newest messages of each lamp, also while there is no connection; newer ones replace them.

    One publisher after the other may run it.
    """

    def __init__(self, topics: frozenset[str], callbacks: LampCallbacks) -> None:
        """`topics` are those on which lamps tell their state."""
        self.empty = asyncio.Event()
        self.empty.set()
        self.is_connected = False
        self._topics = topics
        self._callbacks = callbacks
        self._waiting: dict[str, Messages] = {}
        self._questions: Messages = ()
        self._any_waiting = asyncio.Event()

    def put(self, lamp: str, messages: Messages) -> None:
        """Publish these in place of what still waits for the lamp."""
        self._waiting[lamp] = messages
        self.empty.clear()
        self._any_waiting.set()

    def ask(self, questions: Messages) -> None:
        """Publish what asks lamps for their state; dropped without a connection."""
        if self.is_connected and questions:
            self._questions += questions
            self._any_waiting.set()

    def on_message(self, message: IncomingMessage) -> bool:
        """Handle a message; return whether it was on a lamp's state topic."""
        if message.topic not in self._topics:
            return False
        self._callbacks.on_message(message)
        return True

    async def subscribe(self, connection: SubscribingConnection) -> None:
        """Subscribe to the states. Raises BrokerConnectionError."""
        for topic in sorted(self._topics):
            if not await connection.subscribe(topic):
                self._callbacks.on_refusal(topic)

    async def run(self, connection: BrokerConnection) -> None:
        """Publish until cancelled. Raises BrokerConnectionError."""
        self.is_connected = True
        self._callbacks.on_connect()
        try:
            while True:
                await self._publish(connection)
                await self._any_waiting.wait()
        finally:
            self.is_connected = False
            self._questions = ()
            self._callbacks.on_disconnect()

    async def _publish(self, connection: BrokerConnection) -> None:
        self._any_waiting.clear()
        questions, self._questions = self._questions, ()
        for message in questions:
            await connection.publish(message.topic, message.payload, _DELIVERY)
        while self._waiting:
            lamp, messages = next(iter(self._waiting.items()))
            for message in messages:
                await connection.publish(message.topic, message.payload, _DELIVERY)
            if self._waiting[lamp] is messages:  # else newer ones have come meanwhile
                del self._waiting[lamp]
                self._callbacks.on_published(lamp)
        self.empty.set()
