"""Everybody who trains, as heard over MQTT: what is so now, what lately was, and what is unknown.

Pure: times are of one monotonic clock, in ms, and are handed in.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ..effort.rules import STALE_AFTER_MS
from ..effort.warning import WarningState
from ..publish.payloads import (
    EventPayload,
    LivePayload,
    NodePayload,
    SessionPayload,
    StrapPayload,
)
from ..publish.topics import ONLINE
from .heard import Heard

MINUTES = 5
_MOST_RATES = MINUTES * 60
_MOST_EVENTS = 8
_MOST_NODES, _MOST_ATHLETES = 16, 32
"""of each node; nobody at the broker shall fill our memory"""


@dataclass
class Trainee:
    """One athlete at one node."""

    athlete: str
    strap: StrapPayload | None = None
    session: SessionPayload | None = None
    live: LivePayload | None = None
    heard_ms: int | None = None
    """when `live` came"""
    rates: deque[tuple[int, int | None]] = field(default_factory=lambda: deque(maxlen=_MOST_RATES))
    """heart rates of the last minutes, with the time at which each came"""
    events: deque[EventPayload] = field(default_factory=lambda: deque(maxlen=_MOST_EVENTS))

    def fresh(self, now_ms: int) -> LivePayload | None:
        """The live values, unless nothing has been heard for 6 s. No frozen numbers."""
        if self.live is None or self.heard_ms is None or now_ms - self.heard_ms >= STALE_AFTER_MS:
            return None
        return self.live

    def warning(self, now_ms: int) -> WarningState | None:
        """None where it is unknown; a lost signal stays lost though nothing more is heard."""
        live = self.fresh(now_ms)
        if live is not None:
            return live.warning
        if self.live is not None and self.live.warning is WarningState.SIGNAL_LOST:
            return WarningState.SIGNAL_LOST
        return None

    def forget(self) -> None:
        """From now on nothing is known of this instant; what was heard of the last minutes stays."""
        self.live = self.heard_ms = self.strap = self.session = None


@dataclass
class Place:
    """One node."""

    node: str
    online: bool | None = None
    """None until it is known"""
    health: NodePayload | None = None
    trainees: dict[str, Trainee] = field(default_factory=dict)
    """by athlete"""

    def be(self, online: bool | None) -> None:  # noqa: FBT001 - a state, not a flag
        """Whether it is there. While it is not, all that it said is out of date; it says it again."""
        self.online = online
        if not online:
            self.health = None
            for trainee in self.trainees.values():
                trainee.forget()

    def troubles(self) -> list[str]:
        """What is the matter with it, in its own words."""
        health = self.health
        if health is None:
            return []
        parts = [
            ("adapter", health.adapter),
            ("broker", health.broker),
            ("store", health.store),
            ("alerts", health.alerts),
        ]
        troubles = [f"{name}: {says}" for name, says in parts if says not in _WELL]
        if health.clock == "not synchronised":
            troubles.append("clock not synchronised")
        return troubles


_WELL = frozenset({"ok", "connected", "not used", "none"})


class Household:
    """All nodes, in the order in which they were first heard of."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self._stale: set[tuple[str, str]] = set()

    @property
    def trainees(self) -> list[tuple[Place, Trainee]]:
        """Everybody, node by node."""
        return [(place, one) for place in self.places.values() for one in place.trainees.values()]

    def take(self, heard: Heard, now_ms: int) -> None:
        """Take a message. Beyond 16 nodes, or 32 athletes of one, nobody is taken up."""
        place = self.places.get(heard.node)
        if place is None:
            if len(self.places) >= _MOST_NODES:
                return
            place = self.places[heard.node] = Place(heard.node)
        if heard.athlete is None:
            _of_node(place, heard)
            return
        trainee = place.trainees.get(heard.athlete)
        if trainee is None:
            if len(place.trainees) >= _MOST_ATHLETES:
                return
            trainee = place.trainees[heard.athlete] = Trainee(heard.athlete)
        _of_athlete(trainee, heard, now_ms)

    def lose(self) -> None:
        """The broker is gone: whether nodes are there, and what they see, is unknown."""
        for place in self.places.values():
            place.be(None)

    def turned_stale(self, now_ms: int) -> list[tuple[str, str]]:
        """Node and athlete of everybody of whom nothing is known any more; each once."""
        stale = {
            (place.node, one.athlete)
            for place, one in self.trainees
            if one.rates and one.fresh(now_ms) is None
        }
        new, self._stale = stale - self._stale, stale
        return sorted(new)


def _of_node(place: Place, heard: Heard) -> None:
    match heard.payload:
        case str(status):
            place.be(status == ONLINE)
        case NodePayload() as health:
            place.health = health


def _of_athlete(trainee: Trainee, heard: Heard, now_ms: int) -> None:
    match heard.payload:
        case LivePayload() as live:
            trainee.live, trainee.heard_ms = live, now_ms
            trainee.rates.append((now_ms, live.heart_rate))
        case EventPayload() as event:
            trainee.events.append(event)
        case StrapPayload() as strap:
            trainee.strap = strap
        case SessionPayload() as session:
            trainee.session = session
