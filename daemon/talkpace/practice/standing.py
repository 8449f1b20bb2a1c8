"""Where an athlete stands, all together, and what to say: the document of the `practice` topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ..effort.athlete import Activity
from ..effort.load_history import LoadTrend, load_standing
from ..effort.load_words import in_words
from ..moment import Moment
from .days import start_of
from .done import Known, done_on
from .entries import Exercise
from .mornings import (
    BreathingStanding,
    ReadinessStanding,
    breathing_standing,
    readiness_standing,
    readiness_words,
)
from .part import Part
from .patterns import Pattern, pattern, pattern_words
from .rest import Today, rest_day_words, today_is
from .settings import PracticeSettings, WeekSettings
from .sleep import SleepStanding, sleep_standing, sleep_words
from .supplements import SupplementStanding, supplement_standing, supplement_words
from .symptoms import SymptomStanding, symptom_standing, symptom_words
from .water import WaterStanding, water_standing, water_words
from .week import WeekStanding, week_done, week_standing, week_words


class LoadStanding(Part):
    """The load of seven days against what the athlete is used to."""

    measure: str
    """banister or edwards"""
    trend: LoadTrend
    week: float
    """sum of seven days"""
    usual_week: float | None
    ratio: float | None
    words: str


class LastEntry(Part):
    """What was written down last: what `undo` takes back."""

    id: str
    kind: str
    at: Moment
    words: str


class Standing(Part):
    """`N/A/practice`. A piece that is switched off is null."""

    day: date
    """today, where the athlete is"""
    today: Today | None
    say: tuple[str, ...]
    """what there is to say, the most urgent first"""
    band_today_s: float
    """time in the conversational band, with a strap"""
    band_week_s: float
    without_strap_today_min: Mapping[Activity, float]
    """as it was written down"""
    week: WeekStanding | None
    load: LoadStanding | None
    sleep: SleepStanding | None
    water: WaterStanding | None
    symptoms: SymptomStanding | None
    beside_symptoms: Pattern | None
    supplements: SupplementStanding | None
    readiness: ReadinessStanding | None
    breathing: BreathingStanding | None
    last_entry: LastEntry | None


def standing(known: Known, settings: PracticeSettings, at: datetime) -> Standing:
    """Where the athlete stands at an instant, by all that happened before it."""
    day = known.day(at)
    symptoms = symptom_standing(known, settings.symptoms, at) if settings.symptoms else None
    today = today_is(known, settings.rest, symptoms, at) if settings.rest else None
    week = week_standing(known, settings.week, at) if settings.week else None
    load = _load(known, day) if settings.load else None
    sleep = sleep_standing(known, settings.sleep, at) if settings.sleep else None
    water = water_standing(known, settings.water, at) if settings.water else None
    own = settings.supplements
    supplements = supplement_standing(known, own, at) if own is not None else None
    ready = readiness_standing(known, at) if settings.readiness else None
    beside = pattern(known, settings.rest, at) if settings.context and settings.symptoms else None
    say: list[str] = []
    if symptoms and settings.symptoms:
        urgent, calm = symptom_words(symptoms, known, settings.symptoms)
        say += [*urgent, *calm]
    if today:
        say += [*rest_day_words(known, today, symptoms, at), today.words]
    if ready:
        say += readiness_words(ready)
    if load and load.trend in {LoadTrend.CLIMBING, LoadTrend.RETURNING}:
        say.append(load.words)
    if supplements:
        say += supplement_words(supplements)
    if sleep and settings.sleep:
        say += sleep_words(sleep, settings.sleep)
    if water:
        say += water_words(water)
    if week and settings.week:
        say += week_words(week, settings.week, day)
    if beside:
        say += pattern_words(beside)
    _, done = week_done(known, settings.week or WeekSettings(), at)
    return Standing(
        day=day,
        today=today,
        say=tuple(say),
        band_today_s=round(done_on(known, day).band_s, 1),
        band_week_s=round(done.band_s, 1),
        without_strap_today_min=_without_strap(known, at),
        week=week,
        load=load,
        sleep=sleep,
        water=water,
        symptoms=symptoms,
        beside_symptoms=beside,
        supplements=supplements,
        readiness=ready,
        breathing=breathing_standing(known, at) if settings.breathing else None,
        last_entry=_last_entry(known),
    )


def _load(known: Known, day: date) -> LoadStanding:
    load = load_standing(known.loads(), day)
    return LoadStanding(
        measure=load.measure,
        trend=load.trend,
        week=round(load.week, 1),
        usual_week=None if load.usual_week is None else round(load.usual_week, 1),
        ratio=None if load.ratio is None else round(load.ratio, 2),
        words=in_words(load)[0],
    )


def _without_strap(known: Known, at: datetime) -> dict[Activity, float]:
    start = start_of(known.day(at), known.zone)
    today = known.log.between(start, at + timedelta(microseconds=1), Exercise)
    return {kind: sum(one.minutes for _, one in today if one.activity is kind) for kind in Activity}


def _last_entry(known: Known) -> LastEntry | None:
    if not known.log.entries:
        return None
    last = known.log.entries[-1]
    return LastEntry(id=last.id, kind=last.what.kind, at=last.at, words=last.words)
