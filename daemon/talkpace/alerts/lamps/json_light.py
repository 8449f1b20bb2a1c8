"""zigbee2mqtt, and devices that follow Home Assistant's JSON schema of an MQTT light.

zigbee2mqtt: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html
Home Assistant: https://www.home-assistant.io/integrations/light.mqtt/#json-schema

Both take `state`, `brightness` from 0 to 255 and `color`, and tell the same with `color_mode`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from .display import FLASH_STEP_MS, SLOW_FLASH_STEP_MS, Light
from .messages import LampMessage, LampStateError, Messages, number_in, read_object

_COLOUR_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "xy": (("x", "y"),),
    "hs": (("h", "s"), ("hue", "saturation")),
    "rgb": (("r", "g", "b"),),
    "rgbw": (("r", "g", "b", "w"),),
    "rgbww": (("r", "g", "b", "c", "w"),),
}
"""keys of `color` by `color_mode`: those of Home Assistant first"""
_WITHOUT_MODE = ("rgbww", "rgbw", "rgb", "xy", "hs")
_HIGHEST = {"x": 1.0, "y": 1.0, "h": 360.0, "hue": 360.0, "s": 100.0, "saturation": 100.0}
"""of all other keys it is 255"""
_LONGEST_EFFECT = 64


@dataclass(frozen=True, slots=True)
class Zigbee2MqttFormat:
    """A device of zigbee2mqtt, by base topic and friendly name."""

    topic: str
    flash_step_ms = SLOW_FLASH_STEP_MS

    @property
    def state_topics(self) -> tuple[str, ...]:
        """See `LampFormat`, as of the others."""
        return (self.topic,)

    @property
    def question(self) -> Messages:
        """Ask for the state."""
        return (LampMessage(f"{self.topic}/get", json.dumps({"state": ""})),)

    @property
    def off(self) -> Messages:
        """Switch off."""
        return _off(f"{self.topic}/set")

    def show(self, light: Light) -> Messages:
        """Show a light."""
        return _show(f"{self.topic}/set", light)

    def restoration(self, payload: bytes) -> Messages | None:
        """Read the state, in which zigbee2mqtt tells everything that it has of the device."""
        return _restoration(f"{self.topic}/set", payload)


@dataclass(frozen=True, slots=True)
class JsonSchemaFormat:
    """A device that takes what Home Assistant sends to an MQTT light, by its discovery document's topics."""

    command_topic: str
    state_topic: str | None
    flash_step_ms = FLASH_STEP_MS
    question: Messages = ()

    @property
    def state_topics(self) -> tuple[str, ...]:
        """See `LampFormat`, as of the others."""
        return () if self.state_topic is None else (self.state_topic,)

    @property
    def off(self) -> Messages:
        """Switch off."""
        return _off(self.command_topic)

    def show(self, light: Light) -> Messages:
        """Show a light."""
        return _show(self.command_topic, light)

    def restoration(self, payload: bytes) -> Messages | None:
        """Read the state, which devices retain."""
        return _restoration(self.command_topic, payload)


def _off(topic: str) -> Messages:
    return (LampMessage(topic, json.dumps({"state": "OFF"})),)


def _show(topic: str, light: Light) -> Messages:
    red, green, blue = light.colour
    colour = {"r": red, "g": green, "b": blue}
    state = {"state": "ON", "brightness": max(1, round(light.brightness * 255)), "color": colour}
    return (LampMessage(topic, json.dumps(state)),)


def _restoration(topic: str, payload: bytes) -> Messages | None:
    """Colour and brightness of a lamp that was off are restored before it is switched off again."""
    document = read_object(payload)
    if document.get("state") is None:  # zigbee2mqtt without its cache tells some values at a time
        return None
    if document["state"] not in ("ON", "OFF"):
        raise LampStateError('its "state" is neither ON nor OFF')
    look = _look(document)
    switch_on = (LampMessage(topic, json.dumps({"state": "ON", **look})),)
    if document["state"] == "ON":
        return switch_on
    return (switch_on if look else ()) + _off(topic)


def _look(document: dict[str, object]) -> dict[str, object]:
    look: dict[str, object] = {}
    brightness, mode = number_in(document, "brightness", 0, 255), document.get("color_mode")
    if brightness is not None and mode == "white":
        return {"white": brightness}
    if brightness is not None:
        look["brightness"] = brightness
    colour, temperature = document.get("color"), number_in(document, "color_temp", 1, 20_000)
    if temperature is not None and (mode == "color_temp" or not isinstance(colour, dict)):
        look["color_temp"] = temperature
    elif isinstance(colour, dict) and mode != "color_temp":
        look["color"] = _colour(colour, mode)
    effect = document.get("effect")
    if isinstance(effect, str) and effect.isprintable() and 0 < len(effect) <= _LONGEST_EFFECT:
        look["effect"] = effect
    return look


def _colour(colour: dict[str, object], mode: object) -> dict[str, object]:
    first = [mode] if isinstance(mode, str) and mode in _COLOUR_KEYS else []
    for keys in (keys for one in (*first, *_WITHOUT_MODE) for keys in _COLOUR_KEYS[one]):
        values = {key: number_in(colour, key, 0, _HIGHEST.get(key, 255)) for key in keys}
        if None not in values.values():
            return dict(values)
    raise LampStateError("its color has no values")
