"""Where an athlete stands by the mornings' measurements, and by breathing."""

from __future__ import annotations

from datetime import datetime, timedelta

from .days import ONE_DAY, start_of
from .done import Known
from .entries import Breathing, Morning
from .part import Part
from .readiness import BASELINE_DAYS, Advice, Readiness, Reading, Standing, readiness

_WEEK_DAYS = 7


class BandStanding(Part):
    """A figure against the athlete's own band."""

    today: float | None
    week: float
    """mean of seven days"""
    low: float
    high: float


class ReadinessStanding(Part):
    """What today is fit for; without a measurement today, what the last days say."""

    measured_today: bool
    advice: Advice
    why: str
    ln_rmssd: BandStanding | None
    heart_rate: BandStanding | None
    days: int
    """with a measurement, of the last sixty"""


class BreathingStanding(Part):
    """Breathing exercises."""

    today_min: float
    week_min: float
    """of the last seven days"""
    last_coherence: float | None
    suited_pace: float | None
    """breaths a minute, as last found"""


def readings_of(known: Known, at: datetime) -> list[Reading]:
    """The mornings' measurements of the last sixty days, oldest first."""
    first = start_of(known.day(at) - timedelta(days=BASELINE_DAYS), known.zone)
    mornings = known.log.between(first, at + timedelta(microseconds=1), Morning)
    return [Reading(known.day(when), one.ln_rmssd, one.heart_rate) for when, one in mornings]


def readiness_standing(known: Known, at: datetime) -> ReadinessStanding:
    """As of an instant."""
    readings, today = readings_of(known, at), known.day(at)
    said: Readiness = readiness(readings, today)
    return ReadinessStanding(
        measured_today=any(reading.day == today for reading in readings),
        advice=said.advice,
        why=said.why,
        ln_rmssd=_band(said.ln_rmssd, 3),
        heart_rate=_band(said.heart_rate, 1),
        days=said.days,
    )


def readiness_words(readiness: ReadinessStanding) -> list[str]:
    """What there is to say on a day with a measurement."""
    if not readiness.measured_today:
        return []
    return [f"Readiness: {readiness.advice}. {readiness.why[0].upper()}{readiness.why[1:]}."]


def breathing_standing(known: Known, at: datetime) -> BreathingStanding:
    """As of an instant."""
    today, end = known.day(at), at + timedelta(microseconds=1)
    week = known.log.between(start_of(today - (_WEEK_DAYS - 1) * ONE_DAY, known.zone), end, Breathing)
    every = known.log.between(datetime.min.replace(tzinfo=known.zone), end, Breathing)
    coherences = [one.coherence for _, one in every if one.coherence is not None]
    suited = [one.suited for _, one in every if one.suited is not None]
    return BreathingStanding(
        today_min=round(sum(one.minutes for when, one in week if known.day(when) == today), 1),
        week_min=round(sum(one.minutes for _, one in week), 1),
        last_coherence=coherences[-1] if coherences else None,
        suited_pace=suited[-1] if suited else None,
    )


def _band(standing: Standing | None, digits: int) -> BandStanding | None:
    if standing is None:
        return None
    return BandStanding(
        today=standing.today,
        week=round(standing.week, digits),
        low=round(standing.mean - standing.half_width, digits),
        high=round(standing.mean + standing.half_width, digits),
    )
