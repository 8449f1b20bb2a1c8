"""Where a table keeps time, heart rate and RR intervals, whichever program wrote it.

A header names the columns; before it there may be comments, `sep=;`, and a first table about the whole
session, as Polar Flow writes it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .date_formats import is_day_first

DELIMITERS = (b",", b";", b"\t", b"|")
RR_COLUMNS = (
    "rr_ms", "rr", "rri", "rr_intervals", "rr_interval", "rrinterval", "rr_intervals_ms", "rr_interval_ms",
    "rr_s", "rr_interval_s", "ibi", "ibi_ms", "nn", "nn_ms",
)  # fmt: skip
"""names of a column of RR intervals, best first"""
_TIME_COLUMNS = (
    "timestamp", "time", "t_s", "seconds", "secs", "elapsed_s", "elapsed", "elapsed_time", "elapsedtime",
    "time_s", "time_ms", "date_time", "datetime", "phone_timestamp", "local_time", "utc_time", "timestamp_s",
    "timestamp_ms", "second", "sec", "minutes", "zeit",
)  # fmt: skip
_HEART_RATE_COLUMNS = (
    "heart_rate", "hr", "hr_bpm", "bpm", "heartrate", "heart_rate_bpm", "heartrate_bpm", "heart_rate_value",
    "pulse", "pulse_rate", "hr_value", "hrate", "puls", "herzfrequenz",
)  # fmt: skip
HOLD_COLUMNS = ("hold_ms",)
_SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?\s*', re.IGNORECASE)
_UNIT = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")
_MOST_PREAMBLE_LINES = 20
"""lines that may come before the header"""
_COMMENTS = (b"#", b"//")


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """The delimiter of a file, and the places of its columns."""

    delimiter: bytes
    time: int
    heart_rate: int
    rr: int | None
    columns: int
    """number of columns that the header names"""
    header_line: int = 1
    """number of the line with the header; rows follow it"""
    time_unit_ms: float | None = None
    """of numbers in the time column, where the header says it"""
    start: datetime | None = None
    """start of the session, local time, where a first table or a column of dates says it"""
    hold: int | None = None
    """of how long each value holds, in ms, as talkpace writes it"""

    @classmethod
    def from_header(cls, header: bytes, delimiters: Sequence[bytes] = DELIMITERS) -> CsvLayout | None:
        """Find the columns by their names; None where the header names no time or no heart rate."""
        for delimiter in delimiters:
            cells = split_line(header, delimiter)
            names = [column_name(cell) for cell in cells]
            time, heart_rate = _find(names, _TIME_COLUMNS), _find(names, _HEART_RATE_COLUMNS)
            if time is not None and heart_rate is not None:
                rr = find_rr_column(names)
                unit_ms, hold = _unit_ms(cells[time]), _find(names, HOLD_COLUMNS)
                return cls(delimiter, time, heart_rate, rr, len(cells), time_unit_ms=unit_ms, hold=hold)
        return None


def find_layout(lines: Sequence[bytes]) -> CsvLayout | None:
    """Find the header among the first lines of a file; None where no line is one."""
    delimiters: Sequence[bytes] = DELIMITERS
    above: list[bytes] = []
    for number, line in enumerate(lines[:_MOST_PREAMBLE_LINES], start=1):
        if not line.strip():
            continue
        if (separator := _SEPARATOR_LINE.fullmatch(line)) is not None:
            delimiters = (separator[1],)
            continue
        layout = CsvLayout.from_header(line.lstrip(b"#/ \t"), delimiters)
        if layout is not None:
            start = _session_start(above, layout.delimiter)
            start = start or _first_date(line, lines[number : number + _MOST_PREAMBLE_LINES], layout)
            return replace(layout, header_line=number, start=start)
        if not line.lstrip().startswith(_COMMENTS):
            above.append(line)
    return None


def ambiguity(lines: Sequence[bytes], layout: CsvLayout) -> str | None:
    """Return why rows cannot be split: their commas separate columns and decimals alike; None where they can.

    The sign is a row with more cells than the header has names, with something in the last ones.
    """
    if layout.delimiter != b",":
        return None
    for line in lines[layout.header_line :]:
        if line.count(b",") < layout.columns:
            continue
        if any(cell.strip() for cell in split_line(line, layout.delimiter)[layout.columns :]):
            return (
                "rows have more columns than the header: decimal commas and column separators cannot be told"
                " apart; export with semicolons, or with decimal points"
            )
    return None


def lacks_heart_rate(lines: Sequence[bytes]) -> bool:
    """Return whether a header names a time but no heart rate."""
    return any(
        CsvLayout.from_header(line.rstrip() + delimiter + b"hr", (delimiter,)) is not None
        for line in lines[:1]
        for delimiter in DELIMITERS
    )


def split_line(line: bytes, delimiter: bytes) -> list[bytes]:
    """Split a line, without quotes; empty where the quotes are malformed."""
    text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
    try:
        cells = next(csv.reader([text], delimiter=delimiter.decode("latin-1")), [])
    except csv.Error:
        return []
    return [cell.encode("utf-8", "surrogateescape") for cell in cells]


def column_name(cell: bytes) -> str:
    """A column's name in lower case, without its unit: `Heart Rate (bpm)` is `heart_rate`."""
    text = _UNIT.sub("", cell.decode("utf-8", "replace").strip().strip('"'))
    return re.sub(r"[\s_-]+", "_", text.strip().lower().strip("#").strip())


