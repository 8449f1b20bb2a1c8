"""WLED: https://kno.wled.ge/interfaces/mqtt and https://kno.wled.ge/interfaces/json-api

`TOPIC/api` takes the state object of the JSON API. `TOPIC/v` has the XML of the HTTP API after each change,
and is retained where "Retain brightness & color messages" is on. There is no message that asks for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from .display import FLASH_STEP_MS, Light
from .messages import LampMessage, LampStateError, Messages

_VALUE = re.compile(rb"<([a-z]{2})>(-?\d{1,6})</\1>")
_SOLID = 0
_ONE_LAMP = {"nn": True}
"""sends no broadcast, so that lamps that are synchronised with this one stay as they are"""


@dataclass(frozen=True, slots=True)
class WledFormat:
    """A WLED device; its preset is restored, or effect, colours and brightness of the selected segment."""

    topic: str
    flash_step_ms = FLASH_STEP_MS
    question: Messages = ()

    @property
    def state_topics(self) -> tuple[str, ...]:
        """See `LampFormat`, as of the others."""
        return (f"{self.topic}/v",)

    @property
    def off(self) -> Messages:
        """Switch off."""
        return self._api({"on": False})

    def show(self, light: Light) -> Messages:
        """Show a light with the effect Solid."""
        segment = {"fx": _SOLID, "col": [list(light.colour)]}
        return self._api({"on": True, "bri": max(1, round(light.brightness * 255)), "seg": segment})

    def restoration(self, payload: bytes) -> Messages | None:
        """Read the XML: `ac` is the brightness, `cl` and `cs` colours, `fx` the effect, `ps` the preset."""
        values: dict[str, list[int]] = {}
        for name, value in _VALUE.findall(payload):
            values.setdefault(name.decode(), []).append(int(value))
        try:
            [brightness], [preset] = values["ac"], values.get("ps", [0])
            first, second = _colour(values, "cl", "wv"), _colour(values, "cs", "ws")
            segment = {
                "fx": values["fx"][0],
                "sx": values["sx"][0],
                "ix": values["ix"][0],
                "pal": values["fp"][0],
                "col": [first, second],
            }
        except (KeyError, ValueError):
            raise LampStateError("it is not the XML of WLED") from None
        numbers = [brightness, *first, *second, *(segment[key] for key in ("fx", "sx", "ix", "pal"))]
        if not all(isinstance(number, int) and 0 <= number <= 255 for number in numbers):
            raise LampStateError("its values are not those of WLED")
        if brightness == 0:
            return self._api({"seg": segment}) + self.off
        if 0 < preset <= 250:
            return self._api({"ps": preset})
        return self._api({"on": True, "bri": brightness, "seg": segment})

    def _api(self, state: dict[str, object]) -> Messages:
        return (LampMessage(f"{self.topic}/api", json.dumps({**state, "udpn": _ONE_LAMP})),)


def _colour(values: dict[str, list[int]], name: str, white: str) -> list[int]:
    red, green, blue = values[name]
    return [red, green, blue, max(0, values.get(white, [0])[0])]
