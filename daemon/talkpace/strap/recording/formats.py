"""Which format a file has: by its content first, by its name second."""

from __future__ import annotations

import re
from enum import StrEnum

from .capture import LINE
from .delimited import Columns
from .lines import BYTE_ORDER_MARK

HEAD_BYTES = 16 * 1024
"""as much of a file as is looked at"""

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(gpx|TrainingCenterDatabase)[\s/>]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CAPTURE_NAMES = (".capture", ".raw", ".hex")


class Format(StrEnum):
    """The formats of recordings."""

    FIT = "FIT"
    TCX = "TCX"
    GPX = "GPX"
    CSV = "CSV"
    CAPTURE = "raw capture"


def recognise(head: bytes, suffix: str) -> Format | None:
    """The format of a file that begins with `head` and whose name ends in `suffix`; None for no recording."""
    if head[8:12] == b".FIT":
        return Format.FIT
    text = head.replace(b"\0", b"") if head.startswith(_UTF_16) else head
    text = text.removeprefix(BYTE_ORDER_MARK).lstrip(b"\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        root = _ROOT.search(text)
        return None if root is None else Format.GPX if root[1] == b"gpx" else Format.TCX
    if b"\0" in head:
        return None
    first, _, _ = text.partition(b"\n")
    if Columns.of(first) is not None:
        return Format.CSV
    if LINE.fullmatch(first) or suffix.lower() in _CAPTURE_NAMES:
        return Format.CAPTURE
    return None


def lacks_heart_rate(head: bytes) -> bool:
    """Whether a file is a table that has times but, by its header, no heart rates."""
    first, _, _ = head.removeprefix(BYTE_ORDER_MARK).lstrip().partition(b"\n")
    columns = (Columns.of(first.rstrip() + delimiter + b"hr") for delimiter in (b",", b";", b"\t"))
    return b"\0" not in head and any(columns)
