"""The tables that the daemon can do without, and what replaces an invalid one.

The replacement is never louder, more open or less strict than what was meant: it is off. Where off would be
less strict (ceilings, symptoms), or cannot be told from what was meant (quiet hours, patterns), an invalid
value stays an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OptionalTable:
    """A table, and its value where what is configured is invalid."""

    path: tuple[str, ...]
    off: Mapping[str, Any] | list[Any]
    effect: str

    @property
    def consequence(self) -> str:
        """Say what happens to the table."""
        name = f"[{'.'.join(self.path)}]"
        return f"the table {f'[{name}]' if isinstance(self.off, list) else name} is ignored: {self.effect}"

    def switch_off(self, data: dict[str, Any]) -> None:
        """Replace the table in the data of a configuration."""
        for key in self.path[:-1]:
            data = data[key]
        data[self.path[-1]] = deepcopy(self.off)


_OFF = {"enabled": False}
_FEATURES = (
    "week",
    "signals",
    "rest",
    "load",
    "sleep",
    "water",
    "supplements",
    "context",
    "breathing",
    "nap",
    "readiness",
    "calibration",
)
"""features of the habits, but not symptoms: off, they would no longer lower the ceiling"""

_TABLES = (
    OptionalTable(("mqtt",), _OFF, "nothing is published"),
    OptionalTable(("homeassistant",), _OFF, "nothing is announced to Home Assistant"),
    OptionalTable(("web",), _OFF, "the page is not served"),
    OptionalTable(("alerts", "buzzer"), {}, "there is no buzzer"),
    OptionalTable(("alerts", "led"), {}, "there is no LED"),
    OptionalTable(("alerts", "speaker", "voice"), {"engine": "none"}, "nothing is spoken but own recordings"),
    OptionalTable(("alerts", "speaker", "files"), {}, "own recordings are not played"),
    OptionalTable(("alerts", "speaker"), _OFF, "there is no speaker"),
    OptionalTable(("sources",), [], "no recording is played back, no strap simulated"),
    OptionalTable(("log",), {"level": "warning"}, "warnings and errors are logged"),
    *(OptionalTable(("habits", name), _OFF, f"{name} is off") for name in _FEATURES),
)


def optional_table(path: tuple[str, ...]) -> OptionalTable | None:
    """Return the table that a key is in, if the daemon can do without it."""
    return next((table for table in _TABLES if path[: len(table.path)] == table.path), None)
