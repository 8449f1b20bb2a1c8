"""TCX and GPX files: heart rates of their track points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError  # the names only: defusedxml does the parsing
from xml.sax.saxutils import unescape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ...measurement.characteristics import decode_text
from ..door import Notification
from .lines import BYTE_ORDER_MARK
from .problems import Problem
from .reading import Reading
from .values import number, read_date, unix_ms

NOTE = "talkpace: "
"""goes before what was trained, in the notes of a TCX file, which has no word for it itself"""

_POINTS = ("Trackpoint", "trkpt")
_TAIL_BYTES = 16 * 1024
_CREATOR = re.compile(rb"<Creator\b[^>]*>\s*<Name>([^<]{1,200})</Name>")
_NOTE = re.compile(rb"<Notes>" + NOTE.encode() + rb"([a-z]{1,20})</Notes>")


def read_trackpoints(file: BinaryIO, reading: Reading) -> Iterator[Notification]:
    """The notifications of a TCX or GPX file, all its tracks in one stream."""
    reading.row_name = "track point"
    reading.dated = True
    naive = False
    for row, point in enumerate(_points(file, reading), start=1):
        time, heart_rate = _written(point)
        try:
            date = read_date(time)
            time_ms = unix_ms(date)
        except ValueError:
            reading.skip(row, Problem.TIME)
            continue
        if date.tzinfo is None and not naive:
            naive = True
            reading.problems.of_file("times without an offset, taken as UTC")
        notification = reading.beat(row, time_ms, number(heart_rate))
        if notification is not None:
            yield notification


def _points(file: BinaryIO, reading: Reading) -> Iterator[Element]:
    """Each track point once; what has been seen is let go, so that memory does not grow with the file."""
    parents: list[Element] = []
    depth_of_point = 0
    for event, element in _events(file, reading):
        if event == "start":
            if not parents:
                reading.describe(decode_text(element.get("creator", "").encode()))
            parents.append(element)
            if not depth_of_point and _name(element) in _POINTS:
                depth_of_point = len(parents)
            continue
        depth = len(parents)
        parents.pop()
        if depth == depth_of_point:
            yield element
            depth_of_point = 0
        if parents and not depth_of_point:
            parents[-1].clear()


def _events(file: BinaryIO, reading: Reading) -> Iterator[tuple[str, Any]]:
    _skip_to_markup(file)
    events = iterparse(file, events=("start", "end"))
    while True:
        try:
            event = next(events, None)
        except DefusedXmlException:
            reading.problems.ends_early("the file declares XML entities, which are refused")
            return
        except (ParseError, LookupError, ValueError) as error:
            text = " ".join(str(error).split())
            reading.problems.ends_early(f"the file is cut short or damaged, what came before is used: {text}")
            return
        if event is None:
            return
        yield event


def _skip_to_markup(file: BinaryIO) -> None:
    """Some programs write blanks before the XML declaration, which no parser takes."""
    head = file.read(1024)
    blank = head.removeprefix(BYTE_ORDER_MARK)
    file.seek(len(head) - len(blank.lstrip()))


def _written(point: Element) -> tuple[str, str]:
    """Time and heart rate as they are written, empty where they aren't."""
    time = heart_rate = ""
    for element in point.iter():
        match _name(element):
            case "Time" | "time":
                time = time or element.text or ""
            case "hr" | "heartrate":
                heart_rate = heart_rate or element.text or ""
            case "HeartRateBpm":
                values = (child.text for child in element if _name(child) == "Value")
                heart_rate = heart_rate or next(values, None) or ""
    return time, heart_rate


def _name(element: Element) -> str:
    """Without the namespace, which differs from one program to the next."""
    return element.tag.rpartition("}")[2]


def end_of_tcx(file: BinaryIO, size_bytes: int) -> tuple[str | None, str | None]:
    """The device that wrote a TCX file, and what was trained by a note of ours.

    Both stand behind the track points, so the end is looked at.
    """
    file.seek(max(0, size_bytes - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    devices, notes = _CREATOR.findall(tail), _NOTE.findall(tail)
    device = decode_text(unescape(devices[-1].decode("utf-8", "replace")).encode()) if devices else None
    return device, notes[-1].decode("ascii") if notes else None
