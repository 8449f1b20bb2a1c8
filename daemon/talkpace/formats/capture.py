"""Raw captures: a line for each notification, with its time in seconds, a comma and its payload in hex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ..sources.events import Notification
from .rows import RowConverter, RowProblem
from .text_values import TimeColumn, numbered_lines

CAPTURE_LINE = re.compile(rb"\s*-?\d+(?:\.\d*)?\s*,\s*[0-9A-Fa-f]{2}(?:\s*[0-9A-Fa-f]{2})+\s*")
"""A line with a payload of two bytes or more, the least that a heart rate takes: it shows the format.
A file that is a capture may have shorter ones."""
SHORT_CAPTURE_LINE = re.compile(rb"\s*-?\d+(?:\.\d*)?\s*,\s*(?:[0-9A-Fa-f]{2}\s*)*")
"""a line with a payload of any length"""


def read_capture(file: BinaryIO, rows: RowConverter) -> Iterator[Notification]:
    """Read the notifications of a capture. Payloads are passed on as they are, malformed ones too."""
    rows.row_name = "line"
    times = TimeColumn()
    for row, line in numbered_lines(file):
        try:
            time, hex_bytes = line.split(b",", 1)
            time_ms = times.ms(time)
            payload = bytes.fromhex(hex_bytes.decode("ascii"))
        except ValueError:
            if line.strip():
                rows.skip(row, RowProblem.NOT_HEX)
            continue
        if not rows.dated and times.dated:
            rows.use_dates(times)
        yield rows.raw_notification(rows.elapsed_ms(time_ms), payload)
