"""How numbers and days are put into words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """Small ones as words."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def several(count: int, thing: str) -> str:
    """Such as `one day`, `three days`."""
    return f"{number(count)} {thing}{'' if count == 1 else 's'}"


def listed(things: Sequence[str], last: str = "and") -> str:
    """Such as `a, b and c`."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"


def day_name(day: date) -> str:
    """Such as `Tuesday 3 November`; always in English, whatever the host speaks."""
    weekday = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]
    months = (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    )  # fmt: skip
    return f"{weekday} {day.day} {months[day.month - 1]}"


def capital(text: str) -> str:
    """With a capital letter, as a sentence begins."""
    return text[:1].upper() + text[1:]
