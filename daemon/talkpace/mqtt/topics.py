"""Names of the MQTT topics, with QoS and retain flag of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

ONLINE = "online"
OFFLINE = "offline"

_SLUG = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """QoS and retain flag of a message."""

    qos: int
    retain: bool


DELIVERY: Mapping[str, Delivery] = MappingProxyType(
    {
        "status": Delivery(qos=1, retain=True),
        "node": Delivery(qos=1, retain=True),
        "straps": Delivery(qos=1, retain=True),
        "live": Delivery(qos=0, retain=False),
        "event": Delivery(qos=1, retain=False),
        "strap": Delivery(qos=1, retain=True),
        "session": Delivery(qos=1, retain=True),
        "athlete": Delivery(qos=1, retain=True),
        "summary": Delivery(qos=1, retain=True),
        "habits": Delivery(qos=1, retain=True),
        "breathing": Delivery(qos=1, retain=True),
        "nap": Delivery(qos=1, retain=True),
        "readiness": Delivery(qos=1, retain=True),
        "calibration": Delivery(qos=1, retain=True),
        "command": Delivery(qos=1, retain=False),
        "result": Delivery(qos=1, retain=False),
    }
)
"""by the last level of the topic, of `command/NAME` the level before"""


class CommandTopic(NamedTuple):
    """What a command topic names: `N/A/command/NAME`, or `N/command/NAME` of the node itself."""

    athlete: str | None
    """None for a command to the node"""
    name: str


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one node."""

    prefix: str
    node: str

    def of(self, suffix: str) -> str:
        """The full topic of a suffix below the node, such as `anna/session`."""
        return f"{self.prefix}/{self.node}/{suffix}"

    @property
    def status(self) -> str:
        """The node's availability."""
        return self.of("status")

    def live(self, athlete: str) -> str:
        """An athlete's live values."""
        return self.of(f"{athlete}/live")

    def result(self, athlete: str | None) -> str:
        """The results of an athlete's commands, of the node's where `athlete` is None."""
        return self.of("result" if athlete is None else f"{athlete}/result")

    @property
    def commands(self) -> tuple[str, str]:
        """The subscription patterns of all commands to athletes, and to the node itself."""
        return self.of("+/command/+"), self.of("command/+")

    def command_in(self, topic: str) -> CommandTopic | None:
        """The command that a topic names; None where this is not a command topic of this node."""
        start = self.of("")
        if not topic.startswith(start):
            return None
        match topic.removeprefix(start).split("/"):
            case [athlete, "command", name] if _SLUG.fullmatch(athlete):
                return CommandTopic(athlete, name)
            # `command` may be an athlete's id too, and `N/command/live` then has the live values.
            case ["command", name] if name not in DELIVERY:
                return CommandTopic(None, name)
        return None

    def may_answer_to(self, topic: str) -> bool:
        """Whether a result may be published on a response topic, which the sender chooses.

        Not below this node, where subscribers would take it for the node's own message, and only on a
        valid topic name.
        """
        return (
            0 < len(topic) <= 1024
            and not topic.startswith(("$", self.of("")))
            and not any(character in topic for character in "+#\0")
        )
