"""FIT files: heart rates of `record` and `hr` messages, RR intervals of `hrv` messages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import BinaryIO

from ...sources.events import Notification
from ..rows import Part, RowConverter, RowProblem
from .contents import FitContents, Record, read_contents
from .fields import FIT_EPOCH_S
from .heart_rates import merge, stored_heart_rates
from .record_times import set_record_times

_FIRST_DATE = 0x1000_0000
"""a smaller timestamp is seconds since the device was switched on"""


def read_fit(file: BinaryIO, rows: RowConverter) -> Iterator[Notification]:
    """Read the notifications of a FIT file, also of several files in one (chained files)."""
    rows.row_name = "record"
    rows.sequential = True
    contents = read_contents(file, rows)
    _merge_heart_rates(contents)
    for record in set_record_times(contents):
        for _ in record.rr_ms:
            rows.report(record.row, RowProblem.RR_ALONE)
        record.rr_ms = []
    _set_parts(contents, rows)
    starts = frozenset(contents.file_starts)
    for record in contents.records:
        if record.row in starts:
            rows.begin_part()
        notification = _notification(record, rows)
        if notification is not None:
            yield notification if record.hold_ms is None else notification._replace(hold_ms=record.hold_ms)


def _merge_heart_rates(contents: FitContents) -> None:
    """Give records the heart rates that a strap stored; without records, make one for each second."""
    stored = stored_heart_rates(contents.heart_rates)
    if not stored:
        return
    if not contents.records:
        seconds = dict.fromkeys(math.ceil(one.time_s) for one in stored)
        contents.records += [Record(row, second, None) for row, second in enumerate(seconds, start=1)]
    dated = [record for record in contents.records if isinstance(record.timestamp, int)]
    for record, bpm in zip(dated, merge(stored, [record.timestamp for record in dated]), strict=True):
        if bpm is not None:
            record.heart_rate = bpm


def _set_parts(contents: FitContents, rows: RowConverter) -> None:
    """Set where a session of another sport begins, and the sport of the first."""
    sessions = sorted({session.start: session for session in contents.sessions}.items())
    if not sessions:
        return
    if not rows.sports or len(sessions) > 1:
        rows.sports = sessions[0][1].sports
    rows.parts = [
        Part((start + FIT_EPOCH_S) * 1000, session.sports)
        for start, session in sessions[1:]
        if start >= _FIRST_DATE
    ]


def _notification(record: Record, rows: RowConverter) -> Notification | None:
    timestamp = record.timestamp
    if not isinstance(timestamp, int):
        rows.skip(record.row, RowProblem.TIME)
        return None
    if timestamp >= _FIRST_DATE:
        timestamp += FIT_EPOCH_S
        rows.dated = True
    heart_rate = record.heart_rate
    if not isinstance(heart_rate, int | float | None):
        heart_rate = math.nan
    return rows.notification(record.row, timestamp * 1000 + record.milliseconds, heart_rate, record.rr_ms)
