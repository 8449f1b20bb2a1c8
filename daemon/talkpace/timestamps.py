"""Timestamps, local days and weeks, and the time zone that they are counted in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, WithJsonSchema

ONE_DAY = timedelta(days=1)

Timestamp = Annotated[
    datetime,
    PlainSerializer(lambda at: at.isoformat(timespec="milliseconds"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""a field of a published document: RFC 3339 with offset, to the millisecond"""

_TIME_OF_DAY = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
"""without an offset, which belongs to a date"""
_LOCALTIME = Path("/etc/localtime")
_DATABASE = "zoneinfo/"


def local_date(at: datetime, zone: tzinfo) -> date:
    """Convert an instant to the local date."""
    return at.astimezone(zone).date()


def local_time(at: datetime, zone: tzinfo) -> datetime:
    """Convert an instant to local time with the offset of that instant, truncated to the millisecond."""
    return datetime.fromisoformat(at.astimezone(zone).isoformat(timespec="milliseconds"))


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of a local day, in UTC.

    In UTC because datetimes of one zone are compared by wall-clock time, which repeats an hour when summer
    time ends: days have 23 or 25 hours too. Where the clocks skip midnight, the day begins after the gap.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def start_of_week(day: date, first_weekday: int) -> date:
    """Return the first day of the week of `day`; `first_weekday` is 0 for Monday to 6 for Sunday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def parse_time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Parse `07:30` (the latest one before `now`), `2026-11-24 07:30` or RFC 3339.

    A time without an offset is in `zone`. Raises ValueError.
    """
    text = text.strip()
    local = now.astimezone(zone)
    try:
        if _TIME_OF_DAY.fullmatch(text):
            today = datetime.combine(local.date(), time.fromisoformat(text), zone)
            return today if today <= now else datetime.combine(local.date() - ONE_DAY, today.time(), zone)
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text[:40]!r} is not a time: use 07:30, 2026-11-24 07:30, or RFC 3339 with an offset"
        ) from None
    if "T" not in text.upper() and ":" not in text:
        raise ValueError(f"{text[:40]!r} has no time of day: add one, such as {text[:10]} 07:30")
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=zone)


def time_zone(name: str, environ: Mapping[str, str]) -> tzinfo:
    """Return the time zone of this name, or the host's for an empty one. Raises KeyError or ValueError."""
    return ZoneInfo(name) if name else host_time_zone(environ)


def host_time_zone(environ: Mapping[str, str], localtime: Path = _LOCALTIME) -> tzinfo:
    """Return the host's time zone: from `TZ`, else from /etc/localtime, else UTC."""
    name = environ.get("TZ", "").removeprefix(":")
    if not name:
        _, separator, name = str(localtime.resolve()).partition(_DATABASE)
        if not separator:
            return _zone_from_file(localtime)
    try:
        return ZoneInfo(name.rpartition(_DATABASE)[2])
    except (KeyError, ValueError, OSError):  # also a POSIX rule, such as CET-1CEST
        return _zone_from_file(localtime)


def _zone_from_file(localtime: Path) -> tzinfo:
    try:
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, "local time")
    except (ValueError, OSError):
        return UTC