def find_rr_column(names: Sequence[str]) -> int | None:
    """Return the place of the column of RR intervals."""
    return _find(names, RR_COLUMNS)


def _find(names: Sequence[str], candidates: Sequence[str]) -> int | None:
    return next((names.index(name) for name in candidates if name in names), None)


def _unit_ms(cell: bytes) -> float | None:
    """The unit that a header gives its column, or its name: `Time (s)`, `time_ms`."""
    text = cell.decode("utf-8", "replace").strip().strip('"').lower()
    unit = match[1].strip() if (match := _UNIT.search(text)) else text.rpartition("_")[2]
    return {"ms": 1.0, "msec": 1.0, "milliseconds": 1.0, "s": 1000.0, "sec": 1000.0, "seconds": 1000.0,
            "min": 60_000.0, "minutes": 60_000.0}.get(unit)  # fmt: skip


def _session_start(above: Sequence[bytes], delimiter: bytes) -> datetime | None:
    """Date and time of a first table: its last line holds what the line above it names."""
    if len(above) < 2:
        return None
    names = [column_name(cell) for cell in split_line(above[-2], delimiter)]
    cells = dict(zip(names, split_line(above[-1], delimiter), strict=False))
    date, time = (
        cells.get("date", b"").decode("ascii", "replace"),
        cells.get("start_time", b"").decode("ascii", "replace"),
    )
    return next(_dates(date.strip(), time.strip()), None)


def _first_date(header: bytes, rows: Sequence[bytes], layout: CsvLayout) -> datetime | None:
    """Midnight of the first row's date, where it is in a column of its own beside the time of day."""
    names = [column_name(cell) for cell in split_line(header.lstrip(b"#/ \t"), layout.delimiter)]
    date = _find(names, ("date", "datum"))
    first = next((row for row in rows if row.strip()), b"")
    cells = split_line(first, layout.delimiter)
    if date is None or date == layout.time or date >= len(cells):
        return None
    return next(_dates(cells[date].decode("ascii", "replace").strip(), "00:00"), None)


def _is_plain(date: str) -> bool:
    """Whether a date with slashes has its day and month in one possible order."""
    try:
        is_day_first([date.encode()])
    except ValueError:
        return False
    return True


def _dates(date: str, time: str) -> Iterator[datetime]:
    slashes = ("%d/%m/%Y", "%m/%d/%Y") if _is_plain(date) else ()
    for form in ("%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", *slashes):
        for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"):
            try:
                yield datetime.strptime(f"{date} {time}", f"{form} {clock}")  # noqa: DTZ007 - local time
            except ValueError:
                continue
