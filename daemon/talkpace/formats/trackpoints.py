"""Track points of XML recordings (TCX and GPX), read as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError  # the names only: defusedxml does the parsing

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..measurement.characteristics import decode_text
from ..sources.events import Notification
from .hold_limits import HoldLimits
from .lap_times import LapTimes
from .rows import RowConverter, RowProblem
from .text_values import BYTE_ORDER_MARK, number, read_date, unix_ms

_HEAD_BYTES = 64 * 1024
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:gpx|TrainingCenterDatabase)\b")
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARATION = re.compile(rb"\sxmlns:([\w.-]+)\s*=")
_TIMES = frozenset({"Time", "time"})
_HEART_RATES = frozenset({"hr", "heartrate", "heart_rate", "bpm"})
_PARTS = ("Activity", "Lap", "Track", "trk", "trkseg")


def read_trackpoints(file: BinaryIO, rows: RowConverter, tag: str) -> Iterator[Notification]:
    """Read the notifications of all elements named `tag`, in one stream."""
    rows.row_name = "track point"
    rows.dated = True
    without_offset = False
    limits = HoldLimits()
    for row, point in enumerate(_points(file, rows, tag, limits), start=1):
        time, heart_rate = _texts(point)
        try:
            date = read_date(time)
            time_ms = unix_ms(date)
        except ValueError:
            rows.skip(row, RowProblem.TIME)
            continue
        if date.tzinfo is None and not without_offset:
            without_offset = True
            rows.problems.add_file_problem("times without an offset, taken as UTC")
        notification = rows.notification(row, time_ms, number(heart_rate))
        if notification is None:
            limits.blank(rows.elapsed_ms(time_ms))
        elif (complete := limits.take(notification)) is not None:
            yield complete
    if (complete := limits.finish()) is not None:
        yield complete


@lru_cache(256)
def _local_name(tag: str) -> str:
    """Return a tag without its namespace, which differs between programs."""
    return tag.rpartition("}")[2]


def _texts(point: Element) -> tuple[str, str]:
    """Return time and heart rate as the file has them, empty where it has none."""
    time = heart_rate = ""
    for element in point.iter():
        name = _local_name(element.tag)
        if name == "HeartRateBpm":
            for child in element:
                if not heart_rate and _local_name(child.tag) == "Value":
                    heart_rate = child.text or ""
        elif name in _TIMES:
            time = time or element.text or ""
        elif name in _HEART_RATES:
            heart_rate = heart_rate or element.text or ""
    return time, heart_rate


def _points(file: BinaryIO, rows: RowConverter, tag: str, limits: HoldLimits) -> Iterator[Element]:
    """Each point once. Elements are cleared after use, so that memory does not grow with the file."""
    parents: list[Element] = []
    depth = 0  # within a point: 1 in the point itself
    laps = LapTimes()
    for event, element in _events(file, rows):
        if depth:
            depth += 1 if event == "start" else -1
            if not depth:
                yield element
                if parents:
                    parents[-1].clear()
        elif event == "start":
            if not parents:
                rows.set_device(decode_text(element.get("creator", "").encode()))
            name = _local_name(element.tag)
            if name == tag:
                depth = 1
                continue
            parents.append(element)
            if name in _PARTS:
                rows.begin_part()
                limits.begin(name)
                if name == "Lap" and (stop_ms := laps.begin(element.get("StartTime"))):
                    limits.stop(rows.elapsed_ms(stop_ms))
        else:
            parents.pop()
            if parents:
                if element.tag.endswith("TotalTimeSeconds"):
                    laps.set_seconds(element.text)
                parents[-1].clear()


def _events(file: BinaryIO, rows: RowConverter) -> Iterator[tuple[str, Any]]:
    _skip_blanks(file)
    try:
        yield from iterparse(_declare_prefixes(file), events=("start", "end"))
    except DefusedXmlException:
        rows.problems.stop_reading("the file declares XML entities, which are refused")
    except (ParseError, LookupError, ValueError) as error:
        text = " ".join(str(error).split())
        rows.problems.stop_reading(f"the file is truncated or damaged, what could be read is used: {text}")


class _Joined:
    """A beginning in memory, then the rest of a file."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = BytesIO(head)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        """Read as a file does."""
        return self._head.read(size) or self._rest.read(size)


def _declare_prefixes(file: BinaryIO) -> BinaryIO | _Joined:
    """Declare the prefixes in the first track points that the file does not: parsers refuse such files."""
    start = file.tell()
    head = file.read(_HEAD_BYTES)
    root = _ROOT.search(head)
    declared = set(_DECLARATION.findall(head))
    undeclared = sorted(set(_PREFIX.findall(head)) - declared - {b"xml"})
    if root is None or not undeclared:
        file.seek(start)
        return file
    declarations = b"".join(b' xmlns:%b="urn:%b"' % (prefix, prefix) for prefix in undeclared)
    return _Joined(head[: root.end()] + declarations + head[root.end() :], file)


def _skip_blanks(file: BinaryIO) -> None:
    """Skip blanks before the XML declaration: some programs write them, and parsers refuse them."""
    head = file.read(1024)
    text = head.removeprefix(BYTE_ORDER_MARK)
    file.seek(len(head) - len(text.lstrip()))
