"""Raw captures: one notification a line, seconds, a comma and the payload in hex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ..door import Notification
from .lines import numbered_lines
from .problems import Problem
from .reading import Reading
from .values import TimeColumn

LINE = re.compile(rb"\s*-?\d+(?:\.\d*)?\s*,\s*[0-9A-Fa-f]{2}(?:\s*[0-9A-Fa-f]{2})+\s*")
"""A payload has two bytes at least; one that has fewer is let through, but shows no capture."""


def read_capture(file: BinaryIO, reading: Reading) -> Iterator[Notification]:
    """The notifications of a capture, payloads untouched: bad ones are counted behind the door."""
    reading.row_name = "line"
    times = TimeColumn()
    for row, line in numbered_lines(file):
        try:
            seconds, written = line.split(b",", 1)
            time_ms = times.ms(seconds)
            payload = bytes.fromhex(written.decode("ascii"))
        except ValueError:
            if line.strip():
                reading.skip(row, Problem.NOT_HEX)
            continue
        if not reading.dated and times.dated:
            reading.dates_by(times)
        at_ms = reading.at_ms(row, time_ms)
        if at_ms is not None:
            yield reading.payload(at_ms, payload)
