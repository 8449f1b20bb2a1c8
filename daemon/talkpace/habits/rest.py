"""Days of training and of rest: after `days_on` days of training comes one of recovery or active rest."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ..text import quantity
from .history import ActivityTotals, History, StatusModel, days_before, totals_on
from .message import Message, message
from .settings import RestSettings
from .symptoms import SymptomStatus

_LONGEST_RUN_DAYS = 60


class DayKind(StrEnum):
    """Purpose of a day."""

    WORK = "work"
    REST = "rest"


class RestReason(StrEnum):
    """Reason for a day of rest."""

    DAYS_ON = "days_on"
    SYMPTOMS = "symptoms"


class TodayStatus(StatusModel):
    """Purpose of today, and what has been done."""

    kind: DayKind
    why: RestReason | None
    """reason for a day of rest"""
    day_on: int | None
    """number of this day of work in a row, from 1; null on a day of rest"""
    days_on: int
    """days of work in a row before today"""
    worked: bool
    """whether today's activities amount to work"""
    hard: bool
    """whether today's activities were hard"""
    words: str
    """a sentence for the athlete"""
    reason: Message
    """the same with code and values"""


def today_status(
    history: History, settings: RestSettings, symptoms: SymptomStatus | None, at: datetime
) -> TodayStatus:
    """Return the status of the day at an instant."""
    today = history.day(at)
    run = 0
    for day in days_before(today, _LONGEST_RUN_DAYS):
        if not totals_on(history, day).is_training(settings.hard_s):
            break
        run += 1
    totals = totals_on(history, today)
    worked, hard = totals.is_training(settings.hard_s), totals.is_hard(settings.hard_s)
    why = None
    if run >= settings.days_on:
        why = RestReason.DAYS_ON
    elif symptoms is not None and symptoms.last is not None:
        why = RestReason.SYMPTOMS
    reason = _reason(settings, why, run, worked=worked)
    return TodayStatus(
        kind=DayKind.WORK if why is None else DayKind.REST,
        why=why,
        day_on=run + 1 if why is None else None,
        days_on=run,
        worked=worked,
        hard=hard,
        words=reason.text,
        reason=reason,
    )


def _reason(settings: RestSettings, why: RestReason | None, run: int, *, worked: bool) -> Message:
    match why:
        case RestReason.DAYS_ON:
            text = f"Today is for recovery or active rest, after {quantity(run, 'day')} of work."
            return message("rest_after_work", text, days=run)
        case RestReason.SYMPTOMS:
            return message("rest_after_symptoms", "Today is for rest, after symptoms.")
    what = f"Today is day {run + 1} of {settings.days_on} for varied work"
    if worked:
        return message("work_done", f"{what}, and the work is done.", day=run + 1, days=settings.days_on)
    return message("work", f"{what}.", day=run + 1, days=settings.days_on)


def rest_day_messages(
    history: History, today: TodayStatus, symptoms: SymptomStatus | None, at: datetime
) -> list[Message]:
    """Return a message if there was work on a day of rest.

    None if the symptom that made it a day of rest came after the work.
    """
    if today.kind is DayKind.WORK or not today.worked:
        return []
    totals = totals_on(history, history.day(at))
    if today.why is RestReason.SYMPTOMS and symptoms is not None and _symptom_came_after(totals, symptoms):
        return []
    if today.hard:
        text = "This was to be a day of rest, and it was a hard one. Let tomorrow be easy."
        return [message("hard_on_rest_day", text)]
    text = "This was to be a day of rest. Let what is left of it be one."
    return [message("work_on_rest_day", text)]


def _symptom_came_after(totals: ActivityTotals, symptoms: SymptomStatus) -> bool:
    return totals.first is not None and symptoms.last is not None and symptoms.last > totals.first
