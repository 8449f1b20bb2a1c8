"""The week: cardio sessions, share of time at or under the ceiling, balance of activities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ..text import capitalize, join_words, number_word, quantity
from ..timestamps import ONE_DAY, start_of_day, start_of_week
from ..training.profile import Activity
from .history import ActivityTotals, History, StatusModel, totals_between, totals_on
from .message import Message, message
from .settings import WeekSettings

_MISSING_FROM_DAY = 4
"""activities that are missing are mentioned from the fifth day of the week on"""
_SHARE_FROM_S = 1800.0
"""measured exercise from which the share is mentioned"""


class WeekDay(StatusModel):
    """A day of the week; times in s."""

    day: date
    exercise_s: float
    band_s: float
    """time at talking pace, which is the conversational zone; of cardio without a strap all of it"""


class WeekStatus(StatusModel):
    """The week up to an instant; times in s."""

    start: date
    cardio_sessions: int
    """cardio sessions with enough time in the conversational zone"""
    cardio_target: int
    longer_than_needed: int
    """number of those that went on for longer than needed"""
    exercise_s: float
    activities_s: Mapping[Activity, float]
    mindful_s: float
    """yoga, tai chi, breathwork"""
    measured_s: float
    """measured with a strap"""
    share_at_or_under_ceiling: float | None
    """share of the measured time"""
    session_band_s: float
    """time at talking pace from which a cardio session counts"""
    days: tuple[WeekDay, ...]
    """from the first day of the week to today"""


def week_status(history: History, settings: WeekSettings, at: datetime) -> WeekStatus:
    """Return the status of the week of an instant, up to that instant."""
    start, totals = week_totals(history, settings, at)
    counted = [seconds for seconds in totals.cardio_band_s if seconds >= settings.band_s]
    share = None
    if totals.measured_s > 0:
        share = round(max(0.0, 1 - totals.over_ceiling_s / totals.measured_s), 4)
    return WeekStatus(
        start=start,
        cardio_sessions=len(counted),
        cardio_target=settings.cardio_sessions,
        longer_than_needed=sum(seconds > settings.enough_s for seconds in counted),
        exercise_s=round(totals.total_s, 1),
        activities_s={activity: round(seconds, 1) for activity, seconds in totals.seconds.items()},
        mindful_s=round(totals.seconds[Activity.MINDFUL], 1),
        measured_s=round(totals.measured_s, 1),
        share_at_or_under_ceiling=share,
        session_band_s=settings.band_s,
        days=_days(history, start, history.day(at)),
    )


def _days(history: History, start: date, today: date) -> tuple[WeekDay, ...]:
    days = []
    for number in range((today - start).days + 1):
        day = start + number * ONE_DAY
        totals = totals_on(history, day)
        days.append(
            WeekDay(day=day, exercise_s=round(totals.total_s, 1), band_s=round(sum(totals.cardio_band_s), 1))
        )
    return tuple(days)


def week_totals(history: History, settings: WeekSettings, at: datetime) -> tuple[date, ActivityTotals]:
    """Return the first day of the week, and the totals from then to an instant."""
    start = start_of_week(history.day(at), settings.first_weekday)
    end = start_of_day(start + timedelta(days=7), history.zone)
    return start, totals_between(
        history, start_of_day(start, history.zone), min(end, at + timedelta(microseconds=1))
    )


def week_messages(week: WeekStatus, settings: WeekSettings, today: date) -> list[Message]:
    """Return messages on the targets of the week."""
    lines = []
    low, high = settings.band_s / 60, settings.enough_s / 60
    done = quantity(week.cardio_sessions, "cardio session")
    missing = week.cardio_target - week.cardio_sessions
    if missing > 0:
        text = (
            f"{capitalize(done)} of {low:g} to {high:g} minutes this week: {number_word(missing)} more to go."
        )
        lines.append(
            message("cardio_missing", text, done=week.cardio_sessions, missing=missing, low=low, high=high)
        )
    else:
        text = f"{capitalize(done)} this week: the aim is reached."
        lines.append(message("cardio_reached", text, done=week.cardio_sessions))
    if week.longer_than_needed:
        text = (
            f"{capitalize(quantity(week.longer_than_needed, 'cardio session'))} went on beyond"
            f" {high:g} minutes in the band: more is not better."
        )
        lines.append(message("cardio_long", text, sessions=week.longer_than_needed, high=high))
    share = week.share_at_or_under_ceiling
    if share is not None and share < settings.share_at_or_under and week.measured_s >= _SHARE_FROM_S:
        text = f"Only {share:.0%} of this week's exercise was at or under the ceiling: aim for most of it."
        lines.append(message("often_over_ceiling", text, percent=round(share * 100)))
    missing_kinds = [
        activity.value
        for activity in (Activity.STRENGTH, Activity.MINDFUL)
        if not week.activities_s[activity]
    ]
    if missing_kinds and (today - week.start).days >= _MISSING_FROM_DAY:
        text = f"No {join_words(missing_kinds, 'or')} activity this week yet: variety helps."
        lines.append(message(f"no_{'_or_'.join(missing_kinds)}", text))
    return lines
