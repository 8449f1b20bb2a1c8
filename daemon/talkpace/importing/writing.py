"""Writes what was read, unless it is on record already. One process writes, a session at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from ..record.items import RecordItem, SessionClosed, SessionOpened
from ..record.store import Store
from .reading import ReadFile
from .workouts import Workout, Workouts

_LONGEST_PAUSE_S = 0.5


class Status(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    TOO_SHORT = "too_short"
    FAILED = "failed"


@dataclass(frozen=True)
class ImportedFile:
    """One file, and its sessions by id."""

    file: str
    status: Status
    sessions: list[str] = field(default_factory=list)
    """written"""
    duplicates: list[str] = field(default_factory=list)
    """on record already: these, or the same workouts from elsewhere"""
    too_short: int = 0
    """sessions too short to count; they are not kept"""
    measurements: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


class Importer:
    """Keeps an athlete's sessions, each in one short transaction.

    Between two of them it leaves the database alone for as long as it held it: the daemon beside it
    has measurements to write.
    """

    def __init__(self, store: Store, athlete: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._pause = pause
        self._workouts = Workouts()
        for row in store.sessions(athlete, discarded=False):
            last_ms = 0 if row.end is not None else store.last_offset_ms(row.id) or 0
            end = row.end or row.start + timedelta(milliseconds=last_ms)
            self._workouts.add(Workout(row.start, end, row.id))

    def keep(self, read: ReadFile) -> ImportedFile:
        """Write what is new in a file. Raises StoreError; the session at hand is then not kept."""
        if read.failure is not None:
            return ImportedFile(str(read.path), Status.FAILED, problems=[read.failure])
        kept: list[str] = []
        duplicates: list[str] = []
        too_short = 0
        for items in read.sessions:
            opened, closed = items[0], items[-1]
            assert isinstance(opened, SessionOpened)
            assert isinstance(closed, SessionClosed)
            workout = Workout(opened.start, closed.end, opened.session)
            if closed.discarded:
                too_short += 1
            elif (same := self._workouts.same_as(workout)) is not None:
                duplicates.append(same.session)
            elif self._store.session_exists(opened.session):
                duplicates.append(opened.session)  # by another import beside this one
            else:
                self._write(items)
                self._workouts.add(workout)
                kept.append(opened.session)
        status = Status.IMPORTED if kept else Status.DUPLICATE if duplicates else Status.TOO_SHORT
        return ImportedFile(
            str(read.path),
            status,
            kept,
            duplicates,
            too_short,
            read.measurements,
            read.skipped,
            read.problems,
        )

    def _write(self, items: list[RecordItem]) -> None:
        began = time.monotonic()
        self._store.write(items)
        self._pause(min(time.monotonic() - began, _LONGEST_PAUSE_S))
