"""Sleep and naps against the aims."""

from __future__ import annotations

from datetime import datetime, timedelta

from .days import start_of
from .done import Known
from .entries import Nap, Sleep
from .part import Part
from .settings import SleepSettings

_WEEK_DAYS = 7
_MEAN_FROM_NIGHTS = 3


class SleepStanding(Part):
    """Sleep, by the day of waking up."""

    last_night_h: float | None
    week_mean_h: float | None
    """of the nights on record among the last seven"""
    nights: int
    """how many those are"""
    nap_today_min: float
    target_h: tuple[float, float]


def sleep_standing(known: Known, settings: SleepSettings, at: datetime) -> SleepStanding:
    """As of an instant; a night in two parts is one night."""
    today = known.day(at)
    end = at + timedelta(microseconds=1)
    nights: dict[int, float] = {}
    first = start_of(today - timedelta(days=_WEEK_DAYS - 1), known.zone)
    for woken, sleep in known.log.between(first, end, Sleep):
        ago = (today - known.day(woken)).days
        nights[ago] = nights.get(ago, 0.0) + sleep.hours
    naps = known.log.between(start_of(today, known.zone), end, Nap)
    return SleepStanding(
        last_night_h=nights.get(0),
        week_mean_h=round(sum(nights.values()) / len(nights), 2) if nights else None,
        nights=len(nights),
        nap_today_min=sum(nap.minutes for _, nap in naps),
        target_h=(settings.hours_from, settings.hours_to),
    )


def sleep_words(sleep: SleepStanding, settings: SleepSettings) -> list[str]:
    """What there is to say of it."""
    said = []
    aim = f"{settings.hours_from:g} to {settings.hours_to:g}"
    last, mean = sleep.last_night_h, sleep.week_mean_h
    if last is not None and last < settings.hours_from:
        said.append(f"{last:g} hours of sleep: {aim} are the aim. Let today be easy.")
    elif last is not None and last > settings.hours_to:
        said.append(f"{last:g} hours of sleep: {aim} are the aim.")
    if mean is not None and mean < settings.hours_from and sleep.nights >= _MEAN_FROM_NIGHTS:
        said.append(f"On average {mean:.1f} hours of sleep over the last {sleep.nights} nights on record.")
    if sleep.nap_today_min > settings.nap_minutes_to:
        said.append(
            f"{sleep.nap_today_min:g} minutes of napping: {settings.nap_minutes_from:g} to"
            f" {settings.nap_minutes_to:g} are the aim."
        )
    return said
