"""The state of all nodes and athletes, as received over MQTT: current values, recent history, or unknown.

Pure: times are in ms of one monotonic clock and are passed in.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ...diagnostics import Health, HealthState
from ...mqtt.payloads import EventPayload, LivePayload, NodePayload, SessionPayload, StrapPayload
from ...mqtt.subscriber import Message
from ...mqtt.topics import ONLINE
from ...training.rules import STALE_AFTER_MS
from ...training.warning import WarningState

HISTORY_MINUTES = 5
_MOST_RATES = HISTORY_MINUTES * 60
_MOST_EVENTS = 8
_MOST_NODES, _MOST_ATHLETES = 16, 32
"""athletes of each node; bounds the memory that others at the broker can take"""


@dataclass
class AthleteState:
    """One athlete of one node."""

    athlete: str
    strap: StrapPayload | None = None
    session: SessionPayload | None = None
    live: LivePayload | None = None
    live_at_ms: int | None = None
    """when `live` was received"""
    rates: deque[tuple[int, int | None]] = field(default_factory=lambda: deque(maxlen=_MOST_RATES))
    """time of receipt (ms) and heart rate (bpm) of the last minutes"""
    events: deque[EventPayload] = field(default_factory=lambda: deque(maxlen=_MOST_EVENTS))

    def fresh(self, now_ms: int) -> LivePayload | None:
        """Return the live values; None where they are 6 s old or more."""
        if self.live is None or self.live_at_ms is None or now_ms - self.live_at_ms >= STALE_AFTER_MS:
            return None
        return self.live

    def warning(self, now_ms: int) -> WarningState | None:
        """Return the warning state, None where unknown; a lost signal stays lost when values go stale."""
        live = self.fresh(now_ms)
        if live is not None:
            return live.warning
        if self.live is not None and self.live.warning is WarningState.SIGNAL_LOST:
            return WarningState.SIGNAL_LOST
        return None

    def clear(self) -> None:
        """Set the current values to unknown; keep the history."""
        self.live = self.live_at_ms = self.strap = self.session = None


@dataclass
class NodeState:
    """One node and its athletes."""

    node: str
    online: bool | None = None
    """None until it is known"""
    health: NodePayload | None = None
    athletes: dict[str, AthleteState] = field(default_factory=dict)
    """by id"""

    def set_online(self, online: bool | None) -> None:
        """Note whether the node is online. Unless it is, all values become unknown until sent again."""
        self.online = online
        if not online:
            self.health = None
            for athlete in self.athletes.values():
                athlete.clear()

    def problems(self) -> list[str]:
        """Return what is wrong with the node, in the words of its health."""
        health = self.health
        if health is None:
            return []
        parts = [
            ("adapter", health.adapter),
            ("broker", health.broker),
            ("store", health.store),
            ("alerts", health.alerts),
            ("lamps", health.lamps),
            ("notifications", health.notifications),
        ]
        failed = [(name, text) for name, text in parts if Health.parse(text).state is HealthState.FAILED]
        problems = [f"{name}: {text}" for name, text in failed]
        if health.clock == "not synchronised":
            problems.append("clock not synchronised")
        return problems


class HouseholdState:
    """All nodes, in the order in which they were first seen."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeState] = {}
        self._stale: set[tuple[str, str]] = set()

    @property
    def athletes(self) -> list[tuple[NodeState, AthleteState]]:
        """All athletes, node by node."""
        return [(node, athlete) for node in self.nodes.values() for athlete in node.athletes.values()]

    def update(self, message: Message, now_ms: int) -> None:
        """Apply a message. Nodes beyond 16, and athletes of a node beyond 32, are ignored."""
        node = self.nodes.get(message.node)
        if node is None:
            if len(self.nodes) >= _MOST_NODES:
                return
            node = self.nodes[message.node] = NodeState(message.node)
        if message.athlete is None:
            _update_node(node, message)
            return
        athlete = node.athletes.get(message.athlete)
        if athlete is None:
            if len(node.athletes) >= _MOST_ATHLETES:
                return
            athlete = node.athletes[message.athlete] = AthleteState(message.athlete)
        _update_athlete(athlete, message, now_ms)

    def disconnect(self) -> None:
        """Note the loss of the broker: all current values become unknown."""
        for node in self.nodes.values():
            node.set_online(None)

    def newly_stale(self, now_ms: int) -> list[tuple[str, str]]:
        """Return node and athlete of everybody whose values have gone stale since the last call."""
        stale = {
            (node.node, athlete.athlete)
            for node, athlete in self.athletes
            if athlete.rates and athlete.fresh(now_ms) is None
        }
        new, self._stale = stale - self._stale, stale
        return sorted(new)


def _update_node(node: NodeState, message: Message) -> None:
    match message.payload:
        case str(status):
            node.set_online(status == ONLINE)
        case NodePayload() as health:
            node.health = health


def _update_athlete(athlete: AthleteState, message: Message, now_ms: int) -> None:
    match message.payload:
        case LivePayload() as live:
            athlete.live, athlete.live_at_ms = live, now_ms
            athlete.rates.append((now_ms, live.heart_rate))
        case EventPayload() as event:
            athlete.events.append(event)
        case StrapPayload() as strap:
            athlete.strap = strap
        case SessionPayload() as session:
            athlete.session = session
