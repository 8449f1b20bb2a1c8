"""FIT files: heart rates of `record` messages, RR intervals of `hrv` messages."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from fitdecode import FIT_FRAME_CRC, FIT_FRAME_DATA, FIT_FRAME_HEADER, FitReader
from fitdecode.exceptions import FitEOFError, FitError
from fitdecode.reader import CrcCheck, ErrorHandling

from ...measurement.characteristics import decode_text
from ..door import Notification
from .problems import Problem
from .reading import MOST_RR, Reading

_FILE_ID, _RECORD, _HRV = 0, 20, 78
_MANUFACTURER, _PRODUCT, _PRODUCT_NAME = 1, 2, 8
_TIMESTAMP, _HEART_RATE = 253, 3
_RR_INTERVALS = 0

_FIT_EPOCH_S = 631_065_600
"""1989-12-31T00:00:00Z"""
_DATES_FROM = 0x1000_0000
"""a smaller timestamp is the time since the device was switched on"""

# Inside the decoder a damaged message surfaces as whatever its code trips over.
_DAMAGED = (FitError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(slots=True)
class _Record:
    row: int
    timestamp: Any
    heart_rate: Any
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
        if kind == _RECORD:
            if waiting is not None and (notification := _notification(waiting, reading)):
                yield notification
            rows += 1
            fields = _fields(message)
            waiting = _Record(rows, fields.get(_TIMESTAMP), fields.get(_HEART_RATE))
        elif kind == _HRV:
            _attach(_fields(message).get(_RR_INTERVALS), waiting, reading)
        elif kind == _FILE_ID:
            _describe(message, reading)
    if waiting is not None and (notification := _notification(waiting, reading)):
        yield notification


def _data_messages(file: BinaryIO, reading: Reading) -> Iterator[Any]:
    # Without a processor the decoder leaves dates and units alone, which saves a third of its time.
    frames = iter(
        FitReader(file, processor=None, check_crc=CrcCheck.READONLY, error_handling=ErrorHandling.IGNORE)
    )
    while True:
        try:
            frame = next(frames, None)
        except FitEOFError:
            reading.problems.of_file("the file is cut short; what could be read is used")
            return
        except (*_DAMAGED, struct.error) as error:
            text = " ".join(str(error).split()) or type(error).__name__
            reading.problems.of_file(f"the file is damaged, what came before is used: {text}")
            return
        if frame is None:
            return
        if frame.frame_type == FIT_FRAME_DATA:
            yield frame
        elif (frame.frame_type == FIT_FRAME_CRC and not frame.matched) or (
            frame.frame_type == FIT_FRAME_HEADER and frame.crc_matched is False
        ):
            reading.problems.of_file("a checksum does not match; what could be read is used")


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
        timestamp += _FIT_EPOCH_S
        reading.dated = True
    heart_rate = record.heart_rate
    if not isinstance(heart_rate, int | float | None):
        heart_rate = math.nan
    return reading.beat(record.row, timestamp * 1000, heart_rate, record.rr_ms)


def _attach(intervals: Any, record: _Record | None, reading: Reading) -> None:
    """Add RR intervals (ms; None fills up a message) to the record that they belong to."""
    for rr in intervals if isinstance(intervals, tuple) else (intervals,):
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


def _text(value: Any) -> str | None:
    """A name as the profile has it, `edge_530`, for a person; numbers without a name say nothing."""
    return decode_text(value.replace("_", " ").encode()) if isinstance(value, str) else None
