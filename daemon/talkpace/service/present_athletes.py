"""A publish sink for the athletes who are here: what is published of those who were removed waits in it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from pydantic import BaseModel

from ..control.state_feed import StateFeed
from ..mqtt.payloads import LivePayload
from ..mqtt.topics import DELIVERY
from ..pipeline.sinks import PublishSink
from .broker import BrokerConnection

_STATES = [
    name
    for name, delivery in DELIVERY.items()
    if delivery.retain and name not in {"status", "node", "straps", "summary"}
]
"""the topics of an athlete with a retained state; a summary is an event that the outbox has"""


class PresentAthletes:
    """Passes on what is published; of athletes who were removed only once they are added again."""

    def __init__(self, sink: PublishSink, *, feed: StateFeed, broker: BrokerConnection) -> None:
        """`feed` and `broker`, behind `sink`, forget what they have got of an athlete."""
        self._sink = sink
        self._feed = feed
        self._broker = broker
        self._waiting: dict[str, dict[str, BaseModel]] = {}
        """the latest states by topic, of each athlete who was removed"""

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish live values."""
        if athlete not in self._waiting:
            self._sink.live(athlete, payload)

    def state(self, topic: str, payload: BaseModel) -> None:
        """Publish a retained state."""
        athlete, slash, _ = topic.partition("/")
        if slash and athlete in self._waiting:
            self._waiting[athlete][topic] = payload
        else:
            self._sink.state(topic, payload)

    def set_removed(self, athletes: AbstractSet[str]) -> None:
        """Publish nothing of these athletes from now on, and what has waited of those who are back."""
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
