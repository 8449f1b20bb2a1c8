"""What the parts of the publisher need of a connection to the broker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from ..errors import BrokerError
from .topics import Delivery


class LinkError(BrokerError):
    """There is no connection, or there no longer is one. The text is one line for a person."""

    def __init__(self, says: str, remedy: str) -> None:
        super().__init__(says)
        self.remedy = remedy
        """what to do about it"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from the broker. Nothing in it can be trusted."""

    topic: str
    payload: bytes
    retained: bool
    response_topic: str | None = None
    correlation: bytes | None = None


class Link(Protocol):
    """An open connection."""

    async def publish(
        self, topic: str, payload: str, delivery: Delivery, *, correlation: bytes | None = None
    ) -> None:
        """Return once the broker has acknowledged it (QoS 1) or it is on its way (QoS 0).

        `correlation` goes with it in MQTT 5 and nowhere else. Raises LinkError, with a time limit.
        """
        ...


class Lane(Protocol):
    """One kind of message on its way to the broker."""

    settled: asyncio.Event
    """set while nothing waits"""

    async def run(self, link: Link) -> None:
        """Send until cancelled. Raises LinkError."""
        ...
