"""Writes a session as a FIT activity: records, RR intervals, warnings as events, lap, session, devices."""

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

from ... import __version__
from ...text import strip_unprintable
from ...training.events import warning_intervals
from ...training.profile import Activity
from ..finished_session import FinishedSession
from .encoder import HIGHEST_BPM, FitEncoder, LocalMessageType, RecordEncoder
from .fields import BLUETOOTH_LOW_ENERGY, FIT_EPOCH_S, HEART_RATE_OVER_BLUETOOTH

_SUB_SPORTS = {
    Activity.CARDIO: SubSport.CARDIO_TRAINING,
    Activity.STRENGTH: SubSport.STRENGTH_TRAINING,
    Activity.MINDFUL: SubSport.YOGA,
    Activity.RECOVERY: SubSport.GENERIC,
}
_LONGEST_NAME = 60
"""bytes; the length of a text field is one byte"""


def write_fit(session: FinishedSession, file: BinaryIO) -> list[str]:
    """Write a FIT file, with exact times and RR intervals in developer fields (see `fields`).

    Returns remarks for the person: a heart rate above 254 bpm is left out of its record.
    """
    encoder = FitEncoder()
    _add_head(session, encoder)
    records = RecordEncoder(encoder, session.start_ms)
    alerts = _alerts(session)
    alert = next(alerts, None)
    for measurement in session.measurements():
        while alert is not None and alert[0] < measurement.offset_ms:
            _add_alert(session, encoder, *alert)
            alert = next(alerts, None)
        records.add(measurement)
    while alert is not None:
        _add_alert(session, encoder, *alert)
        alert = next(alerts, None)
    _add_totals(session, encoder)
    file.write(encoder.file())
    if records.too_high:
        return [f"FIT cannot hold heart rates above {HIGHEST_BPM} bpm: {records.too_high} left out"]
    return []


def _add_head(session: FinishedSession, encoder: FitEncoder) -> None:
    """Add the program, the strap and the sport."""
    start_ms = _truncate_to_second(session.start_ms)
    head = FileIdMessage(local_id=LocalMessageType.FILE_ID)
    head.type, head.manufacturer = FileType.ACTIVITY, Manufacturer.DEVELOPMENT.value
    head.product, head.serial_number = 0, crc32(session.id.encode()) or 1
    head.time_created, head.product_name = start_ms, "talkpace"
    encoder.add(head)
    major, minor, *_ = (int(part) for part in __version__.split("."))
    creator = FileCreatorMessage(local_id=LocalMessageType.FILE_CREATOR)
    creator.software_version = major * 100 + minor
    encoder.add(creator)
    program = DeviceInfoMessage(local_id=LocalMessageType.DEVICE)
    program.timestamp, program.device_index = start_ms, 0
    program.manufacturer, program.product_name = Manufacturer.DEVELOPMENT.value, "talkpace"
    encoder.add(program)
    strap = DeviceInfoMessage(local_id=LocalMessageType.STRAP)
    strap.timestamp, strap.device_index = start_ms, 1
    strap.source_type, strap.device_type = BLUETOOTH_LOW_ENERGY, HEART_RATE_OVER_BLUETOOTH
    strap.product_name = _short(session.strap_name) or "heart-rate strap"
    battery = (session.summary["strap"] or {}).get("battery_percent")
    if battery is not None:
        strap.battery_level = battery
    encoder.add(strap)
    sport = SportMessage(local_id=LocalMessageType.SPORT)
    sport.sport, sport.sub_sport = Sport.TRAINING, _SUB_SPORTS[session.activity]
    sport.sport_name = session.activity.value
    encoder.add(sport)
    _add_timer_event(encoder, start_ms, EventType.START)


def _add_totals(session: FinishedSession, encoder: FitEncoder) -> None:
    """Add one lap, one session and one activity."""
    start_ms = _truncate_to_second(session.start_ms)
    end_ms = _truncate_to_second(session.start_ms + session.duration_ms)
    _add_timer_event(encoder, end_ms, EventType.STOP_ALL)
    for message in (
        LapMessage(local_id=LocalMessageType.LAP),
        SessionMessage(local_id=LocalMessageType.SESSION),
    ):
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
        encoder.add(message)
    activity = ActivityMessage(local_id=LocalMessageType.ACTIVITY)
    activity.timestamp, activity.num_sessions, activity.type = end_ms, 1, ActivityType.MANUAL
    activity.total_timer_time = session.duration_ms / 1000
    activity.event, activity.event_type = Event.ACTIVITY, EventType.STOP
    offset = session.start.utcoffset() or timedelta()
    activity.local_timestamp = end_ms // 1000 - FIT_EPOCH_S + int(offset.total_seconds())
    encoder.add(activity)


def _add_timer_event(encoder: FitEncoder, at_ms: int, kind: EventType) -> None:
    message = EventMessage(local_id=LocalMessageType.TIMER)
    message.timestamp, message.event, message.event_type = at_ms, Event.TIMER, kind
    encoder.add(message)


def _alerts(session: FinishedSession) -> Iterator[tuple[int, EventType]]:
    """Yield start and end of each warning."""
    events = ((event.offset_ms, event.name, event.heart_rate) for event in session.events)
    for interval in warning_intervals(events, session.duration_ms):
        yield interval.from_ms, EventType.START
        yield interval.until_ms, EventType.STOP


def _add_alert(session: FinishedSession, encoder: FitEncoder, offset_ms: int, kind: EventType) -> None:
    """Add an event of a heart-rate alert, whose value is the ceiling in bpm."""
    message = EventMessage(local_id=LocalMessageType.ALERT)
    message.timestamp = _truncate_to_second(session.start_ms + offset_ms)
    message.event, message.event_type = Event.HR_HIGH_ALERT, kind
    message.hr_high_alert = min(session.ceiling_bpm, HIGHEST_BPM)
    encoder.add(message)


def _truncate_to_second(unix_ms: int) -> int:
    """Truncate to whole seconds, which FIT has and fit-tool takes in ms."""
    return unix_ms // 1000 * 1000


def _short(name: str) -> str:
    plain = strip_unprintable(name)
    return plain.encode()[:_LONGEST_NAME].decode(errors="ignore")
