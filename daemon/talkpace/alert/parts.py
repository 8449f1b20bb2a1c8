"""Buzzer and LED on GPIO lines."""

from __future__ import annotations

from collections.abc import Mapping

from ..config.model import Led as LedSettings
from ..config.patterns import Colour
from .gpio import Lines

_MIXED: Mapping[Colour, tuple[bool, bool, bool]] = {
    "red": (True, False, False),
    "green": (False, True, False),
    "blue": (False, False, True),
    "yellow": (True, True, False),
    "cyan": (False, True, True),
    "magenta": (True, False, True),
    "white": (True, True, True),
}
"""red, green, blue"""


_ON_ABOVE = 0.5


class ActiveBuzzer:
    """Sounds by itself, at its own pitch, while its line is on."""

    pitched = False

    def __init__(self, lines: Lines, line: int) -> None:
        self._lines = lines
        self._line = line

    def sound(self, tone_hz: int | None) -> None:
        """Any tone is the buzzer's own. Raises OSError."""
        self._lines.set(() if tone_hz is None else (self._line,))

    def close(self) -> None:
        """Be silent and let go; may be repeated. Raises OSError."""
        self._lines.close()


class Led:
    """One LED that is on for any colour, or three that mix it. GPIO lines are on or off: nothing fades."""

    fades = False

    def __init__(self, lines: Lines, settings: LedSettings) -> None:
        self._lines = lines
        self._settings = settings

    def light(self, colour: Colour | None) -> None:
        """Light in this colour. Raises OSError."""
        self._lines.set(() if colour is None else self._lit(colour))

    def glow(self, level: float) -> None:
        """On above a half. Raises OSError."""
        self._lines.set(led_lines(self._settings) if level > _ON_ABOVE else ())

    def close(self) -> None:
        """Be dark and let go; may be repeated. Raises OSError."""
        self._lines.close()

    def _lit(self, colour: Colour) -> tuple[int, ...]:
        lines = led_lines(self._settings)
        if self._settings.kind == "single":
            return lines
        return tuple(line for line, part in zip(lines, _MIXED[colour], strict=True) if part)


def led_lines(settings: LedSettings) -> tuple[int, ...]:
    """The lines of an LED as configured; of an RGB one red, green and blue."""
    match settings.kind:
        case "none" | "pwm":
            return ()
        case "single":
            return (settings.line,)
        case "rgb":
            return (settings.red_line, settings.green_line, settings.blue_line)
