"""What the week amounts to: cardio sessions, the share at or under the ceiling, the balance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ..effort.athlete import Activity
from .days import start_of, week_start
from .done import Done, Known, done_between
from .part import Part
from .settings import WeekSettings
from .wording import capital, listed, number, several

_LACKING_FROM_DAY = 4
"""from the week's fifth day on it is said what it lacks"""
_JUDGED_FROM_S = 1800.0
"""of measured exercise; a share of less says little"""


class WeekStanding(Part):
    """The week so far; times in s."""

    start: date
    cardio_sessions: int
    """those long enough in the band"""
    cardio_target: int
    longer_than_needed: int
    """of those, how many went on for longer than was aimed at"""
    exercise_s: float
    activities_s: Mapping[Activity, float]
    mindful_s: float
    """yoga, tai chi, breathwork"""
    measured_s: float
    """with a strap"""
    share_at_or_under_ceiling: float | None
    """of what was measured"""


def week_standing(known: Known, settings: WeekSettings, at: datetime) -> WeekStanding:
    """The week that an instant lies in, up to that instant."""
    start, done = week_done(known, settings, at)
    counted = [seconds for seconds in done.cardio_band_s if seconds >= settings.band_s]
    share = None
    if done.measured_s > 0:
        share = round(max(0.0, 1 - done.over_ceiling_s / done.measured_s), 4)
    return WeekStanding(
        start=start,
        cardio_sessions=len(counted),
        cardio_target=settings.cardio_sessions,
        longer_than_needed=sum(seconds > settings.enough_s for seconds in counted),
        exercise_s=round(done.total_s, 1),
        activities_s={activity: round(seconds, 1) for activity, seconds in done.seconds.items()},
        mindful_s=round(done.seconds[Activity.MINDFUL], 1),
        measured_s=round(done.measured_s, 1),
        share_at_or_under_ceiling=share,
    )


def week_done(known: Known, settings: WeekSettings, at: datetime) -> tuple[date, Done]:
    """The week's first day, and what was done from then to an instant."""
    start = week_start(known.day(at), settings.first_weekday)
    end = start_of(start + timedelta(days=7), known.zone)
    return start, done_between(known, start_of(start, known.zone), min(end, at + timedelta(microseconds=1)))


def week_words(week: WeekStanding, settings: WeekSettings, today: date) -> list[str]:
    """What there is to say of it."""
    said = []
    span = f"{settings.band_s / 60:g} to {settings.enough_s / 60:g} minutes"
    missing = week.cardio_target - week.cardio_sessions
    if missing > 0:
        said.append(
            f"{capital(several(week.cardio_sessions, 'cardio session'))} of {span} this week:"
            f" {number(missing)} more to go."
        )
    else:
        said.append(
            f"{capital(several(week.cardio_sessions, 'cardio session'))} this week: the aim is reached."
        )
    if week.longer_than_needed:
        said.append(
            f"{capital(several(week.longer_than_needed, 'cardio session'))} went on beyond"
            f" {settings.enough_s / 60:g} minutes in the band: more is not better."
        )
    share = week.share_at_or_under_ceiling
    if share is not None and share < settings.share_at_or_under and week.measured_s >= _JUDGED_FROM_S:
        said.append(
            f"Only {share:.0%} of this week's exercise was at or under the ceiling: aim for most of it."
        )
    lacking = [
        activity.value
        for activity in (Activity.STRENGTH, Activity.MINDFUL)
        if not week.activities_s[activity]
    ]
    if lacking and (today - week.start).days >= _LACKING_FROM_DAY:
        said.append(f"No {listed(lacking, 'or')} activity this week yet: variety helps.")
    return said
