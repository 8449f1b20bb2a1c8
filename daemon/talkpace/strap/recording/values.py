"""Numbers and times as they are written in text files."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

_UNIX_SECONDS_FROM = 1e8
_UNIX_MS_FROM = 1e11
_UNIX_MS_BELOW = 1e14
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(3000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def number(text: str | bytes) -> float | None:
    """A number, with a decimal point or comma; None where nothing is written, NaN where it is no number."""
    written = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    written = written.strip()
    if not written:
        return None
    try:
        return float(written.replace(",", "."))
    except ValueError:
        return math.nan


def read_date(text: str) -> datetime:
    """An RFC 3339 date and time; naive where it has no offset. Raises ValueError for anything else."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text.strip().upper())


def unix_ms(date: datetime) -> int:
    """Ms since 1970; a naive date counts as UTC. Raises ValueError for dates that no recording has."""
    aware = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    if not _EARLIEST <= aware <= _LATEST:
        raise ValueError(f"not a date of a recording: {date}")
    return (aware - _EPOCH) // _MS


class TimeColumn:
    """Reads times on the scale that the first of them shows: dates, Unix time in s or ms, or seconds.

    Dates without an offset are taken as the host's local time, all with the offset of the first one,
    so that the time between two rows is what the file says.
    """

    def __init__(self) -> None:
        self.dated = False
        """whether times are of the Unix epoch; known after the first"""
        self.assumed_offset: timedelta | None = None
        """of dates that came without"""
        self._read: Callable[[bytes], int] | None = None

    def ms(self, text: bytes) -> int:
        """The time in whole ms; raises ValueError where it is not on the scale of the first."""
        if self._read is None:
            self._read = self._first(text)
        return self._read(text)

    def _first(self, text: bytes) -> Callable[[bytes], int]:
        value = number(text)
        if value is None:
            raise ValueError("no time")
        if math.isnan(value):
            return self._first_date(text.decode("utf-8", "replace"))
        if value < _UNIX_SECONDS_FROM:
            reader = partial(_scaled, per_unit=1000, above=-_UNIX_SECONDS_FROM, below=_UNIX_SECONDS_FROM)
        elif value < _UNIX_MS_FROM:
            reader = partial(_scaled, per_unit=1000, above=_UNIX_SECONDS_FROM, below=_UNIX_MS_FROM)
        else:
            reader = partial(_scaled, per_unit=1, above=_UNIX_MS_FROM, below=_UNIX_MS_BELOW)
        reader(text)
        self.dated = value >= _UNIX_SECONDS_FROM
        return reader

    def _first_date(self, text: str) -> Callable[[bytes], int]:
        date = read_date(text)
        unix_ms(date)
        self.dated = True
        if date.tzinfo is None:
            self.assumed_offset = date.astimezone().utcoffset() or timedelta()
        return self._date_ms

    def _date_ms(self, text: bytes) -> int:
        date = read_date(text.decode("utf-8", "replace"))
        if (date.tzinfo is None) is (self.assumed_offset is None):
            raise ValueError("with an offset here, without one there")
        return unix_ms(date) - (self.assumed_offset or timedelta()) // _MS


def _scaled(text: bytes, *, per_unit: int, above: float, below: float) -> int:
    try:
        value = float(text)
    except ValueError:
        value = float(text.replace(b",", b"."))
    if not above <= value < below:
        raise ValueError("on another scale than the first time")
    return round(value * per_unit)
