"""CSV: a header, then a row for each measurement, with time, heart rate and RR intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from ..sources.events import Notification
from ..training.rules import HOLD_MS
from .csv_layout import CsvLayout, ambiguity, find_layout, split_line
from .date_formats import has_slashes, is_day_first
from .finished_session import FinishedSession
from .rows import RowConverter, RowProblem
from .text_values import TimeColumn, head_lines, number, numbered_lines

HEADER = b"time,heart_rate,rr_ms\n"
"""of the files that talkpace writes"""
HEADER_WITH_HOLDS = b"time,heart_rate,rr_ms,hold_ms\n"


_ROWS_COMPARED = 20
"""rows of which one has a date with slashes, if the file has any"""


def read_csv(file: BinaryIO, rows: RowConverter) -> Iterator[Notification]:
    """Read the notifications of a CSV recording."""
    rows.row_name = "line"
    head = head_lines(file)
    layout = find_layout(head)
    if layout is None:
        return
    if (reason := ambiguity(head, layout)) is not None:
        rows.problems.stop_reading(reason)
        return
    rows.has_holds = layout.hold is not None
    try:
        day_first = _day_first(file, head, layout)
    except ValueError as error:
        rows.problems.stop_reading(str(error))
        return
    times = TimeColumn(layout.time_unit_ms, layout.start, day_first)
    for row, line in islice(numbered_lines(file), layout.header_line, None):
        cells = line.split(layout.delimiter) if b'"' not in line else split_line(line, layout.delimiter)
        try:
            time_ms = times.ms(cells[layout.time])
            cell = cells[layout.heart_rate]
        except (ValueError, IndexError) as error:
            if line.strip() and not line.startswith(b"#"):
                rows.skip(row, RowProblem.SHORT if isinstance(error, IndexError) else RowProblem.TIME)
            continue
        if not rows.dated and times.dated:
            rows.use_dates(times)
        try:
            heart_rate: float | None = int(cell)
        except ValueError:
            heart_rate = number(cell)
        rr_ms: Sequence[float] = ()
        if layout.rr is not None and layout.rr < len(cells):
            rr_ms = _intervals(cells[layout.rr])
        notification = rows.notification(row, time_ms, heart_rate, rr_ms)
        if notification is None:
            continue
        if layout.hold is not None:
            notification = notification._replace(hold_ms=_hold_ms(cells, layout.hold))
        yield notification


def _day_first(file: BinaryIO, head: Sequence[bytes], layout: CsvLayout) -> bool | None:
    """Return the order in dates with slashes, by the whole file; None where it has none.

    Raises ValueError where it cannot be told.
    """
    first_rows = head[layout.header_line : layout.header_line + _ROWS_COMPARED]
    if not any(map(has_slashes, _times(first_rows, layout))):
        return None
    day_first = is_day_first(_times((line for _, line in numbered_lines(file)), layout))
    file.seek(0)
    return day_first


def _times(lines: Iterable[bytes], layout: CsvLayout) -> Iterator[bytes]:
    for line in lines:
        cells = split_line(line, layout.delimiter) if b'"' in line else line.split(layout.delimiter)
        yield cells[layout.time] if layout.time < len(cells) else b""


def write_csv(session: FinishedSession, file: BinaryIO) -> list[str]:
    """Write a row for each measurement; returns remarks for the person, of which there are none.

    RR intervals keep every digit: a strap counts them in 1/1024 s. How long values hold has a column of its
    own where it is not plain from the times.
    """
    with_holds = _has_holds(session)
    file.write(HEADER_WITH_HOLDS if with_holds else HEADER)
    for measurement in session.measurements():
        time = session.date_at(measurement.offset_ms).isoformat(timespec="milliseconds")
        rr_ms = " ".join(f"{interval:.10g}" for interval in measurement.rr_ms)
        row = f"{time},{measurement.heart_rate},{rr_ms}"
        if with_holds:
            row += f",{'' if measurement.hold_ms is None else measurement.hold_ms}"
        file.write(f"{row}\n".encode("ascii"))
    return []


def _has_holds(session: FinishedSession) -> bool:
    """Whether a value holds otherwise than a live strap's, or is followed by a gap."""
    before_ms = 0
    for measurement in session.measurements():
        if measurement.hold_ms is not None or measurement.offset_ms - before_ms > HOLD_MS:
            return True
        before_ms = measurement.offset_ms
    return False


def _hold_ms(cells: Sequence[bytes], place: int) -> int:
    """Return how long a value holds; that of a live strap where the cell is blank or no number."""
    try:
        return max(0, int(cells[place]))
    except (IndexError, ValueError):
        return HOLD_MS


def _intervals(cell: bytes) -> list[float]:
    try:
        return list(map(float, cell.split()))
    except ValueError:
        values = map(number, cell.split())
        return [math.nan if value is None else value for value in values]
