"""Days and weeks as an athlete lives them: by the local calendar, over changes of summer time too."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ONE_DAY = timedelta(days=1)
_CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
"""without an offset, which belongs to a date"""


def day_of(at: datetime, zone: tzinfo) -> date:
    """The local date of an instant."""
    return at.astimezone(zone).date()


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first instant of a local day, in UTC: days have 23 or 25 hours too.

    In UTC, as times in one and the same zone are compared by the clock's face, which shows an hour twice
    when summer time ends. Where the clocks skip midnight, the day begins with the first minute there is.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def written(at: datetime, zone: tzinfo) -> datetime:
    """An instant as it is written down: the local time, with its offset of that moment, to the ms."""
    return datetime.fromisoformat(at.astimezone(zone).isoformat(timespec="milliseconds"))


def week_start(day: date, first_weekday: int) -> date:
    """The first day of the week that a day lies in; `first_weekday` is 0 for Monday to 6 for Sunday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A time as a person writes it: `07:30` (the last one), `2026-11-24 07:30`, or RFC 3339.

    A time without an offset is the athlete's local one. Raises ValueError where it is none.
    """
    text = text.strip()
    local = now.astimezone(zone)
    try:
        if _CLOCK.fullmatch(text):
            given = datetime.combine(local.date(), time.fromisoformat(text), zone)
            return given if given <= now else datetime.combine(local.date() - ONE_DAY, given.time(), zone)
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text[:40]!r} is no time: try 07:30, 2026-11-24 07:30, or with an offset"
        ) from None
    if "T" not in text.upper() and ":" not in text:
        raise ValueError(f"{text[:40]!r} lacks the time of day, such as {text[:10]} 07:30")
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=zone)
