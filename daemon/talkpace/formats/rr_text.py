"""Text files of RR intervals alone, as many programs write them: in lines, on one line, or in a table.

The shape is told from the whole file: which column holds the intervals, whether a comma separates columns or
decimals, whether the values are intervals or the times of beats, and their unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from statistics import median

from ..errors import RecordingError
from ..text import printable
from .content import HEAD_BYTES, inner_suffix, open_content
from .csv_layout import DELIMITERS, column_name, find_rr_column, split_line
from .detection import detect_format
from .text_values import number, numbered_lines

MOST_LINES = 1_000_000
"""more than a week of beats; what follows is not read, and told"""

_SECONDS_BELOW = 10.0
"""a median below this is in s, any other in ms"""
_MOST_UNREADABLE = 0.1
_LONGEST_MS = 1e9
_HEADER_LINES = 20
_PLAUSIBLE_MS = (240.0, 3000.0)
"""a median of intervals within is one of a heart"""
_GROWTH = 3.0
"""the last of ever-growing values to the first, from which they are times"""
_FEWEST_TIMES = 10
_CERTAIN_TIMES = 30
"""so many values that only grow are times, however little they grow"""
_MOST_UNORDERED = 0.05
_SEPARATORS = re.compile(r"[;\t |]+|,\s+")
_LETTERS = re.compile(rb"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class RrIntervals:
    """The RR intervals of a file, in order."""

    rr_ms: list[float]
    unit: str
    """of the values in the file: ms or s"""
    skipped: int
    """how many lines are not an interval"""
    remark: str | None = None
    """what had to be assumed"""


def read_intervals(path: Path) -> RrIntervals | None:
    """Read the intervals of a file; None where it is a recording, or more than a tenth is no interval.

    Raises RecordingError, in one line, where the file cannot be read, or its shape is ambiguous.
    """
    name = printable(path.name)
    try:
        with open_content(path) as file:
            if detect_format(file.read(HEAD_BYTES), inner_suffix(path)) is not None:
                return None
            file.seek(0)
            lines = [line for _, line in islice(numbered_lines(file), MOST_LINES)]
            truncated = bool(file.read(1))
    except (OSError, ValueError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) else "a file name cannot contain a NUL character"
        )
        raise RecordingError(f"{name}: cannot be read: {reason}") from None
    try:
        intervals = _intervals(
            [line for line in lines if line.strip() and not line.lstrip().startswith(b"#")]
        )
    except _AmbiguousError as error:
        raise RecordingError(f"{name}: {error}") from None
    if intervals is not None and truncated:
        return replace(intervals, remark=f"only the first {MOST_LINES} lines are used")
    return intervals


class _AmbiguousError(Exception):
    """The file can be read in two ways."""


def _intervals(lines: Sequence[bytes]) -> RrIntervals | None:
    if not lines:
        return None
    values = _column_values(lines)
    if values is None:
        values = _bare_values(lines)
    found = [value for value in values if value is not None and 0 <= value <= _LONGEST_MS]
    if not found or len(values) - len(found) > _MOST_UNREADABLE * len(values):
        return None
    skipped = len(values) - len(found)
    if _are_times(found):
        steps = [later - earlier for earlier, later in pairwise(found)]
        unit_ms, unit = (1000.0, "s") if median(steps) < _SECONDS_BELOW else (1.0, "ms")
        plausible = _PLAUSIBLE_MS[0] <= median(steps) * unit_ms <= _PLAUSIBLE_MS[1]
        if not plausible or min(steps) < 0 or min(steps) == max(steps):
            raise _AmbiguousError(
                "its values only grow, and are no times of heart beats: RR intervals are needed"
            )
        rr_ms = [step * unit_ms for step in steps]
        return RrIntervals(rr_ms, unit, skipped, "the values only grow: taken as times of beats")
    in_seconds = median(found) < _SECONDS_BELOW
    return RrIntervals(
        [value * 1000 for value in found] if in_seconds else found, "s" if in_seconds else "ms", skipped
    )


def _are_times(values: Sequence[float]) -> bool:
    """Whether values grow as no heart's intervals do, but for a few that are out of order."""
    if len(values) < _FEWEST_TIMES:
        return False
    shrinking = sum(earlier > later for earlier, later in pairwise(values))
    growing = sum(earlier < later for earlier, later in pairwise(values))
    few = _MOST_UNORDERED * len(values)
    return shrinking <= few and (
        values[-1] > _GROWTH * max(values[0], 1e-9)
        or (len(values) >= _CERTAIN_TIMES and growing >= len(values) - 1 - few)
    )


