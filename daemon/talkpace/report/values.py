"""What a report is made of. Heart rates in bpm, times in ms from the session's start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..effort.athlete import Judgement
from ..effort.events import EventName
from ..effort.summary import HrvFigures, Summary
from ..practice.diary import DiaryDay, DiaryWeek
from ..rr.artifacts import BeatClass


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the session."""

    at_ms: int
    name: EventName
    heart_rate: int | None


@dataclass(frozen=True, slots=True)
class Interval:
    """An RR interval as the strap gave it, when it ended, and what it is."""

    at_ms: int
    rr_ms: float
    kind: BeatClass


@dataclass(frozen=True, slots=True)
class AlphaPoint:
    """DFA alpha1 over a window, against the mean effort in it."""

    at_ms: int
    alpha1: float
    effort: float


@dataclass(frozen=True, slots=True)
class Witness:
    """What one of the three says of the threshold; effort as a fraction, None where it says nothing."""

    name: str
    effort: float | None
    spread: tuple[float, float] | None
    says: str
    """its doubts, for a person"""


@dataclass(frozen=True, slots=True)
class Beats:
    """What the RR intervals of a session amount to."""

    figures: HrvFigures
    intervals: Sequence[Interval]
    alpha: Sequence[AlphaPoint]
    witnesses: Sequence[Witness]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on, each with the sessions that began on it, and what is kept of them."""

    first: date
    days: Sequence[Sequence[Summary]]

    @property
    def sessions(self) -> list[Summary]:
        """All of them, in order."""
        return [summary for day in self.days for summary in day]


@dataclass(frozen=True, slots=True)
class SessionReport:
    """One session, and what it stands among."""

    name: str
    """the athlete's, as it is shown"""
    start: datetime
    """in the time zone in which it is to be read"""
    summary: Summary
    judgement: Judgement
    rates: Sequence[tuple[int, int]]
    ceilings_bpm: Sequence[tuple[int, float]]
    """from a time on, by the activity"""
    events: Sequence[Happened]
    beats: Beats | None
    """None without RR intervals"""
    earlier: Sequence[Summary]
    """of the same athlete and activity, newest first"""
    week: Week
    """that the session is in"""
    load_says: Sequence[str]
    """what the load over weeks amounts to, on the session's day"""
    diary: DiaryDay | None = None
    """its day; None where the practice is off"""


@dataclass(frozen=True, slots=True)
class WeekReport:
    """One athlete's week, and those before it."""

    name: str
    week: Week
    before: Sequence[Week]
    """newest first"""
    load_says: Sequence[str]
    """what the load over weeks amounts to, at the week's end or today"""
    diary: DiaryWeek | None = None
    """None where the practice is off"""
