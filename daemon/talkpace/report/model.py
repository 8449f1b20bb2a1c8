"""Data of a report: heart rates in bpm; times in ms from the session's start, or in s where named `_s`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..habits.diary import DiaryDay, DiaryWeek
from ..hrv.artifacts import BeatClass
from ..training.effort_zones import Zone
from ..training.events import EventName
from ..training.profile import Activity, AthleteProfile
from ..training.summary import HrvFigures, Summary

DAYS = 7


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """A training event of the session."""

    at_ms: int
    name: EventName
    heart_rate: int | None


@dataclass(frozen=True, slots=True)
class ClassifiedInterval:
    """An RR interval as the strap sent it, the time of its second beat, and its artifact class."""

    at_ms: int
    rr_ms: float
    beat_class: BeatClass


@dataclass(frozen=True, slots=True)
class AlphaPoint:
    """DFA alpha1 of one window of two minutes, and the mean effort (fraction) in that window."""

    at_ms: int
    alpha1: float
    effort: float


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """One of the three estimates of the aerobic threshold; efforts as fractions."""

    name: str
    effort: float | None
    """None: not enough data yet"""
    spread: tuple[float, float] | None
    note: str
    """basis and uncertainty of the estimate, in words"""


@dataclass(frozen=True, slots=True)
class HrvReport:
    """Heart-rate variability of one session."""

    figures: HrvFigures
    intervals: Sequence[ClassifiedInterval]
    alpha: Sequence[AlphaPoint]
    thresholds: Sequence[ThresholdRow]


@dataclass(frozen=True, slots=True)
class SessionTotals:
    """Sums over some sessions; times in s."""

    sessions: int
    recorded_s: float
    zones_s: dict[Zone, float]
    at_or_under_ceiling: float | None
    """share of the recorded time; None without any"""
    activities_s: dict[Activity, float]
    load: float
    load_name: str
    """`Banister` if every session has that load, else `Edwards`"""
    edwards: float

    @classmethod
    def of(cls, summaries: Sequence[Summary]) -> SessionTotals:
        """Add up the summaries of sessions."""
        recorded_s = sum(summary.recorded_s for summary in summaries)
        over_s = sum(summary.over_ceiling_s for summary in summaries)
        activities_s: dict[Activity, float] = {}
        for summary in summaries:
            activities_s[summary.activity] = activities_s.get(summary.activity, 0.0) + summary.recorded_s
        edwards = sum(summary.load.edwards_trimp for summary in summaries)
        banister = [
            summary.load.banister_trimp for summary in summaries if summary.load.banister_trimp is not None
        ]
        all_banister = bool(banister) and len(banister) == len(summaries)
        return cls(
            sessions=len(summaries),
            recorded_s=recorded_s,
            zones_s={zone: sum(summary.zones_s.get(zone, 0.0) for summary in summaries) for zone in Zone},
            at_or_under_ceiling=1 - over_s / recorded_s if recorded_s else None,
            activities_s=activities_s,
            load=sum(banister) if all_banister else edwards,
            load_name="Banister" if all_banister else "Edwards",
            edwards=edwards,
        )


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on, each with the sessions that started on it."""

    first: date
    days: Sequence[Sequence[Summary]]

    @classmethod
    def of(cls, first: date, summaries: Iterable[Summary]) -> Week:
        """Sort sessions by the local date of their start; those of other weeks are left out."""
        days: list[list[Summary]] = [[] for _ in range(DAYS)]
        for summary in sorted(summaries, key=lambda each: each.start):
            day = (summary.start.date() - first).days
            if 0 <= day < DAYS:
                days[day].append(summary)
        return cls(first, days)

    @property
    def sessions(self) -> list[Summary]:
        """All sessions of the week, by start."""
        return [summary for day in self.days for summary in day]

    @property
    def totals(self) -> SessionTotals:
        """The sums over the week."""
        return SessionTotals.of(self.sessions)


@dataclass(frozen=True, slots=True)
class SessionReport:
    """One session with its context."""

    name: str
    """display name of the athlete"""
    start: datetime
    """in the athlete's time zone"""
    summary: Summary
    profile: AthleteProfile
    rates: Sequence[tuple[int, int]]
    """time (ms) and heart rate of each measurement"""
    ceilings_bpm: Sequence[tuple[int, float]]
    """time (ms) from which a ceiling holds, by activity"""
    events: Sequence[SessionEvent]
    hrv: HrvReport | None
    """None without RR intervals"""
    earlier: Sequence[Summary]
    """earlier sessions of the same athlete and activity, newest first"""
    week: Week
    """the week that contains the session"""
    load_notes: Sequence[str]
    """training load over weeks, as of the session's day, in words"""
    diary: DiaryDay | None = None
    """habits of the session's day; None if habits are off"""


@dataclass(frozen=True, slots=True)
class WeekReport:
    """One week of an athlete with its context."""

    name: str
    """display name of the athlete"""
    week: Week
    before: Sequence[Week]
    """the weeks before, newest first"""
    load_notes: Sequence[str]
    """training load over weeks, as of the week's end or today, in words"""
    diary: DiaryWeek | None = None
    """habits of the week; None if habits are off"""
