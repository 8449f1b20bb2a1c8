"""Detection of a file's format: by its content first, by its name second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from .capture import CAPTURE_LINE, SHORT_CAPTURE_LINE
from .csv_layout import find_layout
from .csv_layout import lacks_heart_rate as table_lacks_heart_rate
from .text_values import BYTE_ORDER_MARK

_XML_ROOT = re.compile(rb"<(?:[\w.-]+:)?(gpx|TrainingCenterDatabase)[\s/>]")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CAPTURE_SUFFIXES = (".capture", ".raw", ".hex")
_CAPTURE_LINES = 5
"""how many lines are looked at: the first may have a payload that is cut short"""


class Format(StrEnum):
    """The formats of recordings."""

    FIT = "FIT"
    TCX = "TCX"
    GPX = "GPX"
    CSV = "CSV"
    CAPTURE = "raw capture"


def detect_format(head: bytes, suffix: str) -> Format | None:
    """Return the format of a content by its first bytes and the suffix of its name; None for other files."""
    if head[8:12] == b".FIT":
        return Format.FIT
    text = head.replace(b"\0", b"") if head.startswith(_UTF_16_MARKS) else head
    text = text.removeprefix(BYTE_ORDER_MARK).lstrip(b"\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        root = _XML_ROOT.search(text)
        return None if root is None else Format.GPX if root[1] == b"gpx" else Format.TCX
    if b"\0" in head:
        return None
    lines = text.splitlines(keepends=True)
    if find_layout(lines) is not None:
        return Format.CSV
    if suffix in _CAPTURE_SUFFIXES or _is_capture(lines):
        return Format.CAPTURE
    return None


def lacks_heart_rate(head: bytes) -> bool:
    """Return whether a file is a table whose header names a time but no heart rate."""
    return b"\0" not in head and table_lacks_heart_rate(
        head.removeprefix(BYTE_ORDER_MARK).lstrip().splitlines()
    )


def _is_capture(lines: Sequence[bytes]) -> bool:
    """Whether the first line is seconds and bytes in hex, and one of the first has those of a heart rate."""
    first = [line for line in lines if line.strip()][:_CAPTURE_LINES]
    return any(map(CAPTURE_LINE.fullmatch, first)) and all(map(SHORT_CAPTURE_LINE.fullmatch, first[:1]))
