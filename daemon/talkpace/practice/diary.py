"""What can be told of a day and of a week, while they go on and long after: for reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .days import ONE_DAY, start_of
from .done import Known, done_on
from .entries import Sleep, Water
from .log import Entry
from .rest import DayKind, Why, rest_day_words, today_is
from .settings import PracticeSettings, RestSettings
from .standing import standing
from .symptoms import SymptomStanding, symptom_standing
from .week import WeekStanding

DAYS = 7
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """One day of an athlete's, up to its end or now. Of a piece that is off there is nothing."""

    day: date
    kind: str | None
    """work or rest, in words; None where rest days are off"""
    band_s: float
    """in the conversational band, with a strap"""
    sleep_h: float | None
    """None where none was noted"""
    water_ml: float | None
    noted: Sequence[Entry]
    """all else that was written down, by its time"""


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    """One week of an athlete's, up to its end or now."""

    days: Sequence[DiaryDay]
    """those that have begun"""
    week: WeekStanding | None
    """None where the week is off"""
    say: Sequence[str]
    """what there is to say now; nothing of a week that is over"""
    settings: PracticeSettings
    """by which pieces are on"""

    @property
    def mean_sleep_h(self) -> float | None:
        """Of the nights that were noted."""
        nights = [day.sleep_h for day in self.days if day.sleep_h is not None]
        return sum(nights) / len(nights) if nights else None


def diary_day(known: Known, settings: PracticeSettings, day: date, now: datetime) -> DiaryDay:
    """A day that has begun."""
    start, end = start_of(day, known.zone), start_of(day + ONE_DAY, known.zone)
    last = min(now, end - _INSTANT)
    entries = sorted(
        (one for one in known.log if start <= one.at <= last and settings.keeps(one.what.kind)),
        key=lambda one: one.at,
    )
    nights = [one.what.hours for one in entries if isinstance(one.what, Sleep)]
    glasses = [one.what.ml for one in entries if isinstance(one.what, Water)]
    symptoms = symptom_standing(known, settings.symptoms, last) if settings.symptoms else None
    return DiaryDay(
        day=day,
        kind=_kind(known, settings.rest, symptoms, last) if settings.rest else None,
        band_s=done_on(known, day).band_s,
        sleep_h=sum(nights) if nights else None,
        water_ml=sum(glasses) if glasses else None,
        noted=[one for one in entries if not isinstance(one.what, Sleep | Water)],
    )


def diary_week(known: Known, settings: PracticeSettings, first: date, now: datetime) -> DiaryWeek:
    """The seven days from `first` on, which is the week's first day as settings have it."""
    today = known.day(now)
    days = [first + number * ONE_DAY for number in range(DAYS)]
    stands = standing(known, settings, min(now, start_of(first + DAYS * ONE_DAY, known.zone) - _INSTANT))
    return DiaryWeek(
        days=[diary_day(known, settings, day, now) for day in days if day <= today],
        week=stands.week,
        say=stands.say if today in days else (),
        settings=settings,
    )


def _kind(known: Known, rest: RestSettings, symptoms: SymptomStanding | None, at: datetime) -> str:
    """What has become of the day."""
    day = today_is(known, rest, symptoms, at)
    after = ", after symptoms" if day.why is Why.SYMPTOMS else ""
    if not day.worked:
        return f"rest{after}" if day.kind is DayKind.REST else "no work"
    hard = ", a hard one" if day.hard else ""
    if day.kind is DayKind.WORK:
        return f"work, day {day.day_on}{hard}"
    if rest_day_words(known, day, symptoms, at):
        return f"work on a day of rest{hard}"
    return f"work{hard}, then symptoms"
