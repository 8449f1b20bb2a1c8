"""Interfaces between the publisher's parts and a connection to the broker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from .topics import Delivery


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message from the broker. Untrusted: anybody who may publish can have sent it."""

    topic: str
    payload: bytes
    retained: bool
    response_topic: str | None = None
    correlation: bytes | None = None


class BrokerConnection(Protocol):
    """An open connection that can publish."""

    async def publish(
        self, topic: str, payload: str, delivery: Delivery, *, correlation: bytes | None = None
    ) -> None:
        """Return once the broker has acknowledged (QoS 1) or the message has been sent (QoS 0).

        `correlation` is correlation data, sent with MQTT 5 only. Raises BrokerConnectionError, also
        where the broker does not acknowledge in time.
        """
        ...


class SubscribingConnection(BrokerConnection, Protocol):
    """An open connection that can subscribe too."""

    async def subscribe(self, pattern: str) -> bool:
        """Subscribe with QoS 1; return whether the broker grants it. Raises BrokerConnectionError."""
        ...


class PublishQueue(Protocol):
    """Messages of one kind waiting to be published."""

    empty: asyncio.Event
    """set while nothing waits or is being sent"""

    async def run(self, connection: BrokerConnection) -> None:
        """Publish until cancelled. Raises BrokerConnectionError."""
        ...


@dataclass(frozen=True, slots=True)
class PublishLosses:
    """Numbers of messages lost since the start."""

    messages: int = 0
    """outgoing messages that were not stored and did not fit the queue"""
    commands: int = 0
    """commands over the rate limit"""