def _column_values(lines: Sequence[bytes]) -> list[float | None] | None:
    """The values of a table whose header names the intervals; None where no header does."""
    for number_of_line, line in enumerate(lines[:_HEADER_LINES]):
        for delimiter in DELIMITERS:
            column = find_rr_column([column_name(cell) for cell in split_line(line, delimiter)])
            if column is not None:
                rows = lines[number_of_line + 1 :]
                return [_value(cell) for cell in _cells(rows, delimiter, column)]
    return None


def _cells(rows: Sequence[bytes], delimiter: bytes, column: int) -> Iterator[str]:
    for row in rows:
        cells = split_line(row, delimiter) if b'"' in row else row.split(delimiter)
        # A row may hold several intervals in its cell, as ours do.
        yield from cells[column].decode("utf-8", "replace").split() if column < len(cells) else [""]


def _bare_values(lines: Sequence[bytes]) -> list[float | None]:
    """The values of a file without such a header: in lines, on one line, or after a time or a number."""
    first = next((place for place, line in enumerate(lines) if not _LETTERS.search(line)), 0)
    rows = [
        line.decode("utf-8", "replace").strip(" \t\r\n[]{}()")
        for line in lines[first if first < _HEADER_LINES else 0 :]
    ]
    parts = [_SEPARATORS.split(row.rstrip(",;")) for row in rows]
    commas = max((row.count(",") for row in rows), default=0)
    if commas and all(len(cells) == 1 for cells in parts):
        parts = _split_at_commas(rows, commas)
    if all(len(cells) == 2 for cells in parts):
        return _second_column(parts)
    return [_value(cell) for cells in parts for cell in cells]


def _split_at_commas(rows: Sequence[str], commas: int) -> list[list[str]]:
    """Tell a comma between columns from one before decimals. Raises _AmbiguousError where both are likely."""
    columns, decimals = [row.split(",") for row in rows], [[row] for row in rows]
    if commas > 1:
        return columns
    as_columns = _likely_columns(columns)
    as_decimals = _is_plausible([_value(cell) for [cell] in decimals])
    if as_columns and as_decimals:
        raise _AmbiguousError(
            "its commas may separate columns or decimals: save it with semicolons or decimal points"
        )
    return columns if as_columns else decimals


def _likely_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of two columns counts or tells the time, and the second holds intervals."""
    pairs = [(_value(row[0]), _value(row[1])) for row in rows if len(row) == 2]
    firsts = [first for first, _ in pairs if first is not None]
    return (
        len(pairs) > _MOST_UNREADABLE * len(rows)
        and _is_plausible([second for _, second in pairs])
        and len(firsts) > 1
        and all(earlier <= later for earlier, later in pairwise(firsts))
        and firsts[-1] > firsts[0]
    )


def _second_column(rows: Sequence[Sequence[str]]) -> list[float | None]:
    if _likely_columns(rows) or math.isnan(number(rows[0][0]) or 0):
        return [_value(row[1]) for row in rows]
    return [_value(cell) for row in rows for cell in row]


def _is_plausible(values: Sequence[float | None]) -> bool:
    found = [value for value in values if value is not None]
    if not found:
        return False
    middle = median(found)
    low, high = _PLAUSIBLE_MS
    return low <= (middle * 1000 if middle < _SECONDS_BELOW else middle) <= high


def _value(cell: str) -> float | None:
    value = number(cell.strip().strip('"'))
    return None if value is None or math.isnan(value) else value
