"""The node's health: published, shown by `systemctl status`, and left in a file for `talkpace doctor`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from .. import __version__
from ..diagnostics import NOT_USED, OK, Health, HealthState
from ..mqtt.payloads import NodePayload
from ..pipeline.sinks import PublishSink

_log = logging.getLogger(__name__)

_CLOCK: dict[bool | None, str] = {True: "synchronised", False: "not synchronised", None: "unknown"}
_PARTS = ("adapter", "broker", "store", "alerts", "lamps", "athletes", "configuration", "notifications")
NO_ATHLETE = (
    "no athlete is configured: use `talkpace athlete add ID birth_year=…`, or add an [[athletes]] table"
)


@dataclass(frozen=True, slots=True)
class LossCounters:
    """What was lost since the daemon's start, by the keys of the node's payload."""

    lost_measurements: int = 0
    """dropped from a full queue while the store could not be written"""
    lost_events: int = 0
    """other items that were dropped from a full queue, such as events and summaries"""
    lost_messages: int = 0
    """MQTT messages that neither the store nor the full queue could take"""
    lost_notifications: int = 0
    """notifications that were refused, given up after a day, or dropped as too many waited"""
    refused_items: int = 0
    """items that the database refused"""
    bad_payloads: int = 0
    """notifications of straps that were not a valid measurement"""
    rejected_commands: int = 0
    """commands over the rate limit"""

    @property
    def data(self) -> bool:
        """Whether data of talkpace itself was lost, and not only invalid or excessive input rejected."""
        return replace(self, bad_payloads=0, rejected_commands=0) != LossCounters()

    def __str__(self) -> str:
        counts = {key.replace("_", " "): count for key, count in asdict(self).items() if count}
        return ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing lost"


class NodeHealth:
    """Collects the health of every part, and reports each change."""

    def __init__(self) -> None:
        self._status: Callable[[str], None] | None = None
        self._sink: PublishSink | None = None
        self._payload = NodePayload(
            version=__version__,
            adapter=NOT_USED.text,
            broker=NOT_USED.text,
            store=OK.text,
            clock="unknown",
            alerts="none",
            straps_connected=0,
        )

    @property
    def payload(self) -> NodePayload:
        """The health as it is published."""
        return self._payload

    def report_to(self, *, status: Callable[[str], None], sink: PublishSink | None) -> None:
        """Report changes from now on: a line to `status`, the payload to `sink`."""
        self._status, self._sink = status, sink

    def report(self) -> None:
        """Report the health, changed or not."""
        if self._status is not None:
            self._status(summarise_health(self._payload))
        if self._sink is not None:
            self._sink.state("node", self._payload)

    def adapter(self, health: Health) -> None:
        """Set the health of the Bluetooth adapter."""
        self._set(adapter=health.text)

    def broker(self, health: Health) -> None:
        """Set the health of the connection to the MQTT broker."""
        self._set(broker=health.text)

    def store(self, health: Health) -> None:
        """Set the health of the store."""
        self._set(store=health.text)

    def alerts(self, health: Health) -> None:
        """Set the health of buzzer, LED and speaker."""
        self._set(alerts=health.text)

    def lamps(self, health: Health) -> None:
        """Set the health of the lamps."""
        self._set(lamps=health.text)

    def notifications(self, health: Health) -> None:
        """Set whether notifications can be sent."""
        self._set(notifications=health.text)

    def clock(self, synchronised: bool | None) -> None:  # noqa: FBT001 - the clock's own answer
        """Set whether the wall clock is synchronised."""
        self._set(clock=_CLOCK[synchronised])

    def configuration(self, problems: Sequence[str]) -> None:
        """Set what is invalid in the configuration."""
        self._set(configuration="; ".join(problems) or OK.text)

    def athletes(self, count: int) -> None:
        """Set whether there is an athlete; without one the daemon waits for the first."""
        if count == 0 and self._payload.athletes == OK.text:
            _log.warning("%s", NO_ATHLETE)
        self._set(athletes=OK.text if count else NO_ATHLETE)

    def straps(self, connected: int) -> None:
        """Set the number of connected straps."""
        self._set(straps_connected=connected)

    def strangers(self, in_range: int) -> None:
        """Set the number of straps in range that nobody owns."""
        self._set(strangers=in_range)

    def losses(self, losses: LossCounters) -> None:
        """Set the loss counters. Recorder and outbox log their losses; bad payloads are logged here, once."""
        if losses.bad_payloads and not self._payload.bad_payloads:
            _log.warning("a strap sent an invalid notification; `talkpace doctor` shows how many there are")
        self._set(**asdict(losses))

    def _set(self, **changes: object) -> None:
        payload = self._payload.model_copy(update=changes)
        if payload != self._payload:
            self._payload = payload
            self.report()


def summarise_health(node: NodePayload) -> str:
    """Return the health in one line."""
    line = (
        f"{node.straps_connected} strap(s) connected; adapter: {node.adapter}; broker: {node.broker}; "
        f"store: {node.store}; clock: {node.clock}; alerts: {node.alerts}"
    )
    if node.strangers:
        line += f"; {node.strangers} strap(s) in range that nobody owns: talkpace straps"
    for part, text in (("lamps", node.lamps), ("notifications", node.notifications)):
        if Health.parse(text).state is HealthState.FAILED:
            line += f"; {part}: {text}"
    losses = losses_of(node)
    return line if losses == LossCounters() else f"{line}; lost: {losses}"


def failed_parts(node: NodePayload) -> Mapping[str, str]:
    """Return the parts that do not work, with the reason of each."""
    texts = {part: str(getattr(node, part)) for part in _PARTS}
    return {part: text for part, text in texts.items() if Health.parse(text).state is HealthState.FAILED}


def losses_of(node: NodePayload) -> LossCounters:
    """Return the counters in a node's payload."""
    return LossCounters(
        lost_measurements=node.lost_measurements,
        lost_events=node.lost_events,
        lost_messages=node.lost_messages,
        lost_notifications=node.lost_notifications,
        refused_items=node.refused_items,
        bad_payloads=node.bad_payloads,
        rejected_commands=node.rejected_commands,
    )
