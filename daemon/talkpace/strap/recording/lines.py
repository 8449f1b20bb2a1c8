"""Files of lines, read without ever holding more than one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

LONGEST_LINE = 64 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, the byte order mark taken off; an overlong line comes in pieces."""
    lines = iter(partial(file.readline, LONGEST_LINE), b"")
    first = next(lines, None)
    if first is not None:
        yield 1, first.removeprefix(BYTE_ORDER_MARK)
        yield from enumerate(lines, start=2)
