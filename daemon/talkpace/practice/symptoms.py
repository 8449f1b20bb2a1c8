"""Listening to the body: what follows from symptoms. Plain words, and no diagnosis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ..moment import Moment
from .days import ONE_DAY, start_of
from .done import Known
from .entries import Severity, Symptom
from .part import Part
from .settings import SymptomSettings
from .wording import capital, day_name, several


class SymptomStanding(Part):
    """Where the athlete stands after symptoms."""

    last: Moment | None
    """the latest one that is still heeded"""
    heeded_until: date | None
    """the last day on which the ceiling is lower and rest is suggested"""
    ceiling_lowered_by: float
    within_days: int
    """how many symptoms within the days that count as repeated"""
    severe: bool
    """whether one of them was severe"""
    today: Severity | None
    """the worst of today"""
    see_physician: bool


def symptom_standing(known: Known, settings: SymptomSettings, at: datetime) -> SymptomStanding:
    """What follows at an instant from the symptoms before it."""
    today = known.day(at)
    earliest = start_of(today - timedelta(days=settings.within_days - 1), known.zone)
    recent = known.log.between(earliest, at + timedelta(microseconds=1), Symptom)
    last = heeded(known, settings, at)
    severe = any(symptom.severity is Severity.SEVERE for _, symptom in recent)
    return SymptomStanding(
        last=last,
        heeded_until=None if last is None else _until(known, settings, last),
        ceiling_lowered_by=0.0 if last is None else settings.lower_ceiling_by,
        within_days=len(recent),
        severe=severe,
        today=_worst(symptom.severity for when, symptom in recent if known.day(when) == today),
        see_physician=severe or len(recent) >= settings.repeated,
    )


def heeded(known: Known, settings: SymptomSettings, at: datetime) -> datetime | None:
    """The latest symptom before an instant, if it still counts: for its day and `for_days` after it."""
    earliest = start_of(known.day(at) - timedelta(days=settings.for_days), known.zone)
    recent = known.log.between(earliest, at + timedelta(microseconds=1), Symptom)
    return recent[-1][0] if recent else None


def symptom_words(
    standing: SymptomStanding, known: Known, settings: SymptomSettings
) -> tuple[list[str], list[str]]:
    """What is urgent to say, and what else is."""
    urgent, calm = [], []
    if standing.severe:
        urgent.append(
            "You have noted a severe symptom: please see a physician. If it is acute, do not wait for that."
        )
    elif standing.see_physician:
        urgent.append(
            f"{capital(several(standing.within_days, 'symptom'))} within {settings.within_days} days:"
            " please see a physician."
        )
    if standing.last is not None and standing.heeded_until is not None:
        calm.append(
            f"After the symptom of {day_name(known.day(standing.last))} the ceiling is"
            f" {settings.lower_ceiling_by:.2f} lower, and rest is suggested,"
            f" to the end of {day_name(standing.heeded_until)}."
        )
    return urgent, calm


def _worst(severities: Iterable[Severity]) -> Severity | None:
    return max(severities, key=list(Severity).index, default=None)


def _until(known: Known, settings: SymptomSettings, symptom: datetime) -> date:
    return known.day(symptom) + settings.for_days * ONE_DAY
