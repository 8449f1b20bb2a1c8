"""What an entity of Home Assistant is, as data: one frozen value for each, one class for each platform.

Topics are those below the device: `live` of an athlete is `talkpace/NODE/ATHLETE/live`. The key is
part of the unique id, by which Home Assistant knows an entity for good: it never changes, and no
other entity ever gets it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

LIVE = "live"
"""its values are worth nothing once they are old"""


class Category(StrEnum):
    """Entities with one are not among those that an automatic dashboard shows."""

    DIAGNOSTIC = "diagnostic"
    CONFIG = "config"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """What all have in common."""

    platform: ClassVar[str]

    key: str
    name: str
    """without the device's: Home Assistant puts that in front of it"""
    icon: str | None = None
    category: Category | None = None
    enabled: bool = True
    """whether it is there without being asked for; not so for the noisy and the rarely wanted"""
    of_strap: bool = False
    """whether it is there only while a strap is connected"""

    @property
    def needs_strap(self) -> bool:
        """Whether it is unavailable without one."""
        return self.of_strap

    def options(self) -> dict[str, Any]:
        """What Home Assistant calls the configuration variables; None stands for one that is left out.

        Topics, in `…_topic`, are those below the device.
        """
        return {
            "platform": self.platform,
            "name": self.name,
            "icon": self.icon,
            "entity_category": self.category,
            "enabled_by_default": None if self.enabled else False,
        }


@dataclass(frozen=True, kw_only=True)
class Shown(Entity):
    """An entity with a state, which a template takes from a topic's payload."""

    topic: str
    template: str
    device_class: str | None = None

    @property
    def needs_strap(self) -> bool:
        """Live values come from one, whatever else is said of them."""
        return self.of_strap or self.topic == LIVE

    @property
    def expires(self) -> bool:
        """Whether what was last said of it holds no longer once nothing more is said."""
        return self.topic == LIVE

    def options(self) -> dict[str, Any]:
        """With where the state comes from."""
        return {
            **super().options(),
            "state_topic": self.topic,
            "value_template": self.template,
            "device_class": self.device_class,
        }


@dataclass(frozen=True, kw_only=True)
class Sensor(Shown):
    """A number, one of some words, a moment, or text."""

    platform = "sensor"

    unit: str | None = None
    state_class: str | None = None
    precision: int | None = None
    """decimals that are shown"""
    choices: Sequence[str] = ()
    """all that an `enum` can be"""

    def options(self) -> dict[str, Any]:
        """With how it is shown."""
        return {
            **super().options(),
            "unit_of_measurement": self.unit,
            "state_class": self.state_class,
            "suggested_display_precision": self.precision,
            "options": list(self.choices) or None,
        }


@dataclass(frozen=True, kw_only=True)
class BinarySensor(Shown):
    """On or off: the template gives ON, OFF or None."""

    platform = "binary_sensor"


@dataclass(frozen=True, kw_only=True)
class EventEntity(Shown):
    """Something that happens: the template gives a JSON object with `event_type`."""

    platform = "event"

    types: Sequence[str]

    def options(self) -> dict[str, Any]:
        """With all that can happen; none of it may be lost."""
        return {**super().options(), "event_types": list(self.types), "qos": 1}


@dataclass(frozen=True, kw_only=True)
class Button(Entity):
    """Sends a command with a fixed argument, which may be anything that JSON can hold."""

    platform = "button"

    command: str
    argument: object = None

    def options(self) -> dict[str, Any]:
        """With what a press sends."""
        return {
            **super().options(),
            "command_topic": f"command/{self.command}",
            "payload_press": json.dumps(self.argument),
            "qos": 1,
        }


@dataclass(frozen=True, kw_only=True)
class Setting(Shown):
    """An entity whose state a command changes."""

    command: str
    command_template: str | None = None
    """what is sent, of `value`; as it stands by default"""

    def options(self) -> dict[str, Any]:
        """With the command."""
        return {
            **super().options(),
            "command_topic": f"command/{self.command}",
            "command_template": self.command_template,
            "qos": 1,
        }


@dataclass(frozen=True, kw_only=True)
class Select(Setting):
    """One of some words."""

    platform = "select"

    choices: Sequence[str]

    def options(self) -> dict[str, Any]:
        """With the words."""
        return {**super().options(), "options": list(self.choices)}


@dataclass(frozen=True, kw_only=True)
class Number(Setting):
    """A number within bounds. Home Assistant reports a state outside of them as an error."""

    platform = "number"

    lowest: float
    highest: float
    step: float
    unit: str | None = None
    mode: str = "box"

    def options(self) -> dict[str, Any]:
        """With the bounds."""
        return {
            **super().options(),
            "min": self.lowest,
            "max": self.highest,
            "step": self.step,
            "unit_of_measurement": self.unit,
            "mode": self.mode,
        }


@dataclass(frozen=True, kw_only=True)
class Text(Setting):
    """Words of one's own: as many as Home Assistant's states can hold."""

    platform = "text"

    longest: int = 255

    def options(self) -> dict[str, Any]:
        """With how many there may be."""
        return {**super().options(), "min": 0, "max": self.longest}


@dataclass(frozen=True)
class Device:
    """What one device document is made of."""

    object_id: str
    """the last level but one of its topic"""
    identifier: str
    name: str
    model: str
    base: str
    """the topic that all of its topics are below"""
    unique_prefix: str
    """what its entities' unique ids begin with"""
    entities: Sequence[Entity]
    via: str | None = None
    """the identifier of the device that it is reached by"""
