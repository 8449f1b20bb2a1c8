"""Gathers from the record what speaks for where an athlete's threshold is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..effort.talk_test import Answer
from ..record.rows import SessionRow
from ..record.store import Store
from ..rr.beats import beats_of
from ..rr.stream import figures_of
from ..rr.threshold import Crossing, crossings


@dataclass
class Witnesses:
    """What was found on record."""

    sessions: int = 0
    """looked at: those with RR intervals"""
    crossings: list[Crossing] = field(default_factory=list)
    """where alpha 1 passed 0.75 in a slow rise"""
    talk_tests: list[tuple[Answer, float]] = field(default_factory=list)


def gather(store: Store, athlete: str, *, since: datetime, progress: Callable[[int, int], None]) -> Witnesses:
    """Of the sessions since a date; `progress` is told how many of how many are done."""
    witnesses = Witnesses(talk_tests=talk_tests(store, athlete))
    rows = [row for row in store.sessions(athlete, discarded=False) if row.start >= since and row.summary]
    for done, row in enumerate(rows):
        progress(done, len(rows))
        _look_at(store, row, witnesses)
    progress(len(rows), len(rows))
    return witnesses


def talk_tests(store: Store, athlete: str) -> list[tuple[Answer, float]]:
    """Answers, each with the effort (fraction) at which it was given."""
    known = frozenset(Answer)
    return [(Answer(test.answer), test.effort) for test in store.talk_tests(athlete) if test.answer in known]


def _look_at(store: Store, row: SessionRow, witnesses: Witnesses) -> None:
    beats = beats_of((one.offset_ms, one.rr_ms) for one in store.measurements(row.id))
    if beats:
        witnesses.sessions += 1
        _, windows = figures_of(beats)
        witnesses.crossings += crossings(windows)
