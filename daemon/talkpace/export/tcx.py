"""TCX (Training Center XML, version 2): one activity, one lap, a track point for each measurement."""

from __future__ import annotations

from datetime import UTC
from typing import BinaryIO
from xml.sax.saxutils import escape

from .. import __version__
from ..strap.recording.trackpoints import NOTE
from .session import FinishedSession

HIGHEST_BPM = 255
"""what the schema's type for a heart rate holds"""

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


def write_tcx(session: FinishedSession, file: BinaryIO) -> list[str]:
    """A heart rate above 255 bpm has no place in it: its track point is there without one."""
    rate = session.summary["heart_rate"]
    rates = _rate("AverageHeartRateBpm", round(rate["mean"])) + _rate("MaximumHeartRateBpm", rate["max"])
    head = _HEAD.format(start=_time(session, 0), seconds=session.duration_ms / 1000, rates=rates)
    file.write(head.encode())
    left_out, has_rr = 0, False
    for taken in session.measurements():
        left_out += taken.heart_rate > HIGHEST_BPM
        has_rr = has_rr or bool(taken.rr_ms)
        file.write(
            f"     <Trackpoint><Time>{_time(session, taken.offset_ms)}</Time>"
            f"{_rate('HeartRateBpm', taken.heart_rate).strip()}</Trackpoint>\n".encode("ascii")
        )
    major, minor, *_ = __version__.split(".")
    notes = f"{NOTE}{session.activity.value}"
    device = escape(_plain(session.row.strap_name)) or "talkpace"
    tail = _TAIL.format(notes=notes, device=device, major=major, minor=minor)
    file.write(tail.encode())
    remarks = ["TCX has no place for RR intervals: they are left out"] if has_rr else []
    if left_out:
        remarks.append(f"{left_out} heart rate(s) above {HIGHEST_BPM} bpm, which TCX cannot hold, left out")
    return remarks


def _rate(element: str, heart_rate: int) -> str:
    if heart_rate > HIGHEST_BPM:
        return ""
    return f"    <{element}><Value>{heart_rate}</Value></{element}>\n"


def _time(session: FinishedSession, offset_ms: int) -> str:
    utc = session.moment(offset_ms).astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(name: str) -> str:
    """Straps are named by strangers, and XML has no place for control characters."""
    return "".join(letter for letter in name if letter.isprintable())
