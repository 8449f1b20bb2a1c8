"""Big digits and small columns, of block characters."""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": ("▀█ ", " █ ", "▀▀▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
    "-": ("   ", "▀▀▀", "   "),
}
_BLOCKS = "▁▂▃▄▅▆▇█"


def big_number(number: int | None) -> tuple[str, str, str]:
    """Three lines; two strokes where it is unknown."""
    shown = "--" if number is None else str(number)
    first, second, third = ("  ".join(_DIGITS[digit][row] for digit in shown) for row in range(3))
    return first, second, third


def columns(values: Sequence[int | None], *, least_span: int = 1) -> str:
    """One column for each value, from the lowest to the highest; a blank where there is none.

    Less than `least_span` between these does not fill the height.
    """
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, high = min(known), max(*known, min(known) + least_span)
    scale = (len(_BLOCKS) - 1) / (high - low)
    return "".join(" " if value is None else _BLOCKS[round((value - low) * scale)] for value in values)
