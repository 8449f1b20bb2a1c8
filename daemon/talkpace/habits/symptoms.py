"""Symptoms: the lowered ceiling, the advice to see a physician, and possible triggers. No diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from ..text import capitalize, day_name, number_word, quantity
from ..timestamps import ONE_DAY, Timestamp, start_of_day
from .entries import Context, Severity, Symptom
from .history import LONG_EXERCISE_FROM_S, History, StatusModel, totals_on
from .message import Message, message
from .settings import RestSettings, SymptomSettings

PERIOD_DAYS = 28
"""period of the symptom triggers"""
_MESSAGE_FROM_DAYS = 2


class SymptomStatus(StatusModel):
    """Symptoms and what follows from them."""

    last: Timestamp | None
    """latest symptom that still lowers the ceiling"""
    heeded_until: date | None
    """last day of the lowered ceiling and the suggested rest"""
    ceiling_lowered_by: float
    within_days: int
    """number of symptoms within habits.symptoms.within_days"""
    severe: bool
    """whether one of those was severe"""
    today: Severity | None
    """worst severity of today"""
    see_physician: bool


def symptom_status(history: History, settings: SymptomSettings, at: datetime) -> SymptomStatus:
    """Return the status at an instant."""
    today = history.day(at)
    earliest = start_of_day(today - timedelta(days=settings.within_days - 1), history.zone)
    recent = history.log.between(earliest, at + timedelta(microseconds=1), Symptom)
    last = last_active_symptom(history, settings, at)
    severe = any(symptom.severity is Severity.SEVERE for _, symptom in recent)
    return SymptomStatus(
        last=last,
        heeded_until=None if last is None else _last_day(history, settings, last),
        ceiling_lowered_by=0.0 if last is None else settings.lower_ceiling_by,
        within_days=len(recent),
        severe=severe,
        today=_worst(symptom.severity for when, symptom in recent if history.day(when) == today),
        see_physician=severe or len(recent) >= settings.repeated,
    )


def last_active_symptom(history: History, settings: SymptomSettings, at: datetime) -> datetime | None:
    """Return the time of the latest symptom that lowers the ceiling: on its day and `for_days` after."""
    earliest = start_of_day(history.day(at) - timedelta(days=settings.for_days), history.zone)
    recent = history.log.between(earliest, at + timedelta(microseconds=1), Symptom)
    return recent[-1][0] if recent else None


def symptom_messages(
    status: SymptomStatus, history: History, settings: SymptomSettings
) -> tuple[list[Message], list[Message]]:
    """Return urgent messages, and others."""
    urgent: list[Message] = []
    others: list[Message] = []
    if status.severe:
        text = (
            "You have noted a severe symptom: please see a physician. If it is acute, do not wait for that."
        )
        urgent.append(message("severe_symptom", text))
    elif status.see_physician:
        text = (
            f"{capitalize(quantity(status.within_days, 'symptom'))} within {settings.within_days} days:"
            " please see a physician."
        )
        urgent.append(
            message("repeated_symptoms", text, symptoms=status.within_days, days=settings.within_days)
        )
    if status.last is not None and status.heeded_until is not None:
        day = history.day(status.last)
        text = (
            f"After the symptom of {day_name(day)} the ceiling is"
            f" {settings.lower_ceiling_by:.2f} lower, and rest is suggested,"
            f" to the end of {day_name(status.heeded_until)}."
        )
        percent = round(settings.lower_ceiling_by * 100)
        others.append(message("ceiling_lowered", text, percent=percent, day=day, until=status.heeded_until))
    return urgent, others


def _worst(severities: Iterable[Severity]) -> Severity | None:
    return max(severities, key=list(Severity).index, default=None)


def _last_day(history: History, settings: SymptomSettings, symptom: datetime) -> date:
    return history.day(symptom) + settings.for_days * ONE_DAY


class SymptomTriggers(StatusModel):
    """Days with symptoms in the last four weeks, and circumstances on them or on the day before."""

    symptom_days: int
    noted: Mapping[str, int]
    """by circumstance the number of those days; without those of none"""


def symptom_triggers(history: History, rest: RestSettings | None, at: datetime) -> SymptomTriggers:
    """Return the triggers at an instant; hard and long exercise is taken from the sessions."""
    today, end = history.day(at), at + timedelta(microseconds=1)
    first = today - timedelta(days=PERIOD_DAYS - 1)
    symptoms = history.log.between(start_of_day(first, history.zone), end, Symptom)
    symptom_days = {history.day(when) for when, _ in symptoms}
    contexts = history.log.between(start_of_day(first - ONE_DAY, history.zone), end, Context)
    circumstances: dict[date, set[str]] = {}
    for when, context in contexts:
        circumstances.setdefault(history.day(when), set()).update(context.named)
    counts: dict[str, int] = {}
    for day in sorted(symptom_days):
        before = day - ONE_DAY
        names = circumstances.get(day, set()) | circumstances.get(before, set())
        for totals in (totals_on(history, day), totals_on(history, before)):
            if totals.is_hard((rest or RestSettings()).hard_s):
                names.add("a hard bout")
            if totals.longest_s >= LONG_EXERCISE_FROM_S:
                names.add("a bout of two hours or more")
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return SymptomTriggers(symptom_days=len(symptom_days), noted=dict(sorted(counts.items())))


def symptom_trigger_messages(status: SymptomTriggers) -> list[Message]:
    """Return a message for every circumstance of two or more days with symptoms."""
    return [
        message(
            "symptom_pattern",
            f"{capitalize(name)} came before or with symptoms on {number_word(days)} of"
            f" {quantity(status.symptom_days, 'day')} that had any, in four weeks."
            " That is a pattern in your own log, and no more.",
            circumstance=name,
            days=days,
            symptom_days=status.symptom_days,
        )
        for name, days in status.noted.items()
        if days >= _MESSAGE_FROM_DAYS
    ]
