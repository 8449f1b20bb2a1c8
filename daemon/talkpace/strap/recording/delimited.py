"""CSV recordings: a header, then a row for each measurement."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from ..door import Notification
from .lines import numbered_lines
from .problems import Problem
from .reading import Reading
from .values import TimeColumn, number

_TIME = ("time", "timestamp", "t_s", "seconds", "elapsed_s")
_HEART_RATE = ("heart_rate", "hr", "hr_bpm", "bpm", "heartrate", "heart_rate_bpm")
RR_COLUMNS = ("rr_ms", "rr", "rr_intervals")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what."""

    delimiter: bytes
    time: int
    heart_rate: int
    rr: int | None

    @classmethod
    def of(cls, header: bytes) -> Columns | None:
        """As the header says; None where it names no time or no heart rate."""
        for delimiter in (b",", b";", b"\t"):
            names = [_plain(name) for name in _cells(header, delimiter)]
            time, heart_rate = _find(names, _TIME), _find(names, _HEART_RATE)
            if time is not None and heart_rate is not None:
                return cls(delimiter, time, heart_rate, _find(names, RR_COLUMNS))
        return None


def read_delimited(file: BinaryIO, reading: Reading) -> Iterator[Notification]:
    """The notifications of a CSV recording."""
    reading.row_name = "line"
    lines = numbered_lines(file)
    columns = next((Columns.of(line) for _, line in lines if line.strip()), None)
    if columns is None:
        return
    times = TimeColumn()
    for row, line in lines:
        cells = line.split(columns.delimiter) if b'"' not in line else _cells(line, columns.delimiter)
        try:
            time_ms = times.ms(cells[columns.time])
            written = cells[columns.heart_rate]
        except (ValueError, IndexError) as error:
            if line.strip():
                reading.skip(row, Problem.SHORT if isinstance(error, IndexError) else Problem.TIME)
            continue
        if not reading.dated and times.dated:
            reading.dates_by(times)
        try:
            heart_rate: float | None = int(written)
        except ValueError:
            heart_rate = number(written)
        rr_ms: Sequence[float] = ()
        if columns.rr is not None and columns.rr < len(cells):
            rr_ms = _intervals(cells[columns.rr])
        notification = reading.beat(row, time_ms, heart_rate, rr_ms)
        if notification is not None:
            yield notification


def _intervals(written: bytes) -> list[float]:
    try:
        return list(map(float, written.split()))
    except ValueError:
        values = map(number, written.split())
        return [math.nan if value is None else value for value in values]


def _cells(line: bytes, delimiter: bytes) -> list[bytes]:
    """The cells of a line, quotes taken off; none where the quotes make no sense."""
    text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
    try:
        cells = next(csv.reader([text], delimiter=delimiter.decode()), [])
    except csv.Error:
        return []
    return [cell.encode("utf-8", "surrogateescape") for cell in cells]


def _plain(name: bytes) -> str:
    return name.decode("utf-8", "replace").strip().lower().replace(" ", "_")


def _find(names: list[str], known: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)
