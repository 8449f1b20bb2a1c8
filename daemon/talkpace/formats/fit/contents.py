"""What a FIT file contains of a recording: records with their RR intervals, timer events, sessions, devices.

A FIT file is read whole before its first record is used: heart rates that a strap stored, and sessions with
their sports, come after the records.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from fitdecode import FIT_FRAME_CRC, FIT_FRAME_DATA, FIT_FRAME_HEADER
from fitdecode.exceptions import FitEOFError, FitError, FitHeaderError

from ...measurement.characteristics import decode_text
from ..row_order import MOST_ROWS
from ..rows import MOST_RR, RowConverter, RowProblem
from .decoder import FastFitReader, MessageNumber, UnpackedMessage
from .fields import (
    ANT_PLUS,
    BLUETOOTH_LOW_ENERGY,
    HEART_RATE_OVER_ANT,
    HEART_RATE_OVER_BLUETOOTH,
    NO_HOLD,
    NO_INTERVAL,
)
from .heart_rates import HeartRateMessage

_MANUFACTURER, _PRODUCT, _PRODUCT_NAME = 1, 2, 8
_DEVICE_TYPE, _SOURCE_TYPE, _DEVICE_NAME = 1, 25, 27
_SUB_SPORT, _SPORT_NAME = 1, 3
_TIMESTAMP, _HEART_RATE = 253, 3
_RR_INTERVALS = 0
_EVENT, _EVENT_TYPE = 0, 1
_TIMER = 0
_STARTED, _STOPPED = (0,), (1, 4, 8, 9)
_START_TIME, _SESSION_SPORT, _SESSION_SUB_SPORT, _PROFILE_NAME = 2, 5, 6, 110
_FRACTION, _FILTERED_BPM, _EVENT_TIMES, _PACKED_EVENT_TIMES = 0, 6, 9, 10

_NO_HEART_RATE, _NO_TIMESTAMP = 0xFF, 0xFFFF_FFFF
_STRAPS = ((BLUETOOTH_LOW_ENERGY, HEART_RATE_OVER_BLUETOOTH), (ANT_PLUS, HEART_RATE_OVER_ANT))

# A damaged message makes fitdecode raise any of these.
_DAMAGE_ERRORS = (
    FitError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(slots=True)
class Record:
    """A record. `timestamp` and `heart_rate` are as in the file, None where it has none."""

    row: int
    timestamp: Any
    heart_rate: Any
    milliseconds: int = 0
    hold_ms: int | None = None
    """the most that it holds; None where that is not known"""
    has_rate_field: bool = True
    """whether there is a place for a heart rate, with or without one"""
    rr_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SportSession:
    """A session message: when it starts (as in the file), and the names of its sport, most specific first."""

    start: int
    sports: tuple[str, ...]


@dataclass(slots=True)
class FitContents:
    """What a file contains, in its order."""

    records: list[Record] = field(default_factory=list)
    heart_rates: list[HeartRateMessage] = field(default_factory=list)
    timer: list[tuple[int, bool]] = field(default_factory=list)
    """time (as in the file), and whether the timer runs from then on"""
    sessions: list[SportSession] = field(default_factory=list)
    file_starts: list[int] = field(default_factory=list)
    """rows of the first records of chained files"""
    has_holds: bool = False
    """whether talkpace wrote how long each record holds"""


def read_contents(file: BinaryIO, rows: RowConverter) -> FitContents:
    """Read a FIT file, also several files in one (chained files); set device and sport of `rows`.

    RR intervals are added to the record that comes before them.
    """
    contents = FitContents()
    records = contents.records
    for message in _data_messages(file, rows):
        number = message.global_mesg_num
        if number == MessageNumber.RECORD:
            if len(records) >= MOST_ROWS:
                rows.problems.stop_reading(f"more than {MOST_ROWS} records; the first of them are used")
                break
            records.append(_record(len(records) + 1, message))
        elif number == MessageNumber.HRV:
            _add_intervals(_intervals(message), records[-1] if records else None, rows)
        elif number == MessageNumber.FILE_ID:
            contents.file_starts.append(len(records) + 1)
            _set_device(message, rows)
        elif number == MessageNumber.DEVICE_INFO:
            _set_strap(message, rows)
        elif number == MessageNumber.SPORT:
            rows.sports = _names(message, _SPORT_NAME, _SUB_SPORT)
        elif number == MessageNumber.EVENT:
            _add_timer_event(_fields(message), contents)
        elif number == MessageNumber.SESSION:
            start = _fields(message).get(_START_TIME)
            if isinstance(start, int):
                names = _names(message, _PROFILE_NAME, _SESSION_SUB_SPORT, _SESSION_SPORT)
                contents.sessions.append(SportSession(start, names))
        elif number == MessageNumber.HR and len(contents.heart_rates) < MOST_ROWS:
            contents.heart_rates.append(_heart_rates(_fields(message)))
    contents.has_holds = any(record.hold_ms is not None for record in records)
    return contents


def _data_messages(file: BinaryIO, rows: RowConverter) -> Iterator[Any]:
    reader = FastFitReader(file)
    frames = iter(reader)
    is_complete = False
    while True:
        try:
            frame = next(frames, None)
        except FitHeaderError as error:
            if is_complete:
                rows.problems.add_file_problem("what follows the end of the FIT data is ignored")
            else:
                rows.problems.stop_reading(f"the file is damaged, what could be read is used: {error}")
            break
        except FitEOFError:
            rows.problems.stop_reading("the file is truncated; what could be read is used")
            break
        except (*_DAMAGE_ERRORS, struct.error) as error:
            text = " ".join(str(error).split()) or type(error).__name__
            rows.problems.stop_reading(f"the file is damaged, what could be read is used: {text}")
            break
        if frame is None:
            break
        is_complete = frame.frame_type == FIT_FRAME_CRC
        if frame.frame_type == FIT_FRAME_DATA:
            yield frame
        elif frame.frame_type == FIT_FRAME_HEADER and frame.body_size == 0:
            rows.problems.stop_reading(
                "its header gives a length of 0: the device did not finish writing the file"
            )
            break
        elif (frame.frame_type == FIT_FRAME_CRC and not frame.matched) or (
            frame.frame_type == FIT_FRAME_HEADER and frame.crc_matched is False
        ):
            rows.problems.add_file_problem("a checksum does not match; what could be read is used")
    if reader.unknown_fields:
        rows.problems.add_file_problem(
            f"developer fields without a valid description, ignored: {reader.unknown_fields}"
        )


def _record(row: int, message: Any) -> Record:
    if not isinstance(message, UnpackedMessage):
        fields = _fields(message)
        has_rate_field = _HEART_RATE in fields
        return Record(row, fields.get(_TIMESTAMP), fields.get(_HEART_RATE), has_rate_field=has_rate_field)
    timestamp, heart_rate = message.timestamp, message.heart_rate
    record = Record(
        row,
        None if timestamp == _NO_TIMESTAMP else timestamp,
        None if heart_rate == _NO_HEART_RATE else heart_rate,
    )
    if heart_rate is None:
        record.has_rate_field = False
    if message.developer_values and message.developer_values[0] < 1000:
        record.milliseconds = message.developer_values[0]
    if message.hold_ms is not None and message.hold_ms != NO_HOLD:
        record.hold_ms = message.hold_ms
    return record


def _intervals(message: Any) -> Sequence[Any]:
    """Return RR intervals in ms; None for an unused place."""
    if not isinstance(message, UnpackedMessage):
        intervals = _fields(message).get(_RR_INTERVALS)
        return intervals if isinstance(intervals, tuple) else (intervals,)
    if message.developer_values:
        # 65535 ticks are an interval too: whether a place is used is in the standard field beside them.
        return [
            ticks * 1000 / 1024
            for ticks, rr in zip(message.developer_values, message.rr_ms, strict=False)
            if rr != NO_INTERVAL
        ]
    return [rr for rr in message.rr_ms if rr != NO_INTERVAL]


def _fields(message: Any) -> dict[int, Any]:
    """Return raw values by field number, without developer fields and without what they were unpacked to."""
    return {
        data.def_num: data.raw_value
        for data in message.fields
        if data.field_def is not None and not data.field_def.is_dev
    }


def _add_intervals(intervals: Sequence[Any], record: Record | None, rows: RowConverter) -> None:
    """Add RR intervals to their record; None before the first record."""
    for rr in intervals:
        if rr is None:
            continue
        if record is None:
            rows.report(1, RowProblem.RR_ALONE)
        elif len(record.rr_ms) >= MOST_RR:
            rows.report(record.row, RowProblem.RR_MANY)
        else:
            record.rr_ms.append(rr if isinstance(rr, int | float) else math.nan)


def _add_timer_event(fields: dict[int, Any], contents: FitContents) -> None:
    timestamp, kind = fields.get(_TIMESTAMP), fields.get(_EVENT_TYPE)
    if fields.get(_EVENT) == _TIMER and isinstance(timestamp, int) and kind in (*_STARTED, *_STOPPED):
        contents.timer.append((timestamp, kind in _STARTED))


def _heart_rates(fields: dict[int, Any]) -> HeartRateMessage:
    return HeartRateMessage(
        fields.get(_TIMESTAMP),
        fields.get(_FRACTION),
        _tuple(fields.get(_FILTERED_BPM)),
        _tuple(fields.get(_EVENT_TIMES)),
        _tuple(fields.get(_PACKED_EVENT_TIMES)),
    )


def _tuple(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, tuple | list | bytes) else (value,)


def _set_device(message: Any, rows: RowConverter) -> None:
    values = {data.def_num: data.value for data in message.fields}
    manufacturer, product = _profile_name(values.get(_MANUFACTURER)), _profile_name(values.get(_PRODUCT))
    model = _profile_name(values.get(_PRODUCT_NAME)) or product
    name = " ".join(part for part in (manufacturer, model) if part)
    rows.set_device(name, manufacturer, model)


def _set_strap(message: Any, rows: RowConverter) -> None:
    """Set the heart-rate sensor, if it has a name, in place of the device that wrote the file."""
    values = {data.def_num: data.raw_value for data in message.fields}
    name = values.get(_DEVICE_NAME)
    if isinstance(name, str) and (values.get(_SOURCE_TYPE), values.get(_DEVICE_TYPE)) in _STRAPS:
        rows.set_device(decode_text(name.encode()), rows.strap.manufacturer, rows.strap.model)


def _names(message: Any, *numbers: int) -> tuple[str, ...]:
    """Return the fields with these numbers that are names, in lower case."""
    values = {data.def_num: data.value for data in message.fields}
    names = [values.get(number) for number in numbers]
    return tuple(name.strip().lower() for name in names if isinstance(name, str))


def _profile_name(value: Any) -> str | None:
    """Return a name of the FIT profile in words: `edge 530` for `edge_530`; None for a number without one."""
    return decode_text(value.replace("_", " ").encode()) if isinstance(value, str) else None
