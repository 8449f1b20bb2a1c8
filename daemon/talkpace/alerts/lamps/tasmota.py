"""Tasmota: https://tasmota.github.io/docs/Commands and https://tasmota.github.io/docs/MQTT

`cmnd/TOPIC/Backlog0` takes several commands, without a delay between them. `State` without a value asks for
the state, which comes on `stat/TOPIC/RESULT` (with SetOption4 on `stat/TOPIC/STATE`), and every few
minutes on `tele/TOPIC/STATE`.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

from ...config.lamps import TASMOTA_PREFIX
from .display import FLASH_STEP_MS, Light
from .messages import LampMessage, LampStateError, Messages, read_object

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){3,5}")
_DECIMAL = re.compile(r"\d{1,3}(?:,\d{1,3}){2,4}")


@dataclass(frozen=True, slots=True)
class TasmotaFormat:
    """A light with colours; all its channels are restored, so white ones too."""

    topic: str
    """%topic%, or the full topic with %prefix%"""
    flash_step_ms = FLASH_STEP_MS

    @property
    def state_topics(self) -> tuple[str, ...]:
        """See `LampFormat`, as of the others."""
        return self._at("stat", "RESULT"), self._at("stat", "STATE"), self._at("tele", "STATE")

    @property
    def question(self) -> Messages:
        """Ask for the state."""
        return (LampMessage(self._at("cmnd", "State"), ""),)

    @property
    def off(self) -> Messages:
        """Switch off."""
        return self._commands("Power OFF")

    def show(self, light: Light) -> Messages:
        """Show a light; HSBColor has hue in degrees, saturation and brightness in percent."""
        red, green, blue = (part / 255 for part in light.colour)
        hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
        percent = max(1, round(light.brightness * 100))
        return self._commands(
            f"HSBColor {round(hue * 360) % 360},{round(saturation * 100)},{percent}", "Power ON"
        )

    def restoration(self, payload: bytes) -> Messages | None:
        """Read `POWER` and `Color`: hexadecimal, or decimal with SetOption17."""
        document = read_object(payload)
        power, colour = document.get("POWER", document.get("POWER1")), document.get("Color")
        if power is None or colour is None:  # the result of another command
            return None
        if power not in ("ON", "OFF") or not isinstance(colour, str):
            raise LampStateError("its POWER or Color is not that of a light")
        if _HEX.fullmatch(colour):
            colour, channels = f"#{colour}", [int(part, 16) for part in re.findall("..", colour)]
        elif _DECIMAL.fullmatch(colour):
            channels = [int(part) for part in colour.split(",")]
        else:
            raise LampStateError("its Color is not one")
        if max(channels) > 255:
            raise LampStateError("its Color is not one")
        before = [f"Color {colour}"] if any(channels) else []
        return self._commands(*before, f"Power {power}")

    def _commands(self, *commands: str) -> Messages:
        return (LampMessage(self._at("cmnd", "Backlog0"), ";".join(commands)),)

    def _at(self, prefix: str, name: str) -> str:
        if TASMOTA_PREFIX in self.topic:
            return f"{self.topic.replace(TASMOTA_PREFIX, prefix).rstrip('/')}/{name}"
        return f"{prefix}/{self.topic}/{name}"
