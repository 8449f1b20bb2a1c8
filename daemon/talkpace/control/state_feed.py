"""The latest states of the daemon, and the stream of changes to those who watch."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel

Payload = BaseModel | str
"""a model, or a JSON document as text"""


class Watcher(Protocol):
    """One that watches. Its methods return at once and never raise."""

    def state_changed(self, topic: str, payload: Payload) -> None:
        """Take a new state; an older one of the same topic that was not sent yet may be dropped."""

    def event_raised(self, topic: str, payload: Payload) -> None:
        """Take an event, of which none is dropped for a newer one."""


class StateFeed:
    """A publish sink that keeps the latest payload of each topic and passes changes to watchers.

    Topics are those of MQTT below the node, such as `anna/live`. Nothing is encoded before a watcher's
    connection sends it, so a beat costs the same with and without watchers that read slowly.
    """

    def __init__(self) -> None:
        self._latest: dict[str, Payload] = {}
        self._watchers: set[Watcher] = set()

    @property
    def latest(self) -> dict[str, Payload]:
        """The latest payload of each topic."""
        return dict(self._latest)

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
        self._latest[topic] = payload
        for watcher in self._watchers:
            watcher.state_changed(topic, payload)

    def forget(self, start: str) -> dict[str, Payload]:
        """Forget and return the states of all topics that begin so; watchers get null in their place."""
        forgotten = {topic: payload for topic, payload in self._latest.items() if topic.startswith(start)}
        for topic in forgotten:
            del self._latest[topic]
            for watcher in self._watchers:
                watcher.state_changed(topic, "null")
        return forgotten

    def event(self, topic: str, payload: Payload) -> None:
        """Pass an event on; the feed does not store it."""
        for watcher in self._watchers:
            watcher.event_raised(topic, payload)
