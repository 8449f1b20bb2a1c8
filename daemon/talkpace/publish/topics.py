"""The names of MQTT topics, and how each is delivered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ONLINE = "online"
OFFLINE = "offline"

_SLUG = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message travels, and whether the broker keeps it for those who come later."""

    qos: int
    retain: bool


DELIVERY: Mapping[str, Delivery] = MappingProxyType(
    {
        "status": Delivery(qos=1, retain=True),
        "node": Delivery(qos=1, retain=True),
        "live": Delivery(qos=0, retain=False),
        "event": Delivery(qos=1, retain=False),
        "strap": Delivery(qos=1, retain=True),
        "session": Delivery(qos=1, retain=True),
        "athlete": Delivery(qos=1, retain=True),
        "summary": Delivery(qos=1, retain=True),
        "practice": Delivery(qos=1, retain=True),
        "breathing": Delivery(qos=1, retain=True),
        "nap": Delivery(qos=1, retain=True),
        "readiness": Delivery(qos=1, retain=True),
        "command": Delivery(qos=1, retain=False),
        "result": Delivery(qos=1, retain=False),
    }
)
"""by the name that ends a topic"""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one node."""

    prefix: str
    node: str

    def of(self, suffix: str) -> str:
        """The full name of what is called `suffix` below the node, such as `anna/session`."""
        return f"{self.prefix}/{self.node}/{suffix}"

    @property
    def status(self) -> str:
        """Whether the node is there."""
        return self.of("status")

    def live(self, athlete: str) -> str:
        """An athlete's live values."""
        return self.of(f"{athlete}/live")

    def result(self, athlete: str) -> str:
        """The answers to an athlete's commands."""
        return self.of(f"{athlete}/result")

    @property
    def commands(self) -> str:
        """The pattern of all commands to this node."""
        return self.of("+/command/+")

    def command_in(self, topic: str) -> tuple[str, str] | None:
        """Athlete and name of a command; None where the topic is no command to an athlete of this node."""
        start = self.of("")
        if not topic.startswith(start):
            return None
        levels = topic.removeprefix(start).split("/")
        if len(levels) != 3 or levels[1] != "command" or not _SLUG.fullmatch(levels[0]):
            return None
        return levels[0], levels[2]

    def may_answer_to(self, topic: str) -> bool:
        """Whether a result may go to a response topic that somebody else has chosen.

        Not below this node, where others would take it for the node's own word; and only to what can
        be published to at all.
        """
        return (
            0 < len(topic) <= 1024
            and not topic.startswith(("$", self.of("")))
            and not any(character in topic for character in "+#\0")
        )
