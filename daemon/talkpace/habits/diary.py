"""Summaries of past and current days and weeks, for reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..timestamps import ONE_DAY, start_of_day
from .entries import Sleep, Water
from .history import History, totals_on
from .log import Entry
from .rest import DayKind, RestReason, rest_day_messages, today_status
from .settings import HabitsSettings, RestSettings
from .status import daily_status
from .symptoms import SymptomStatus, symptom_status
from .week import WeekStatus

DAYS = 7
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """A day of an athlete, up to its end or now. Values of features that are off are None."""

    day: date
    kind: str | None
    """work or rest, in words; None if rest days are off"""
    band_s: float
    """time in the conversational zone, measured with a strap"""
    sleep_h: float | None
    """None if none was logged"""
    water_ml: float | None
    other_entries: Sequence[Entry]
    """entries other than sleep and water, by time"""


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    """A week of an athlete, up to its end or now."""

    days: Sequence[DiaryDay]
    """days that have begun"""
    week: WeekStatus | None
    """None if the weekly targets are off"""
    say: Sequence[str]
    """messages of now; none for a past week"""
    settings: HabitsSettings
    """tells which features are on"""

    @property
    def mean_sleep_h(self) -> float | None:
        """Mean of the logged nights."""
        nights = [day.sleep_h for day in self.days if day.sleep_h is not None]
        return sum(nights) / len(nights) if nights else None


def diary_day(history: History, settings: HabitsSettings, day: date, now: datetime) -> DiaryDay:
    """Return the summary of a day that has begun."""
    start, end = start_of_day(day, history.zone), start_of_day(day + ONE_DAY, history.zone)
    last = min(now, end - _INSTANT)
    entries = sorted(
        (one for one in history.log if start <= one.at <= last and settings.logs(one.content.kind)),
        key=lambda one: one.at,
    )
    nights = [one.content.hours for one in entries if isinstance(one.content, Sleep)]
    glasses = [one.content.ml for one in entries if isinstance(one.content, Water)]
    symptoms = symptom_status(history, settings.symptoms, last) if settings.symptoms else None
    return DiaryDay(
        day=day,
        kind=_kind(history, settings.rest, symptoms, last) if settings.rest else None,
        band_s=totals_on(history, day).band_s,
        sleep_h=sum(nights) if nights else None,
        water_ml=sum(glasses) if glasses else None,
        other_entries=[one for one in entries if not isinstance(one.content, Sleep | Water)],
    )


def diary_week(history: History, settings: HabitsSettings, first: date, now: datetime) -> DiaryWeek:
    """Return the summary of the seven days from `first`, the first day of a week."""
    today = history.day(now)
    days = [first + number * ONE_DAY for number in range(DAYS)]
    status = daily_status(
        history, settings, min(now, start_of_day(first + DAYS * ONE_DAY, history.zone) - _INSTANT)
    )
    return DiaryWeek(
        days=[diary_day(history, settings, day, now) for day in days if day <= today],
        week=status.week,
        say=status.say if today in days else (),
        settings=settings,
    )


def _kind(history: History, rest: RestSettings, symptoms: SymptomStatus | None, at: datetime) -> str:
    """Return what the day was, in words."""
    day = today_status(history, rest, symptoms, at)
    after = ", after symptoms" if day.why is RestReason.SYMPTOMS else ""
    if not day.worked:
        return f"rest{after}" if day.kind is DayKind.REST else "no work"
    hard = ", a hard one" if day.hard else ""
    if day.kind is DayKind.WORK:
        return f"work, day {day.day_on}{hard}"
    if rest_day_messages(history, day, symptoms, at):
        return f"work on a day of rest{hard}"
    return f"work{hard}, then symptoms"
