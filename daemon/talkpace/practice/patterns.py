"""What an athlete has noted beside symptoms: a pattern in one's own log, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from .days import ONE_DAY, start_of
from .done import LONG_FROM_S, Known, done_on
from .entries import Context, Symptom
from .part import Part
from .settings import RestSettings
from .wording import capital, number, several

LOOKED_BACK_DAYS = 28
_SAID_FROM = 2


class Pattern(Part):
    """Days with symptoms within four weeks, and what had been noted on them or on the day before."""

    symptom_days: int
    noted: Mapping[str, int]
    """on how many of these days; what was never noted beside a symptom is left out"""


def pattern(known: Known, rest: RestSettings | None, at: datetime) -> Pattern:
    """As of an instant; hard and long bouts are known from the sessions themselves."""
    today, end = known.day(at), at + timedelta(microseconds=1)
    first = today - timedelta(days=LOOKED_BACK_DAYS - 1)
    symptoms = known.log.between(start_of(first, known.zone), end, Symptom)
    symptom_days = {known.day(when) for when, _ in symptoms}
    contexts = known.log.between(start_of(first - ONE_DAY, known.zone), end, Context)
    notes: dict[date, set[str]] = {}
    for when, context in contexts:
        notes.setdefault(known.day(when), set()).update(context.named)
    noted: dict[str, int] = {}
    for day in sorted(symptom_days):
        before = day - ONE_DAY
        found = notes.get(day, set()) | notes.get(before, set())
        for done in (done_on(known, day), done_on(known, before)):
            if done.hard((rest or RestSettings()).hard_s):
                found.add("a hard bout")
            if done.longest_s >= LONG_FROM_S:
                found.add("a bout of two hours or more")
        for name in found:
            noted[name] = noted.get(name, 0) + 1
    return Pattern(symptom_days=len(symptom_days), noted=dict(sorted(noted.items())))


def pattern_words(standing: Pattern) -> list[str]:
    """That something was noted beside symptoms more than once."""
    return [
        f"{capital(name)} came before or with symptoms on {number(often)} of"
        f" {several(standing.symptom_days, 'day')} that had any, in four weeks."
        " That is a pattern in your own log, and no more."
        for name, often in standing.noted.items()
        if often >= _SAID_FROM
    ]
