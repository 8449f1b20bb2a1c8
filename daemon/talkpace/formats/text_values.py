"""Lines, numbers and times of text files."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import BinaryIO

from .date_formats import AM_PM, hour_of_day, parse_date

LONGEST_LINE = 64 * 1024
_HEAD_BYTES = 64 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_UNIX_SECONDS_FROM = 1e8
_UNIX_MS_FROM = 1e11
_UNIX_MS_BELOW = 1e14
_UNIX_US_BELOW = 1e17
_CLOCK = re.compile(
    rb"\s*(?:(\d{1,4}):)?(\d{1,4}):(\d{2})(?:[.,](\d{1,9}))?(?:\s*" + AM_PM.encode() + rb")?\s*"
)
"""hours, minutes, seconds and their fraction"""
_HALF_DAY_MS = 12 * 3_600_000
_CHANGE_OF_CLOCKS_FROM_MS = 25 * 60_000
"""a step forward below this is none: summer time moves clocks by half an hour or more"""
_CHANGE_OF_CLOCKS_WITHIN_MS = 10 * 60_000
"""time between two rows, at the most, for a step back to count as a change of summer time"""
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(3000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their numbers, without the byte order mark; an overlong line comes in pieces."""
    lines = iter(partial(file.readline, LONGEST_LINE), b"")
    first = next(lines, None)
    if first is not None:
        yield 1, first.removeprefix(BYTE_ORDER_MARK)
        yield from enumerate(lines, start=2)


def head_lines(file: BinaryIO) -> list[bytes]:
    """Return the whole lines at the beginning of a file, and go back to the beginning."""
    head = file.read(_HEAD_BYTES).removeprefix(BYTE_ORDER_MARK)
    file.seek(0)
    lines = head.splitlines(keepends=True)
    return lines[:-1] if len(lines) > 1 and len(head) >= _HEAD_BYTES - len(BYTE_ORDER_MARK) else lines


def number(text: str | bytes) -> float | None:
    """Parse a number with a decimal point or comma; None for a blank text, NaN for what is no number."""
    stripped = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).strip()
    if not stripped:
        return None
    try:
        return float(stripped.replace(",", "."))
    except ValueError:
        return math.nan


