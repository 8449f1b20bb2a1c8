"""What today is: three days of varied work, then one of recovery or active rest."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from .done import Done, Known, days_before, done_on
from .part import Part
from .settings import RestSettings
from .symptoms import SymptomStanding
from .wording import several

_LOOKED_BACK_DAYS = 60


class DayKind(StrEnum):
    """What a day is for."""

    WORK = "work"
    REST = "rest"


class Why(StrEnum):
    """Why today is for rest."""

    DAYS_ON = "days_on"
    SYMPTOMS = "symptoms"


class Today(Part):
    """What today is."""

    kind: DayKind
    why: Why | None
    """of a day of rest"""
    day_on: int | None
    """of a day of work: which one in a row, 1 being the first"""
    days_on: int
    """days of work in a row before today"""
    worked: bool
    """whether it has been a day of work already"""
    hard: bool
    """and a hard one"""
    words: str
    """a sentence"""


def today_is(known: Known, settings: RestSettings, symptoms: SymptomStanding | None, at: datetime) -> Today:
    """What a day is at an instant of it."""
    today = known.day(at)
    run = 0
    for day in days_before(today, _LOOKED_BACK_DAYS):
        if not done_on(known, day).worked(settings.hard_s):
            break
        run += 1
    done = done_on(known, today)
    worked, hard = done.worked(settings.hard_s), done.hard(settings.hard_s)
    why = None
    if run >= settings.days_on:
        why = Why.DAYS_ON
    elif symptoms is not None and symptoms.last is not None:
        why = Why.SYMPTOMS
    return Today(
        kind=DayKind.WORK if why is None else DayKind.REST,
        why=why,
        day_on=run + 1 if why is None else None,
        days_on=run,
        worked=worked,
        hard=hard,
        words=_words(settings, why, run, worked=worked),
    )


def _words(settings: RestSettings, why: Why | None, run: int, *, worked: bool) -> str:
    match why:
        case Why.DAYS_ON:
            return f"Today is for recovery or active rest, after {several(run, 'day')} of work."
        case Why.SYMPTOMS:
            return "Today is for rest, after symptoms."
    what = f"Today is day {run + 1} of {settings.days_on} for varied work"
    return f"{what}, and the work is done." if worked else f"{what}."


def rest_day_words(known: Known, today: Today, symptoms: SymptomStanding | None, at: datetime) -> list[str]:
    """That work was done on a day of rest, and above all a hard one.

    Not where the symptom that made it one came after the work.
    """
    if today.kind is DayKind.WORK or not today.worked:
        return []
    done = done_on(known, known.day(at))
    if today.why is Why.SYMPTOMS and symptoms is not None and _came_after(done, symptoms):
        return []
    if today.hard:
        return ["This was to be a day of rest, and it was a hard one. Let tomorrow be easy."]
    return ["This was to be a day of rest. Let what is left of it be one."]


def _came_after(done: Done, symptoms: SymptomStanding) -> bool:
    return done.first is not None and symptoms.last is not None and symptoms.last > done.first
