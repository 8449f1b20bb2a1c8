"""FIT: an activity with its records and RR intervals, warnings as events, session, lap and devices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO
from zlib import crc32

from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.device_info_message import DeviceInfoMessage
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.file_creator_message import FileCreatorMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.messages.sport_message import SportMessage
from fit_tool.profile.profile_type import (
    Activity as ActivityType,
)
from fit_tool.profile.profile_type import (
    Event,
    EventType,
    FileType,
    LapTrigger,
    Manufacturer,
    SessionTrigger,
    Sport,
    SubSport,
)

from .. import __version__
from ..effort.athlete import Activity
from ..effort.spells import over_spells
from ..strap.recording.fit_fields import BLUETOOTH_LOW_ENERGY, FIT_EPOCH_S, HEART_RATE_OVER_BLUETOOTH
from .fit_messages import HIGHEST_BPM, FitMessages, FitRecords, Local
from .session import FinishedSession

_SUB_SPORTS = {
    Activity.CARDIO: SubSport.CARDIO_TRAINING,
    Activity.STRENGTH: SubSport.STRENGTH_TRAINING,
    Activity.MINDFUL: SubSport.YOGA,
    Activity.RECOVERY: SubSport.GENERIC,
}
_LONGEST_NAME = 60
"""bytes; what a field of text holds is counted in one byte"""


def write_fit(session: FinishedSession, file: BinaryIO) -> list[str]:
    """Times are written in whole seconds, as FIT has them, and once more exactly; see `fit_fields`.

    A heart rate above 254 bpm has no place in it: its record is there without one.
    """
    messages = FitMessages()
    _open(session, messages)
    records = FitRecords(messages, session.start_ms)
    events = _alerts(session)
    event = next(events, None)
    for taken in session.measurements():
        while event is not None and event[0] < taken.offset_ms:
            _alert(session, messages, *event)
            event = next(events, None)
        records.add(taken)
    while event is not None:
        _alert(session, messages, *event)
        event = next(events, None)
    _close(session, messages)
    file.write(messages.file())
    if records.too_high:
        return [f"{records.too_high} heart rate(s) above {HIGHEST_BPM} bpm, which FIT cannot hold, left out"]
    return []


def _open(session: FinishedSession, messages: FitMessages) -> None:
    """Who wrote the file and with what, and what was trained."""
    start_ms = _whole_second(session.start_ms)
    head = FileIdMessage(local_id=Local.FILE_ID)
    head.type, head.manufacturer = FileType.ACTIVITY, Manufacturer.DEVELOPMENT.value
    head.product, head.serial_number = 0, crc32(session.row.id.encode()) or 1
    head.time_created, head.product_name = start_ms, "talkpace"
    messages.add(head)
    major, minor, *_ = (int(part) for part in __version__.split("."))
    creator = FileCreatorMessage(local_id=Local.FILE_CREATOR)
    creator.software_version = major * 100 + minor
    messages.add(creator)
    ours = DeviceInfoMessage(local_id=Local.DEVICE)
    ours.timestamp, ours.device_index = start_ms, 0
    ours.manufacturer, ours.product_name = Manufacturer.DEVELOPMENT.value, "talkpace"
    messages.add(ours)
    strap = DeviceInfoMessage(local_id=Local.STRAP)
    strap.timestamp, strap.device_index = start_ms, 1
    strap.source_type, strap.device_type = BLUETOOTH_LOW_ENERGY, HEART_RATE_OVER_BLUETOOTH
    strap.product_name = _short(session.row.strap_name) or "heart-rate strap"
    battery = (session.summary["strap"] or {}).get("battery_percent")
    if battery is not None:
        strap.battery_level = battery
    messages.add(strap)
    sport = SportMessage(local_id=Local.SPORT)
    sport.sport, sport.sub_sport = Sport.TRAINING, _SUB_SPORTS[session.activity]
    sport.sport_name = session.activity.value
    messages.add(sport)
    _timer(messages, start_ms, EventType.START)


def _close(session: FinishedSession, messages: FitMessages) -> None:
    """What it amounts to: one lap, one session, one activity."""
    start_ms = _whole_second(session.start_ms)
    end_ms = _whole_second(session.start_ms + session.duration_ms)
    _timer(messages, end_ms, EventType.STOP_ALL)
    for message in (LapMessage(local_id=Local.LAP), SessionMessage(local_id=Local.SESSION)):
        message.message_index, message.timestamp, message.start_time = 0, end_ms, start_ms
        message.event_type = EventType.STOP
        message.total_elapsed_time = message.total_timer_time = session.duration_ms / 1000
        message.sport, message.sub_sport = Sport.TRAINING, _SUB_SPORTS[session.activity]
        rate = session.summary["heart_rate"]
        for name, value in (("min", rate["min"]), ("avg", round(rate["mean"])), ("max", rate["max"])):
            if value <= HIGHEST_BPM:
                setattr(message, f"{name}_heart_rate", value)
        if isinstance(message, LapMessage):
            message.event, message.lap_trigger = Event.LAP, LapTrigger.SESSION_END
        else:
            message.event, message.trigger = Event.SESSION, SessionTrigger.ACTIVITY_END
            message.first_lap_index, message.num_laps = 0, 1
        messages.add(message)
    whole = ActivityMessage(local_id=Local.ACTIVITY)
    whole.timestamp, whole.num_sessions, whole.type = end_ms, 1, ActivityType.MANUAL
    whole.total_timer_time = session.duration_ms / 1000
    whole.event, whole.event_type = Event.ACTIVITY, EventType.STOP
    offset = session.row.start.utcoffset() or timedelta()
    whole.local_timestamp = end_ms // 1000 - FIT_EPOCH_S + int(offset.total_seconds())
    messages.add(whole)


def _timer(messages: FitMessages, at_ms: int, kind: EventType) -> None:
    message = EventMessage(local_id=Local.TIMER)
    message.timestamp, message.event, message.event_type = at_ms, Event.TIMER, kind
    messages.add(message)


def _alerts(session: FinishedSession) -> Iterator[tuple[int, EventType]]:
    """When a warning was raised, and when it ended."""
    events = ((event.offset_ms, event.name, event.heart_rate) for event in session.events)
    for spell in over_spells(events, session.duration_ms):
        yield spell.from_ms, EventType.START
        yield spell.until_ms, EventType.STOP


def _alert(session: FinishedSession, messages: FitMessages, offset_ms: int, kind: EventType) -> None:
    """The figure of a heart-rate alert is its limit."""
    message = EventMessage(local_id=Local.ALERT)
    message.timestamp = _whole_second(session.start_ms + offset_ms)
    message.event, message.event_type = Event.HR_HIGH_ALERT, kind
    message.hr_high_alert = min(session.ceiling_bpm, HIGHEST_BPM)
    messages.add(message)


def _whole_second(unix_ms: int) -> int:
    """FIT's seconds, as fit-tool takes them: in ms, and rounded by nobody."""
    return unix_ms // 1000 * 1000


def _short(name: str) -> str:
    plain = "".join(letter for letter in name if letter.isprintable())
    return plain.encode()[:_LONGEST_NAME].decode(errors="ignore")
