"""Entities of Home Assistant as data: a frozen dataclass for each platform, and templates.

Topics are relative to the device: `live` of an athlete is `talkpace/NODE/ATHLETE/live`. An entity's key
is part of its unique id, by which Home Assistant identifies it for good: it must never change, and never
be reused for another entity. The templates are Jinja as Home Assistant renders it: an unknown value is
rendered as `None`, which Home Assistant shows as unknown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

LIVE = "live"
"""topic whose values must not be shown once they are old"""


class Category(StrEnum):
    """Entities with a category are left out of automatic dashboards."""

    DIAGNOSTIC = "diagnostic"
    CONFIG = "config"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Base of all entities."""

    platform: ClassVar[str]

    key: str
    name: str
    """without the device's name, which Home Assistant puts before it"""
    icon: str | None = None
    category: Category | None = None
    enabled_by_default: bool = True
    """False for entities that are noisy or rarely wanted"""
    requires_strap: bool = False

    @property
    def is_unavailable_without_strap(self) -> bool:
        """Whether the entity is unavailable while no strap is connected."""
        return self.requires_strap

    def options(self) -> dict[str, Any]:
        """The configuration variables of Home Assistant; None stands for one that is omitted.

        Topics, in `…_topic`, are relative to the device.
        """
        return {
            "platform": self.platform,
            "name": self.name,
            "icon": self.icon,
            "entity_category": self.category,
            "enabled_by_default": None if self.enabled_by_default else False,
        }


@dataclass(frozen=True, kw_only=True)
class StateEntity(Entity):
    """An entity with a state, which a template extracts from a topic's payload."""

    topic: str
    template: str
    device_class: str | None = None

    @property
    def is_unavailable_without_strap(self) -> bool:
        """True for all live values."""
        return self.requires_strap or self.topic == LIVE

    @property
    def expires(self) -> bool:
        """Whether a state becomes unknown when it is not published again."""
        return self.topic == LIVE

    def options(self) -> dict[str, Any]:
        """Adds topic, template and device class."""
        return {
            **super().options(),
            "state_topic": self.topic,
            "value_template": self.template,
            "device_class": self.device_class,
        }


@dataclass(frozen=True, kw_only=True)
class Sensor(StateEntity):
    """A number, one of some choices, a timestamp, or text."""

    platform = "sensor"

    unit: str | None = None
    state_class: str | None = None
    precision: int | None = None
    """displayed decimals"""
    choices: Sequence[str] = ()
    """all states of device class `enum`"""

    def options(self) -> dict[str, Any]:
        """Adds unit, state class, precision and choices."""
        return {
            **super().options(),
            "unit_of_measurement": self.unit,
            "state_class": self.state_class,
            "suggested_display_precision": self.precision,
            "options": list(self.choices) or None,
        }


@dataclass(frozen=True, kw_only=True)
class BinarySensor(StateEntity):
    """On or off: the template renders ON, OFF or None."""

    platform = "binary_sensor"


@dataclass(frozen=True, kw_only=True)
class EventEntity(StateEntity):
    """An event: the template renders a JSON object with `event_type`."""

    platform = "event"

    types: Sequence[str]

    def options(self) -> dict[str, Any]:
        """Adds the event types; QoS 1, as no event may be lost."""
        return {**super().options(), "event_types": list(self.types), "qos": 1}


@dataclass(frozen=True, kw_only=True)
class Button(Entity):
    """Sends a command with a fixed argument, any JSON value."""

    platform = "button"

    command: str
    argument: object = None

    def options(self) -> dict[str, Any]:
        """Adds command topic and payload."""
        return {
            **super().options(),
            "command_topic": f"command/{self.command}",
            "payload_press": json.dumps(self.argument),
            "qos": 1,
        }


@dataclass(frozen=True, kw_only=True)
class SettableEntity(StateEntity):
    """An entity whose state can be set by a command."""

    command: str
    command_template: str | None = None
    """renders the payload from `value`; `value` itself by default"""

    def options(self) -> dict[str, Any]:
        """Adds command topic and template."""
        return {
            **super().options(),
            "command_topic": f"command/{self.command}",
            "command_template": self.command_template,
            "qos": 1,
        }


@dataclass(frozen=True, kw_only=True)
class Select(SettableEntity):
    """One of some choices."""

    platform = "select"

    choices: Sequence[str]

    def options(self) -> dict[str, Any]:
        """Adds the choices."""
        return {**super().options(), "options": list(self.choices)}


@dataclass(frozen=True, kw_only=True)
class Number(SettableEntity):
    """A number within limits. Home Assistant logs an error for a state outside of them."""

    platform = "number"

    lowest: float
    highest: float
    step: float
    unit: str | None = None
    mode: str = "box"

    def options(self) -> dict[str, Any]:
        """Adds limits, step, unit and mode."""
        return {
            **super().options(),
            "min": self.lowest,
            "max": self.highest,
            "step": self.step,
            "unit_of_measurement": self.unit,
            "mode": self.mode,
        }


@dataclass(frozen=True, kw_only=True)
class Text(SettableEntity):
    """Free text, of at most the 255 characters of a state."""

    platform = "text"

    longest: int = 255

    def options(self) -> dict[str, Any]:
        """Adds the limits of the length."""
        return {**super().options(), "min": 0, "max": self.longest}


@dataclass(frozen=True)
class HomeAssistantDevice:
    """The content of one device document."""

    object_id: str
    """the last but one level of the document's topic"""
    identifier: str
    name: str
    model: str
    base: str
    """topic that the entities' topics are relative to"""
    unique_prefix: str
    """start of the entities' unique ids"""
    entities: Sequence[Entity]
    via_device: str | None = None
    """identifier of the node's device, for an athlete's"""


def value(path: str) -> str:
    """The value at `key`, or at `key.key` of an object that may be null."""
    return f"{{{{ {_guarded(path)} }}}}"


def scaled(path: str, factor: float, *, digits: int = 1) -> str:
    """A number times `factor`, rounded."""
    return _of_number(path, f"({_reference(path)} * {factor:g}) | round({digits})")


def whole_minutes(path: str) -> str:
    """Seconds as completed minutes, so that the state changes once a minute."""
    return _of_number(path, f"({_reference(path)} // 60) | int")


def minutes(path: str) -> str:
    """Seconds as minutes, with one decimal."""
    return _of_number(path, f"({_reference(path)} / 60) | round(1)")


def text(path: str) -> str:
    """Text, cut to the 255 characters of a state."""
    return f"{{{{ ({_guarded(path)} | string)[:255] }}}}"


def on_if(condition: str, *, known_if: str = "true") -> str:
    """ON or OFF by a condition on `value_json`; unknown unless `known_if` holds."""
    return f"{{{{ ('ON' if {condition} else 'OFF') if {known_if} else None }}}}"


def _reference(path: str) -> str:
    return f"value_json.{path}"


def _guarded(path: str) -> str:
    outer = path.rpartition(".")[0]
    return f"{_reference(path)} if {_reference(outer)} else None" if outer else _reference(path)


def _of_number(path: str, number: str) -> str:
    outer = path.rpartition(".")[0]
    condition = f"{_reference(path)} is not none"
    condition = f"{_reference(outer)} and {condition}" if outer else condition
    return f"{{{{ {number} if {condition} else None }}}}"
