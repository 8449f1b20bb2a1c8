"""Files of RR intervals and nothing else: one a line, in ms or s, or a column of a table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import BinaryIO

from ...errors import RecordingError
from .delimited import RR_COLUMNS
from .formats import HEAD_BYTES, recognise
from .lines import numbered_lines
from .values import number

_SECONDS_BELOW = 10.0
"""no median interval is 10 ms, and none is 10 s"""
_MOST_UNREADABLE = 0.1
_LONGEST_MS = 1e9


@dataclass(frozen=True, slots=True)
class Intervals:
    """The intervals of a file, in order."""

    rr_ms: list[float]
    unit: str
    """in which the file has them: ms or s"""
    skipped: int
    """lines that hold no interval"""


def read_intervals(path: Path) -> Intervals | None:
    """The intervals of a file; None where it is a recording, or no file of intervals at all.

    Raises RecordingError, in one line, where it cannot be read or most of it is something else.
    """
    try:
        with path.open("rb") as file:
            if recognise(file.read(HEAD_BYTES), "") is not None:
                return None
            file.seek(0)
            values = list(_values(file))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file can have that name"
        raise RecordingError(f"{path.name}: cannot be read: {reason}") from None
    found = [value for value in values if value is not None and 0 <= value <= _LONGEST_MS]
    if not found or len(values) - len(found) > _MOST_UNREADABLE * len(values):
        return None
    in_seconds = median(found) < _SECONDS_BELOW
    return Intervals(
        [value * 1000 for value in found] if in_seconds else found,
        "s" if in_seconds else "ms",
        len(values) - len(found),
    )


def _values(file: BinaryIO) -> Iterator[float | None]:
    """What each line has; None where that is no number. A first line that names columns says which one."""
    column: int | None = None
    delimiter = b","
    for line, text in numbered_lines(file):
        if not text.strip() or text.lstrip().startswith(b"#"):
            continue
        if line == 1:
            delimiter, column = _named(text)
            if column is not None:
                continue
        if column is not None:
            cells = text.split(delimiter)
            text = cells[column] if column < len(cells) else b""  # noqa: PLW2901 - that cell only
        value = number(text)
        yield None if value is None or math.isnan(value) else value


def _named(header: bytes) -> tuple[bytes, int | None]:
    for delimiter in (b",", b";", b"\t"):
        names = [
            name.strip().strip(b'"').lower().decode("utf-8", "replace") for name in header.split(delimiter)
        ]
        for known in RR_COLUMNS:
            if known in names:
                return delimiter, names.index(known)
    return b",", None
