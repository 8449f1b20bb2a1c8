"""The week: cardio sessions, share of time at or under the ceiling, balance of activities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ..text import capitalize, join_words, number_word, quantity
from ..timestamps import start_of_day, start_of_week
from ..training.profile import Activity
from .history import ActivityTotals, History, StatusModel, totals_between
from .settings import WeekSettings

_MISSING_FROM_DAY = 4
"""activities that are missing are mentioned from the fifth day of the week on"""
_SHARE_FROM_S = 1800.0
"""measured exercise from which the share is mentioned"""


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
    )


def week_totals(history: History, settings: WeekSettings, at: datetime) -> tuple[date, ActivityTotals]:
    """Return the first day of the week, and the totals from then to an instant."""
    start = start_of_week(history.day(at), settings.first_weekday)
    end = start_of_day(start + timedelta(days=7), history.zone)
    return start, totals_between(
        history, start_of_day(start, history.zone), min(end, at + timedelta(microseconds=1))
    )


def week_messages(week: WeekStatus, settings: WeekSettings, today: date) -> list[str]:
    """Return messages on the targets of the week."""
    lines = []
    span = f"{settings.band_s / 60:g} to {settings.enough_s / 60:g} minutes"
    missing = week.cardio_target - week.cardio_sessions
    if missing > 0:
        lines.append(
            f"{capitalize(quantity(week.cardio_sessions, 'cardio session'))} of {span} this week:"
            f" {number_word(missing)} more to go."
        )
    else:
        lines.append(
            f"{capitalize(quantity(week.cardio_sessions, 'cardio session'))} this week: the aim is reached."
        )
    if week.longer_than_needed:
        lines.append(
            f"{capitalize(quantity(week.longer_than_needed, 'cardio session'))} went on beyond"
            f" {settings.enough_s / 60:g} minutes in the band: more is not better."
        )
    share = week.share_at_or_under_ceiling
    if share is not None and share < settings.share_at_or_under and week.measured_s >= _SHARE_FROM_S:
        lines.append(
            f"Only {share:.0%} of this week's exercise was at or under the ceiling: aim for most of it."
        )
    missing_kinds = [
        activity.value
        for activity in (Activity.STRENGTH, Activity.MINDFUL)
        if not week.activities_s[activity]
    ]
    if missing_kinds and (today - week.start).days >= _MISSING_FROM_DAY:
        lines.append(f"No {join_words(missing_kinds, 'or')} activity this week yet: variety helps.")
    return lines
