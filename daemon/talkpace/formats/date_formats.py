"""Dates as programs write them for people: `31.12.2026 18:00`, `12/31/2026 6:00 PM`, `2026/12/31 18:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

AM_PM = r"(?P<half>[AaPp])\.?[Mm]\.?"
_HOURS_OF_HALF = 12
_LAST_MONTH = 12
# Compiled at first use: most files have no such dates.
_DATE = (
    r"\s*(?:(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"
    r"|(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<slash_year>\d{4})"
    r"|(?P<iso_year>\d{4})[/-](?P<iso_month>\d{1,2})[/-](?P<iso_day>\d{1,2}))"
    r"(?:,? +|[Tt])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    rf"(?:\s*{AM_PM})?\s*(?P<offset>[Zz]|[+-]\d{{2}}:?\d{{2}})?\s*"
)
_SLASHES = rb'[\s"]*(\d{1,2})/(\d{1,2})/\d{4}\b'
_AMBIGUOUS = (
    "the order of day and month in its dates, such as {}, is ambiguous, as no number in the file is above 12:"
    " write them as year-month-day"
)
_BOTH = (
    "its dates have the day first in some rows and the month first in others, such as {}: write them as"
    " year-month-day"
)


def parse_date(text: str, *, day_first: bool | None) -> datetime:
    """Parse a date and time. Raises ValueError for what is none, and where slashes leave the order open."""
    match = re.fullmatch(_DATE, text)
    if match is None:
        raise ValueError("not a date and time")
    if match["first"] is not None:
        if day_first is None and int(match["first"]) != int(match["second"]):
            raise ValueError("day and month cannot be told apart")
        month_first = (match["slash_year"], match["first"], match["second"])
        date = (month_first[0], month_first[2], month_first[1]) if day_first else month_first
    else:
        dotted = (match["year"], match["month"], match["day"])
        date = (
            dotted if match["day"] is not None else (match["iso_year"], match["iso_month"], match["iso_day"])
        )
    year, month, day = map(int, date)
    hour = hour_of_day(int(match["hour"]), match["half"])
    time = (
        f"{hour:02}:{match['minute']}:{match['s'] or '00'}.{match['fraction'] or '0'}{match['offset'] or ''}"
    )
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{time.upper()}")


def hour_of_day(hour: int, half: str | None) -> int:
    """Return the hour from 0 to 23; `half` is `a` or `p` of AM or PM. Raises ValueError beyond 12 with it."""
    if half is None:
        return hour
    if not 1 <= hour <= _HOURS_OF_HALF:
        raise ValueError("no hour of AM or PM")
    return hour % _HOURS_OF_HALF + (_HOURS_OF_HALF if half in "Pp" else 0)


def has_slashes(cell: bytes) -> bool:
    """Return whether a cell is a date with slashes that begins with its day or month."""
    return re.match(_SLASHES, cell) is not None


def is_day_first(cells: Iterable[bytes]) -> bool | None:
    """Return whether dates with slashes have the day first; None where both orders say the same.

    Raises ValueError, with what to do, where the file does not decide it.
    """
    day_first: bool | None = None
    example: bytes | None = None
    for cell in cells:
        if (match := re.match(_SLASHES, cell)) is None:
            continue
        first, second = int(match[1]), int(match[2])
        if example is None and first != second:
            example = match[0]
        if first <= _LAST_MONTH and second <= _LAST_MONTH:
            continue
        if day_first is not None and day_first != (first > _LAST_MONTH):
            raise ValueError(_BOTH.format(_text(match[0])))
        day_first = first > _LAST_MONTH
    if day_first is None and example is not None:
        raise ValueError(_AMBIGUOUS.format(_text(example)))
    return day_first


def _text(cell: bytes) -> str:
    return cell.decode("ascii", "replace").strip(' "\t')
