"""Battery Level, Body Sensor Location and the strings of the Device Information Service."""

from __future__ import annotations

from ..text import strip_unprintable

LOW_BATTERY_PERCENT = 15
REPLACED_BATTERY_PERCENT = 30

_BODY_LOCATIONS = ("other", "chest", "wrist", "finger", "hand", "ear lobe", "foot")
_MAX_PERCENT = 100
_MAX_TEXT_LENGTH = 64


def decode_battery(value: bytes) -> int | None:
    """Decode Battery Level (0x2A19) in percent; None where the byte is missing or above 100."""
    return value[0] if len(value) >= 1 and value[0] <= _MAX_PERCENT else None


def decode_body_location(value: bytes) -> str | None:
    """Decode Body Sensor Location (0x2A38); None where it is missing or reserved."""
    return _BODY_LOCATIONS[value[0]] if len(value) >= 1 and value[0] < len(_BODY_LOCATIONS) else None


def decode_text(value: bytes) -> str | None:
    """Decode a string of the Device Information Service (0x180A); None where nothing printable is in it."""
    text = value.split(b"\0", 1)[0].decode("utf-8", "replace")
    return strip_unprintable(text).strip()[:_MAX_TEXT_LENGTH] or None


class LowBatteryDetector:
    """Reports a low battery once for each strap, and again only after the battery was replaced."""

    def __init__(self) -> None:
        self._reported: set[str] = set()

    def is_newly_low(self, address: str, percent: int) -> bool:
        """Take a battery level in percent; return True if it is the first low one of this battery."""
        if percent >= REPLACED_BATTERY_PERCENT:
            self._reported.discard(address)
        if percent > LOW_BATTERY_PERCENT or address in self._reported:
            return False
        self._reported.add(address)
        return True
