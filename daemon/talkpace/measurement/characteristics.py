"""The small characteristics beside the heart rate: battery, body location, device information."""

from __future__ import annotations

_LOCATIONS = ("other", "chest", "wrist", "finger", "hand", "ear lobe", "foot")
_FULL = 100
_LONGEST_TEXT = 64


def decode_battery(value: bytes) -> int | None:
    """Battery Level (0x2A19) in percent; None where the byte is missing or above 100."""
    return value[0] if len(value) >= 1 and value[0] <= _FULL else None


def decode_body_location(value: bytes) -> str | None:
    """Body Sensor Location (0x2A38); None where it is missing or reserved."""
    return _LOCATIONS[value[0]] if len(value) >= 1 and value[0] < len(_LOCATIONS) else None


def decode_text(value: bytes) -> str | None:
    """A string of the Device Information Service (0x180A), without what a terminal would trip over."""
    text = value.split(b"\0", 1)[0].decode("utf-8", "replace")
    printable = "".join(sign for sign in text if sign.isprintable()).strip()
    return printable[:_LONGEST_TEXT] or None
