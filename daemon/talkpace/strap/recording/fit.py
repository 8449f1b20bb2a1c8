"""FIT files: heart rates of `record` messages, RR intervals of `hrv` messages."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from fitdecode import FIT_FRAME_CRC, FIT_FRAME_DATA, FIT_FRAME_HEADER
from fitdecode.exceptions import FitEOFError, FitError

from ...measurement.characteristics import decode_text
from ..door import Notification
from .fit_fields import (
    ANT_PLUS,
    BLUETOOTH_LOW_ENERGY,
    FIT_EPOCH_S,
    HEART_RATE_OVER_ANT,
    HEART_RATE_OVER_BLUETOOTH,
    NO_INTERVAL,
)
from .fit_reader import Kind, Quick, QuickFitReader
from .problems import Problem
from .reading import MOST_RR, Reading

_MANUFACTURER, _PRODUCT, _PRODUCT_NAME = 1, 2, 8
_DEVICE_TYPE, _SOURCE_TYPE, _DEVICE_NAME = 1, 25, 27
_SUB_SPORT, _SPORT_NAME = 1, 3
_TIMESTAMP, _HEART_RATE = 253, 3
_RR_INTERVALS = 0

_NO_HEART_RATE, _NO_TIMESTAMP = 0xFF, 0xFFFF_FFFF
_DATES_FROM = 0x1000_0000
"""a smaller timestamp is the time since the device was switched on"""
_STRAPS = ((BLUETOOTH_LOW_ENERGY, HEART_RATE_OVER_BLUETOOTH), (ANT_PLUS, HEART_RATE_OVER_ANT))

# Inside the decoder a damaged message surfaces as whatever its code trips over.
_DAMAGED = (FitError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(slots=True)
class _Record:
    row: int
    timestamp: Any
    heart_rate: Any
    milliseconds: int = 0
    rr_ms: list[float] = field(default_factory=list)


def read_fit(file: BinaryIO, reading: Reading) -> Iterator[Notification]:
    """The notifications of a FIT file, chained ones included.

    RR intervals belong to the record before them and come after it, so a record waits for the next.
    """
    reading.row_name = "record"
    rows = 0
    waiting: _Record | None = None
    for message in _data_messages(file, reading):
        kind = message.global_mesg_num
        if kind == Kind.RECORD:
            if waiting is not None and (notification := _notification(waiting, reading)):
                yield notification
            rows += 1
            waiting = _record(rows, message)
        elif kind == Kind.HRV:
            _attach(_intervals(message), waiting, reading)
        elif kind == Kind.FILE_ID:
            _describe(message, reading)
        elif kind == Kind.DEVICE_INFO:
            _describe_strap(message, reading)
        elif kind == Kind.SPORT:
            _describe_sport(message, reading)
    if waiting is not None and (notification := _notification(waiting, reading)):
        yield notification


def _data_messages(file: BinaryIO, reading: Reading) -> Iterator[Any]:
    frames = iter(QuickFitReader(file))
    while True:
        try:
            frame = next(frames, None)
        except FitEOFError:
            reading.problems.ends_early("the file is cut short; what could be read is used")
            return
        except (*_DAMAGED, struct.error) as error:
            text = " ".join(str(error).split()) or type(error).__name__
            reading.problems.ends_early(f"the file is damaged, what came before is used: {text}")
            return
        if frame is None:
            return
        if frame.frame_type == FIT_FRAME_DATA:
            yield frame
        elif (frame.frame_type == FIT_FRAME_CRC and not frame.matched) or (
            frame.frame_type == FIT_FRAME_HEADER and frame.crc_matched is False
        ):
            reading.problems.of_file("a checksum does not match; what could be read is used")


def _record(row: int, message: Any) -> _Record:
    if not isinstance(message, Quick):
        fields = _fields(message)
        return _Record(row, fields.get(_TIMESTAMP), fields.get(_HEART_RATE))
    timestamp, heart_rate = message.timestamp, message.heart_rate
    record = _Record(
        row,
        None if timestamp == _NO_TIMESTAMP else timestamp,
        None if heart_rate == _NO_HEART_RATE else heart_rate,
    )
    if message.own and message.own[0] < 1000:
        record.milliseconds = message.own[0]
    return record


def _intervals(message: Any) -> Sequence[Any]:
    """RR intervals in ms; None fills up a message."""
    if not isinstance(message, Quick):
        intervals = _fields(message).get(_RR_INTERVALS)
        return intervals if isinstance(intervals, tuple) else (intervals,)
    if message.own:
        return [ticks * 1000 / 1024 for ticks in message.own if ticks != NO_INTERVAL]
    return [rr for rr in message.rr_ms if rr != NO_INTERVAL]


def _fields(message: Any) -> dict[int, Any]:
    """Raw values by field number, without developers' own fields."""
    return {
        data.def_num: data.raw_value
        for data in message.fields
        if data.field_def is None or not data.field_def.is_dev
    }


def _notification(record: _Record, reading: Reading) -> Notification | None:
    timestamp = record.timestamp
    if not isinstance(timestamp, int):
        reading.skip(record.row, Problem.TIME)
        return None
    if timestamp >= _DATES_FROM:
        timestamp += FIT_EPOCH_S
        reading.dated = True
    heart_rate = record.heart_rate
    if not isinstance(heart_rate, int | float | None):
        heart_rate = math.nan
    return reading.beat(record.row, timestamp * 1000 + record.milliseconds, heart_rate, record.rr_ms)


def _attach(intervals: Sequence[Any], record: _Record | None, reading: Reading) -> None:
    """Add RR intervals to the record that they belong to."""
    for rr in intervals:
        if rr is None:
            continue
        if record is None:
            reading.note(1, Problem.RR_ALONE)
        elif len(record.rr_ms) >= MOST_RR:
            reading.note(record.row, Problem.RR_MANY)
        else:
            record.rr_ms.append(rr if isinstance(rr, int | float) else math.nan)


def _describe(message: Any, reading: Reading) -> None:
    named = {data.def_num: data.value for data in message.fields}
    manufacturer, product = _text(named.get(_MANUFACTURER)), _text(named.get(_PRODUCT))
    model = _text(named.get(_PRODUCT_NAME)) or product
    name = " ".join(part for part in (manufacturer, model) if part)
    reading.describe(name, manufacturer, model)


def _describe_strap(message: Any, reading: Reading) -> None:
    """A heart-rate sensor that has a name is nearer to the truth than the device that wrote the file."""
    named = {data.def_num: data.raw_value for data in message.fields}
    name = named.get(_DEVICE_NAME)
    if isinstance(name, str) and (named.get(_SOURCE_TYPE), named.get(_DEVICE_TYPE)) in _STRAPS:
        reading.describe(decode_text(name.encode()), reading.strap.manufacturer, reading.strap.model)


def _describe_sport(message: Any, reading: Reading) -> None:
    named = {data.def_num: data.value for data in message.fields}
    names = (named.get(_SPORT_NAME), named.get(_SUB_SPORT))
    reading.sports = tuple(name.strip().lower() for name in names if isinstance(name, str))


def _text(value: Any) -> str | None:
    """A name as the profile has it, `edge_530`, for a person; numbers without a name say nothing."""
    return decode_text(value.replace("_", " ").encode()) if isinstance(value, str) else None
