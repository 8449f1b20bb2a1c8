"""The latest states of the daemon, and the stream of changes to those who watch."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Protocol

from pydantic import BaseModel

Payload = BaseModel | str
"""a model, or a JSON document as text"""


class Change:
    """A new state of a topic, or an event."""

    def __init__(self, topic: str, payload: Payload) -> None:
        self.topic = topic
        self.payload = payload

    @cached_property
    def params(self) -> bytes:
        """Topic and payload as a JSON object; encoded once, however many clients get it."""
        text = self.payload.model_dump_json() if isinstance(self.payload, BaseModel) else self.payload
        return f'{{"topic":{json.dumps(self.topic)},"payload":{text}}}'.encode()


class Watcher(Protocol):
    """One that watches. Its methods return at once and never raise."""

    def state_changed(self, change: Change) -> None:
        """Take a new state; an older one of the same topic that was not sent yet may be dropped."""

    def event_raised(self, change: Change) -> None:
        """Take an event, of which none is dropped for a newer one."""


class StateFeed:
    """A publish sink that keeps the latest payload of each topic and passes changes to watchers.

    Topics are those of MQTT below the node, such as `anna/live`. Nothing is encoded before a watcher's
    connection sends it, so a beat costs the same with and without watchers that read slowly.
    """

    def __init__(self) -> None:
        self._latest: dict[str, Change] = {}
        self._watchers: set[Watcher] = set()

    @property
    def latest(self) -> list[Change]:
        """The latest state of each topic."""
        return list(self._latest.values())

    def add(self, watcher: Watcher) -> None:
        """Pass changes to a watcher from now on."""
        self._watchers.add(watcher)

    def remove(self, watcher: Watcher) -> None:
        """Pass it no more."""
        self._watchers.discard(watcher)

    def live(self, athlete: str, payload: BaseModel) -> None:
        """Take an athlete's live values."""
        self.state(f"{athlete}/live", payload)

    def state(self, topic: str, payload: Payload) -> None:
        """Take a state."""
        change = self._latest[topic] = Change(topic, payload)
        for watcher in self._watchers:
            watcher.state_changed(change)

    def forget(self, start: str) -> dict[str, Payload]:
        """Forget and return the states of all topics that begin so; watchers get null in their place."""
        forgotten = {
            topic: change.payload for topic, change in self._latest.items() if topic.startswith(start)
        }
        for topic in forgotten:
            del self._latest[topic]
            for watcher in self._watchers:
                watcher.state_changed(Change(topic, "null"))
        return forgotten

    def event(self, topic: str, payload: Payload) -> None:
        """Pass an event on; the feed does not store it."""
        change = Change(topic, payload)
        for watcher in self._watchers:
            watcher.event_raised(change)
