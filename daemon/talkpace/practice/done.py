"""What was done on each day: sessions with a strap, and activities without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from ..effort.athlete import Activity
from ..effort.load_history import SessionLoad
from .days import ONE_DAY, day_of, start_of
from .entries import Breathing, Exercise
from .log import Log

WORK_FROM_S = 600.0
"""so much cardio and strength makes a day of work; a short walk does not end a rest"""
LONG_FROM_S = 7200.0
"""after so long at a fair effort, studies find the gut disturbed in anybody (Costa et al., 2017)"""

_WORK = (Activity.CARDIO, Activity.STRENGTH)


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished session that counts, as its summary has it; times in s."""

    id: str
    start: datetime
    activity: Activity
    duration_s: float
    recorded_s: float
    band_s: float
    """in the conversational band"""
    hard_s: float
    """above it"""
    over_ceiling_s: float
    banister: float | None
    edwards: float

    @classmethod
    def of(cls, summary: Mapping[str, Any]) -> Trained:
        """From the document of section 7. Raises KeyError, TypeError or ValueError where it is none."""
        zones, load = summary["zones_s"], summary["load"]
        return cls(
            id=summary["session"],
            start=datetime.fromisoformat(summary["start"]),
            activity=Activity(summary["activity"]),
            duration_s=float(summary["duration_s"]),
            recorded_s=float(summary["recorded_s"]),
            band_s=float(zones["conversational"]),
            hard_s=float(zones["hard"]) + float(zones["very_hard"]),
            over_ceiling_s=float(summary["over_ceiling_s"]),
            banister=load["banister_trimp"],
            edwards=float(load["edwards_trimp"]),
        )


@dataclass(frozen=True)
class Known:
    """All that is known of one athlete's practice."""

    log: Log
    sessions: Sequence[Trained]
    zone: tzinfo
    weight_kg: float | None = None

    def day(self, at: datetime) -> date:
        """The athlete's date."""
        return day_of(at, self.zone)

    def loads(self) -> list[SessionLoad]:
        """Of the sessions, by the athlete's days."""
        return [SessionLoad(self.day(one.start), one.banister, one.edwards) for one in self.sessions]


@dataclass(slots=True)
class Done:
    """What a span of days amounts to so far; times in s."""

    seconds: dict[Activity, float] = field(default_factory=lambda: dict.fromkeys(Activity, 0.0))
    band_s: float = 0.0
    measured_s: float = 0.0
    over_ceiling_s: float = 0.0
    hard_s: float = 0.0
    said_hard: bool = False
    """whether the athlete has said of an activity without a strap that it was"""
    longest_s: float = 0.0
    cardio_band_s: list[float] = field(default_factory=list)
    """of each cardio session its time in the band; of one without a strap, all of it unless hard"""
    first: datetime | None = None
    """when the first of it began"""

    def session(self, session: Trained) -> None:
        """Add a session."""
        self._began(session.start, session.activity, session.duration_s)
        self.band_s += session.band_s
        self.measured_s += session.recorded_s
        self.over_ceiling_s += session.over_ceiling_s
        self.hard_s += session.hard_s
        if session.activity is Activity.CARDIO:
            self.cardio_band_s.append(session.band_s)

    def exercise(self, at: datetime, exercise: Exercise) -> None:
        """Add an activity without a strap."""
        seconds = exercise.minutes * 60
        self._began(at, exercise.activity, seconds)
        self.said_hard = self.said_hard or exercise.hard
        if exercise.activity is Activity.CARDIO and not exercise.hard:
            self.cardio_band_s.append(seconds)

    def _began(self, at: datetime, activity: Activity, seconds: float) -> None:
        self.seconds[activity] += seconds
        self.longest_s = max(self.longest_s, seconds)
        self.first = at if self.first is None else min(self.first, at)

    @property
    def total_s(self) -> float:
        """All exercise."""
        return sum(self.seconds.values())

    def hard(self, from_s: float) -> bool:
        """Whether it was hard."""
        return self.said_hard or self.hard_s >= from_s

    def worked(self, hard_from_s: float) -> bool:
        """Whether it was work, and not rest or active rest."""
        return sum(self.seconds[activity] for activity in _WORK) >= WORK_FROM_S or self.hard(hard_from_s)


def done_between(known: Known, start: datetime, end: datetime) -> Done:
    """What was begun from `start` on and before `end`."""
    done = Done()
    for session in known.sessions:
        if start <= session.start < end:
            done.session(session)
    for at, exercise in known.log.between(start, end, Exercise):
        done.exercise(at, exercise)
    for at, breathing in known.log.between(start, end, Breathing):
        # Written down at its end; one within a session counts as that.
        if not any(
            one.start <= at <= one.start + timedelta(seconds=one.duration_s) for one in known.sessions
        ):
            done.exercise(at, Exercise(activity=Activity.MINDFUL, minutes=max(1.0, breathing.minutes)))
    return done


def done_on(known: Known, day: date) -> Done:
    """What was begun on a day of the athlete's."""
    return done_between(known, start_of(day, known.zone), start_of(day + ONE_DAY, known.zone))


def days_before(day: date, count: int) -> Iterable[date]:
    """The days before one, the latest first."""
    return (day - timedelta(days=number) for number in range(1, count + 1))
