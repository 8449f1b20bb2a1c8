"""Small text helpers: numbers and lists in words, dates in English, text without control characters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number_word(count: int) -> str:
    """Spell 0 to 10 as a word (0 as `no`), other numbers in digits."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def quantity(count: int, noun: str) -> str:
    """Return a number and its noun, such as `one day` or `three days`."""
    return f"{number_word(count)} {noun}{'' if count == 1 else 's'}"


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """Join as an enumeration, such as `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def day_name(day: date) -> str:
    """Format as `Tuesday 3 November`: in English, whatever the host's locale."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def capitalize(text: str) -> str:
    """Make the first letter upper case and leave the others."""
    return text[:1].upper() + text[1:]


def printable(text: str, *, keep: str = "") -> str:
    """Replace every character that cannot be printed with U+FFFD, but for those in `keep`."""
    return "".join(
        character if character.isprintable() or character in keep else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def strip_unprintable(text: str) -> str:
    """Remove every character that cannot be printed."""
    return "".join(character for character in text if character.isprintable())


def require_printable(text: str) -> str:
    """Return the text. Raises ValueError if a character of it cannot be printed, such as a line break."""
    if not text.isprintable():
        raise ValueError("must be printable text on one line")
    return text
