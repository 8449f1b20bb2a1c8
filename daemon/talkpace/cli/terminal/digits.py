"""Large digits and small bar charts of block characters."""

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


def large_number(number: int | None) -> tuple[str, str, str]:
    """Return three lines of text; two dashes for None."""
    shown = "--" if number is None else str(number)
    first, second, third = ("  ".join(_DIGITS[digit][row] for digit in shown) for row in range(3))
    return first, second, third


def bar_columns(values: Sequence[int | None], *, least_span: int = 1) -> str:
    """Return one character per value, scaled from the lowest to the highest; a blank for None.

    A range smaller than `least_span` does not use the full height.
    """
    numbers = [value for value in values if value is not None]
    if not numbers:
        return " " * len(values)
    low, high = min(numbers), max(*numbers, min(numbers) + least_span)
    scale = (len(_BLOCKS) - 1) / (high - low)
    return "".join(" " if value is None else _BLOCKS[round((value - low) * scale)] for value in values)
