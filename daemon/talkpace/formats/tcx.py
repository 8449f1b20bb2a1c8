"""TCX (Training Center XML, version 2): heart rates of its track points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from typing import BinaryIO
from xml.sax.saxutils import escape, unescape

from .. import __version__
from ..measurement.characteristics import decode_text
from ..sources.events import Notification
from ..text import strip_unprintable
from ..training.rules import HOLD_MS
from .finished_session import FinishedSession
from .rows import RowConverter
from .trackpoints import read_trackpoints

HIGHEST_BPM = 254
"""the schema's type holds 255 too, which stands for none in many files"""

_NOTE = "talkpace: "
"""comes before the activity in the notes of the files that talkpace writes: TCX has no word for it"""
_TAIL_BYTES = 16 * 1024
_CREATOR_PATTERN = re.compile(rb"<Creator\b[^>]*>\s*<Name>([^<]{1,200})</Name>")
_NOTE_PATTERN = re.compile(rb"<Notes>" + _NOTE.encode() + rb"([a-z]{1,20})</Notes>")

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xsi:schemaLocation="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\
 http://www.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd">
 <Activities>
  <Activity Sport="Other">
   <Id>{start}</Id>
   <Lap StartTime="{start}">
    <TotalTimeSeconds>{seconds}</TotalTimeSeconds>
    <DistanceMeters>0</DistanceMeters>
    <Calories>0</Calories>
{rates}    <Intensity>Active</Intensity>
    <TriggerMethod>Manual</TriggerMethod>
    <Track>
"""
_TAIL = """    </Track>
   </Lap>
   <Notes>{notes}</Notes>
   <Creator xsi:type="Device_t">
    <Name>{device}</Name>
    <UnitId>0</UnitId>
    <ProductID>0</ProductID>
    <Version>
     <VersionMajor>{major}</VersionMajor>
     <VersionMinor>{minor}</VersionMinor>
    </Version>
   </Creator>
  </Activity>
 </Activities>
</TrainingCenterDatabase>
"""


def read_tcx(file: BinaryIO, rows: RowConverter) -> Iterator[Notification]:
    """Read the notifications of a TCX file, all its tracks in one stream."""
    return read_trackpoints(file, rows, "Trackpoint")


def read_tcx_tail(file: BinaryIO, size_bytes: int) -> tuple[str | None, str | None]:
    """Return the device that wrote a TCX file, and the activity that talkpace noted in it.

    Both come after the track points, so that only the end of the file is read.
    """
    file.seek(max(0, size_bytes - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    devices, activities = _CREATOR_PATTERN.findall(tail), _NOTE_PATTERN.findall(tail)
    device = decode_text(unescape(devices[-1].decode("utf-8", "replace")).encode()) if devices else None
    return device, activities[-1].decode("ascii") if activities else None


def write_tcx(session: FinishedSession, file: BinaryIO) -> list[str]:
    """Write one activity with one lap, a track point for each measurement.

    Returns remarks for the person: a heart rate above 254 bpm is left out of its track point, and all
    RR intervals are left out.
    """
    rate = session.summary["heart_rate"]
    rates = _rate("AverageHeartRateBpm", round(rate["mean"])) + _rate("MaximumHeartRateBpm", rate["max"])
    head = _HEAD.format(start=_time(session, 0), seconds=session.duration_ms / 1000, rates=rates)
    file.write(head.encode())
    too_high, has_rr, last_ms, hold_end_ms = 0, False, 0, 0
    for measurement in session.measurements():
        if measurement.offset_ms > hold_end_ms:
            file.write(_pause(session, hold_end_ms))
        hold_ms = HOLD_MS if measurement.hold_ms is None else measurement.hold_ms
        last_ms, hold_end_ms = measurement.offset_ms, measurement.offset_ms + hold_ms
        too_high += measurement.heart_rate > HIGHEST_BPM
        has_rr = has_rr or bool(measurement.rr_ms)
        file.write(
            f"     <Trackpoint><Time>{_time(session, measurement.offset_ms)}</Time>"
            f"{_rate('HeartRateBpm', measurement.heart_rate).strip()}</Trackpoint>\n".encode("ascii")
        )
    if session.duration_ms > last_ms:
        file.write(_end_of_hold(session, hold_end_ms))
    major, minor, *_ = __version__.split(".")
    notes = f"{_NOTE}{session.activity.value}"
    device = escape(strip_unprintable(session.strap_name)) or "talkpace"
    tail = _TAIL.format(notes=notes, device=device, major=major, minor=minor)
    file.write(tail.encode())
    remarks = ["TCX cannot hold RR intervals: they were left out"] if has_rr else []
    if too_high:
        remarks.append(f"TCX cannot hold heart rates above {HIGHEST_BPM} bpm: {too_high} left out")
    return remarks


def _pause(session: FinishedSession, offset_ms: int) -> bytes:
    """Return the end of a track, with a point without a heart rate for when the last one held no more."""
    return _end_of_hold(session, offset_ms) + b"    </Track>\n    <Track>\n"


def _end_of_hold(session: FinishedSession, offset_ms: int) -> bytes:
    return f"     <Trackpoint><Time>{_time(session, offset_ms)}</Time></Trackpoint>\n".encode("ascii")


def _rate(element: str, heart_rate: int) -> str:
    if heart_rate > HIGHEST_BPM:
        return ""
    return f"    <{element}><Value>{heart_rate}</Value></{element}>\n"


def _time(session: FinishedSession, offset_ms: int) -> str:
    utc = session.date_at(offset_ms).astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
