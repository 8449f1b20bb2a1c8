"""Writes imported sessions to the store, unless the same workout is there already."""

from __future__ import annotations

import time
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..storage.records import SessionClosed, SessionItem, SessionOpened
from ..storage.store import Store
from .file_reader import FileSessions

MAX_DURATION = timedelta(days=4)
"""assumed maximum duration of a session, so that the search for duplicates has an end"""
_SAME_WITHIN = timedelta(seconds=10)
"""devices round the start and end of a workout differently"""
_MAX_PAUSE_S = 0.5


class ImportStatus(StrEnum):
    """Result of a file's import."""

    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    TOO_SHORT = "too_short"
    FAILED = "failed"
    PASSED_OVER = "passed_over"
    """in a folder, but no recording"""


@dataclass(frozen=True)
class ImportedFile:
    """Result of one file."""

    file: str
    status: ImportStatus
    sessions: list[str] = field(default_factory=list)
    """ids of the sessions written"""
    duplicates: list[str] = field(default_factory=list)
    """ids of the stored sessions that are the same workouts"""
    too_short: int = 0
    """number of sessions too short to count; they are not written"""
    measurements: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, order=True, slots=True)
class WorkoutSpan:
    """Start and end of one athlete's session."""

    start: datetime
    end: datetime
    session: str


class WorkoutIndex:
    """An athlete's sessions by start, to find duplicates: one workout often comes in several files."""

    def __init__(self) -> None:
        self._spans: list[WorkoutSpan] = []

    def add(self, span: WorkoutSpan) -> None:
        """Add a session."""
        insort(self._spans, span)

    def find_same(self, other: WorkoutSpan) -> WorkoutSpan | None:
        """Find a session that is the same workout as `other`; None where there is none.

        It is the same where both start and end within 10 s of each other, or where they overlap by at least
        half of the shorter one: nobody trains twice at once, but two devices may be started and stopped at
        different times.
        """
        last = bisect_right(self._spans, other.end, key=lambda span: span.start)
        for span in reversed(self._spans[:last]):
            if span.start < other.start - MAX_DURATION:
                break
            if _is_same(span, other):
                return span
        return None


def _is_same(one: WorkoutSpan, other: WorkoutSpan) -> bool:
    if abs(one.start - other.start) <= _SAME_WITHIN and abs(one.end - other.end) <= _SAME_WITHIN:
        return True
    overlap = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return overlap > timedelta() and overlap * 2 >= shorter


class Importer:
    """Writes an athlete's sessions, each in one short transaction.

    After each it pauses for as long as the transaction took, as the daemon has measurements to write.
    """

    def __init__(self, store: Store, athlete: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._pause = pause
        self._index = WorkoutIndex()
        for row in store.sessions(athlete, discarded=False):
            last_ms = 0 if row.end is not None else store.last_offset_ms(row.id) or 0
            end = row.end or row.start + timedelta(milliseconds=last_ms)
            self._index.add(WorkoutSpan(row.start, end, row.id))

    def write(self, file: FileSessions) -> ImportedFile:
        """Write the new sessions of a file. Raises StoreError; the session at hand is then not written."""
        if file.failure is not None:
            return ImportedFile(str(file.path), ImportStatus.FAILED, problems=[file.failure])
        written: list[str] = []
        duplicates: list[str] = []
        too_short = 0
        for items in file.sessions:
            opened, closed = items[0], items[-1]
            assert isinstance(opened, SessionOpened)
            assert isinstance(closed, SessionClosed)
            span = WorkoutSpan(opened.start, closed.end, opened.session)
            if closed.discarded:
                too_short += 1
            elif (same := self._index.find_same(span)) is not None:
                duplicates.append(same.session)
            elif self._store.session_exists(opened.session):
                duplicates.append(opened.session)  # written by another import meanwhile
            else:
                self._write_session(items)
                self._index.add(span)
                written.append(opened.session)
        status = ImportStatus.TOO_SHORT
        if written:
            status = ImportStatus.IMPORTED
        elif duplicates:
            status = ImportStatus.DUPLICATE
        return ImportedFile(
            str(file.path),
            status,
            written,
            duplicates,
            too_short,
            file.measurements,
            file.skipped,
            file.problems,
        )

    def _write_session(self, items: Sequence[SessionItem]) -> None:
        began_s = time.monotonic()
        self._store.write(items)
        self._pause(min(time.monotonic() - began_s, _MAX_PAUSE_S))
