"""An athlete's log and sessions, and the activity totals of a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from ..timestamps import ONE_DAY, local_date, start_of_day
from ..training.calibration_age import AdoptedCeiling
from ..training.effort_zones import Zone
from ..training.load import SessionLoad
from ..training.profile import Activity
from .entries import Breathing, UntrackedActivity
from .log import EntryLog

if TYPE_CHECKING:
    from ..training.summary import Summary

TRAINING_DAY_FROM_S = 600.0
"""cardio and strength from which a day is one of training; a short walk does not end a rest"""
LONG_EXERCISE_FROM_S = 7200.0
"""duration from which exercise disturbs the gut (Costa et al. 2017)"""

_TRAINING = (Activity.CARDIO, Activity.STRENGTH)


@dataclass(frozen=True, slots=True)
class SessionDigest:
    """Values of a finished session that the habits use, from its summary; times in s."""

    id: str
    start: datetime
    activity: Activity
    duration_s: float
    recorded_s: float
    band_s: float
    """in the conversational zone"""
    hard_s: float
    """above the conversational zone"""
    over_ceiling_s: float
    banister: float | None
    edwards: float

    @classmethod
    def from_summary(cls, summary: Summary) -> SessionDigest:
        """Return the digest of a summary."""
        return cls(
            id=summary.session,
            start=datetime.fromisoformat(summary.start.isoformat(timespec="milliseconds")),  # as stored
            activity=summary.activity,
            duration_s=summary.duration_s,
            recorded_s=summary.recorded_s,
            band_s=summary.zones_s[Zone.CONVERSATIONAL],
            hard_s=summary.zones_s[Zone.HARD] + summary.zones_s[Zone.VERY_HARD],
            over_ceiling_s=summary.over_ceiling_s,
            banister=summary.load.banister_trimp,
            edwards=summary.load.edwards_trimp,
        )

    @classmethod
    def of(cls, summary: Mapping[str, Any]) -> SessionDigest:
        """Read a session summary document. Raises KeyError, TypeError or ValueError."""
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
class History:
    """Log and sessions of one athlete, as far as the status needs them."""

    log: EntryLog
    sessions: Sequence[SessionDigest]
    zone: tzinfo
    weight_kg: float | None = None
    hrv_reason: str | None = None
    """why HRV and readiness do not apply to the athlete; None where they do"""
    adopted: AdoptedCeiling | None = None
    """the ceiling in force, where it comes from calibrations"""

    def day(self, at: datetime) -> date:
        """Return the athlete's local date of an instant."""
        return local_date(at, self.zone)

    def loads(self) -> list[SessionLoad]:
        """Return the training load of each session by local date."""
        return [SessionLoad(self.day(one.start), one.banister, one.edwards) for one in self.sessions]


@dataclass(slots=True)
class ActivityTotals:
    """Activity totals of a period; times in s."""

    seconds: dict[Activity, float] = field(default_factory=lambda: dict.fromkeys(Activity, 0.0))
    band_s: float = 0.0
    measured_s: float = 0.0
    over_ceiling_s: float = 0.0
    hard_s: float = 0.0
    logged_hard: bool = False
    """whether an activity without a strap was logged as hard"""
    longest_s: float = 0.0
    cardio_band_s: list[float] = field(default_factory=list)
    """time in the conversational zone of each cardio session; without a strap all of it, unless hard"""
    first: datetime | None = None
    """start of the first activity"""

    def add_session(self, session: SessionDigest) -> None:
        """Add a session with a strap."""
        self._add(session.start, session.activity, session.duration_s)
        self.band_s += session.band_s
        self.measured_s += session.recorded_s
        self.over_ceiling_s += session.over_ceiling_s
        self.hard_s += session.hard_s
        if session.activity is Activity.CARDIO:
            self.cardio_band_s.append(session.band_s)

    def add_untracked(self, at: datetime, activity: UntrackedActivity) -> None:
        """Add an activity without a strap."""
        seconds = activity.minutes * 60
        self._add(at, activity.activity, seconds)
        self.logged_hard = self.logged_hard or activity.hard
        if activity.activity is Activity.CARDIO and not activity.hard:
            self.cardio_band_s.append(seconds)

    def _add(self, at: datetime, activity: Activity, seconds: float) -> None:
        self.seconds[activity] += seconds
        self.longest_s = max(self.longest_s, seconds)
        self.first = at if self.first is None else min(self.first, at)

    @property
    def total_s(self) -> float:
        """Duration of all activities."""
        return sum(self.seconds.values())

    def is_hard(self, from_s: float) -> bool:
        """Whether time above the conversational zone reaches `from_s`, or an activity was logged as hard."""
        return self.logged_hard or self.hard_s >= from_s

    def is_training(self, hard_from_s: float) -> bool:
        """Whether it amounts to training, and not to rest or active recovery."""
        return sum(self.seconds[activity] for activity in _TRAINING) >= TRAINING_DAY_FROM_S or self.is_hard(
            hard_from_s
        )


def totals_between(history: History, start: datetime, end: datetime) -> ActivityTotals:
    """Return the totals of the activities that started in [start, end)."""
    totals = ActivityTotals()
    for session in history.sessions:
        if start <= session.start < end:
            totals.add_session(session)
    for at, activity in history.log.between(start, end, UntrackedActivity):
        totals.add_untracked(at, activity)
    for at, breathing in history.log.between(start, end, Breathing):
        # Logged at its end. An exercise during a session is part of that session.
        if not any(
            one.start <= at <= one.start + timedelta(seconds=one.duration_s) for one in history.sessions
        ):
            totals.add_untracked(
                at, UntrackedActivity(activity=Activity.MINDFUL, minutes=max(1.0, breathing.minutes))
            )
    return totals


def totals_on(history: History, day: date) -> ActivityTotals:
    """Return the totals of the activities that started on a local day."""
    return totals_between(history, start_of_day(day, history.zone), start_of_day(day + ONE_DAY, history.zone))


def days_before(day: date, count: int) -> Iterable[date]:
    """Return the `count` days before `day`, latest first."""
    return (day - timedelta(days=number) for number in range(1, count + 1))


class StatusModel(BaseModel):
    """Base of the parts of the `habits` document; every key is present, null if unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