def read_date(text: str, *, day_first: bool | None = None) -> datetime:
    """Parse an RFC 3339 date and time, or one as people write it; naive where it has no offset.

    Raises ValueError for anything else, such as `03/11/2026 18:00` where `day_first` is None.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        plain = text.strip().upper()
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        return parse_date(text, day_first=day_first)


def unix_ms(date: datetime) -> int:
    """Return Unix time in ms; a naive date counts as UTC. Raises ValueError before 1900 or after 3000."""
    aware = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    if not _EARLIEST <= aware <= _LATEST:
        raise ValueError(f"date out of range: {date}")
    return (aware - _EPOCH) // _MS


class TimeColumn:
    """Parses a column of times on the scale of its first one.

    The scales: dates, Unix time in s, ms or us, a clock since the start (`1:02:03.5`, `62:03`), or numbers in
    seconds or `unit_ms`. Dates without an offset count as the host's local time. They follow a change of
    summer time where the step between two rows shows that the writer's clock did. With a `start` (local), a
    clock since the start is dated. `day_first` is the order in dates with slashes.
    """

    def __init__(
        self,
        unit_ms: float | None = None,
        start: datetime | None = None,
        day_first: bool | None = None,  # noqa: FBT001 - as in read_date
    ) -> None:
        self.dated = False
        """whether times are Unix time; set by the first one"""
        self.assumed_offset: timedelta | None = None
        """the UTC offset given to the first date without one"""
        self._unit_ms = unit_ms
        self._start = start
        self._read_date = partial(read_date, day_first=day_first)
        self._offset_ms = 0
        self._last_ms = 0
        self._days_ms = 0
        self._keeps_offset = False
        self._parse: Callable[[bytes], int] | None = None

    def ms(self, text: bytes) -> int:
        """Parse a time to whole ms. Raises ValueError where it is not on the scale of the first one."""
        if self._parse is None:
            self._parse = self._parser_for(text)
        return self._parse(text)

    def _parser_for(self, text: bytes) -> Callable[[bytes], int]:
        value = number(text)
        if value is None:
            raise ValueError("time is blank")
        if math.isnan(value):
            return self._clock_parser_for(text) if _CLOCK.fullmatch(text) else self._date_parser_for(text)
        if value < _UNIX_SECONDS_FROM:
            parser = partial(
                _parse_scaled,
                per_unit=self._unit_ms or 1000,
                above=-_UNIX_SECONDS_FROM,
                below=_UNIX_SECONDS_FROM,
            )
        elif value < _UNIX_MS_FROM:
            parser = partial(_parse_scaled, per_unit=1000, above=_UNIX_SECONDS_FROM, below=_UNIX_MS_FROM)
        elif value < _UNIX_MS_BELOW:
            parser = partial(_parse_scaled, per_unit=1, above=_UNIX_MS_FROM, below=_UNIX_MS_BELOW)
        else:
            parser = partial(_parse_scaled, per_unit=0.001, above=_UNIX_MS_BELOW, below=_UNIX_US_BELOW)
        parser(text)
        self.dated = value >= _UNIX_SECONDS_FROM
        return parser

    def _clock_parser_for(self, text: bytes) -> Callable[[bytes], int]:
        self._last_ms = _clock_ms(text)
        if self._start is not None:
            self.dated = True
            self.assumed_offset = _local_offset(self._start)
            self._days_ms = unix_ms(self._start) - self.assumed_offset // _MS
        return self._parse_clock

    def _parse_clock(self, text: bytes) -> int:
        """Parse a clock; one that is half a day back has passed midnight."""
        at_ms = _clock_ms(text)
        if at_ms < self._last_ms - _HALF_DAY_MS:
            self._days_ms += 2 * _HALF_DAY_MS
        self._last_ms = at_ms
        return self._days_ms + at_ms

    def _date_parser_for(self, text: bytes) -> Callable[[bytes], int]:
        date = self._read_date(text.decode("utf-8", "replace"))
        last_ms = unix_ms(date)
        self.dated = True
        if date.tzinfo is not None:
            return self._parse_date
        self.assumed_offset = _local_offset(date)
        self._offset_ms, self._last_ms = self.assumed_offset // _MS, last_ms
        return self._parse_local_date

    def _parse_date(self, text: bytes) -> int:
        date = self._read_date(text.decode("utf-8", "replace"))
        if date.tzinfo is None:
            raise ValueError("dates with and without an offset are mixed")
        return unix_ms(date)

    def _parse_local_date(self, text: bytes) -> int:
        date = self._read_date(text.decode("utf-8", "replace"))
        if date.tzinfo is not None:
            raise ValueError("dates with and without an offset are mixed")
        local_ms = unix_ms(date)
        step_ms = local_ms - self._last_ms
        if not 0 <= step_ms < _CHANGE_OF_CLOCKS_FROM_MS:
            self._follow_clock(date, step_ms)
        self._last_ms = local_ms
        return local_ms - self._offset_ms

    def _follow_clock(self, date: datetime, step_ms: int) -> None:
        """Take the UTC offset of a date where the step to it is that of a change of summer time."""
        earlier_ms, later_ms = (_local_offset(date.replace(fold=fold)) // _MS for fold in (0, 1))
        if earlier_ms < later_ms:  # in the hour that clocks leave out: the writer's is never changed
            self._keeps_offset = True
        if self._keeps_offset or self._offset_ms == later_ms:
            return
        elapsed_ms = step_ms - (later_ms - self._offset_ms)
        if step_ms < 0:
            changed = 0 < elapsed_ms < _CHANGE_OF_CLOCKS_WITHIN_MS
        else:
            changed = elapsed_ms > 0 and earlier_ms == later_ms
        if changed:
            self._offset_ms = later_ms


def _local_offset(date: datetime) -> timedelta:
    return date.astimezone().utcoffset() or timedelta()


def _clock_ms(text: bytes) -> int:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError("not a time since the start")
    hours, minutes, seconds, fraction, half = match.groups()
    if half is not None:
        if hours is None:  # `6:30 PM`
            hours, minutes, seconds = minutes, seconds, b"0"
        hours = hour_of_day(int(hours), half.decode("ascii"))
    return round(
        (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000
        + float(b"0." + (fraction or b"0")) * 1000
    )


def _parse_scaled(text: bytes, *, per_unit: float, above: float, below: float) -> int:
    try:
        value = float(text)
    except ValueError:
        value = float(text.replace(b",", b"."))
    if not above <= value < below:
        raise ValueError("not on the scale of the first time")
    return round(value * per_unit)
