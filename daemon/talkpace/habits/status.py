"""The status of an athlete's day: the document of the `habits` topic, and its text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from ..text import day_name, quantity
from ..timestamps import ONE_DAY, Timestamp, start_of_day
from ..training.load import LoadTrend, compute_load_status, describe_load
from ..training.profile import Activity
from .calibration_status import (
    CalibrationStatus,
    calibration_messages,
    calibration_status,
    describe_calibration,
)
from .daily_goals import (
    SleepStatus,
    SupplementStatus,
    WaterStatus,
    sleep_messages,
    sleep_status,
    supplement_messages,
    supplement_status,
    water_messages,
    water_status,
)
from .entries import Breathing, UntrackedActivity
from .history import History, StatusModel, totals_on
from .message import Message, message
from .readiness import WEEK_DAYS
from .readiness_status import ReadinessStatus, readiness_messages, readiness_status
from .rest import TodayStatus, rest_day_messages, today_status
from .settings import HabitsSettings, WeekSettings
from .symptoms import (
    SymptomStatus,
    SymptomTriggers,
    symptom_messages,
    symptom_status,
    symptom_trigger_messages,
    symptom_triggers,
)
from .week import WeekStatus, week_messages, week_status, week_totals


class TrainingLoadStatus(StatusModel):
    """Training load of seven days, compared with the weeks before."""

    measure: str
    """banister or edwards"""
    trend: LoadTrend
    week: float
    """sum of the last seven days"""
    usual_week: float | None
    ratio: float | None
    words: str


class BreathingStatus(StatusModel):
    """Breathing exercises."""

    today_min: float
    week_min: float
    """of the last seven days"""
    last_coherence: float | None
    suited_pace: float | None
    """breaths per minute, as found last"""


class LastEntry(StatusModel):
    """The last entry logged, which `undo` deletes."""

    id: str
    kind: str
    at: Timestamp
    words: str


class DailyStatus(StatusModel):
    """`N/A/habits`: the status of the day. Features that are off are null."""

    day: date
    """the athlete's local date"""
    today: TodayStatus | None
    say: tuple[str, ...]
    """messages for the athlete, the most urgent first"""
    messages: tuple[Message, ...]
    """the same with codes and values, for other languages"""
    band_today_s: float
    """time in the conversational zone, measured with a strap"""
    band_week_s: float
    without_strap_today_min: Mapping[Activity, float]
    """as logged"""
    week: WeekStatus | None
    load: TrainingLoadStatus | None
    sleep: SleepStatus | None
    water: WaterStatus | None
    symptoms: SymptomStatus | None
    beside_symptoms: SymptomTriggers | None
    supplements: SupplementStatus | None
    readiness: ReadinessStatus | None
    breathing: BreathingStatus | None
    calibration: CalibrationStatus | None
    last_entry: LastEntry | None


def daily_status(history: History, settings: HabitsSettings, at: datetime) -> DailyStatus:
    """Return the status at an instant."""
    day = history.day(at)
    symptoms = symptom_status(history, settings.symptoms, at) if settings.symptoms else None
    today = today_status(history, settings.rest, symptoms, at) if settings.rest else None
    week = week_status(history, settings.week, at) if settings.week else None
    load = _load(history, day) if settings.load else None
    sleep = sleep_status(history, settings.sleep, at) if settings.sleep else None
    water = water_status(history, settings.water, at) if settings.water else None
    own = settings.supplements
    supplements = supplement_status(history, own, at) if own is not None else None
    ready = readiness_status(history, at) if settings.readiness else None
    triggers = (
        symptom_triggers(history, settings.rest, at) if settings.context and settings.symptoms else None
    )
    calibration = calibration_status(history, at) if settings.calibration else None
    say: list[Message] = []
    if symptoms and settings.symptoms:
        urgent, others = symptom_messages(symptoms, history, settings.symptoms)
        say += [*urgent, *others]
    if today:
        say += [*rest_day_messages(history, today, symptoms, at), today.reason]
    if ready:
        say += readiness_messages(ready)
    if calibration:
        say += calibration_messages(calibration)
    if load and load.trend in {LoadTrend.CLIMBING, LoadTrend.RETURNING}:
        say.append(message(f"load_{load.trend}", load.words))
    if supplements:
        say += supplement_messages(supplements)
    if sleep and settings.sleep:
        say += sleep_messages(sleep, settings.sleep)
    if water:
        say += water_messages(water)
    if week and settings.week:
        say += week_messages(week, settings.week, day)
    if triggers:
        say += symptom_trigger_messages(triggers)
    _, totals = week_totals(history, settings.week or WeekSettings(), at)
    return DailyStatus(
        day=day,
        today=today,
        say=tuple(one.text for one in say),
        messages=tuple(say),
        band_today_s=round(totals_on(history, day).band_s, 1),
        band_week_s=round(totals.band_s, 1),
        without_strap_today_min=_without_strap(history, at),
        week=week,
        load=load,
        sleep=sleep,
        water=water,
        symptoms=symptoms,
        beside_symptoms=triggers,
        supplements=supplements,
        readiness=ready,
        breathing=breathing_status(history, at) if settings.breathing else None,
        calibration=calibration,
        last_entry=_last_entry(history),
    )


def breathing_status(history: History, at: datetime) -> BreathingStatus:
    """Return the status at an instant."""
    today, end = history.day(at), at + timedelta(microseconds=1)
    week = history.log.between(start_of_day(today - (WEEK_DAYS - 1) * ONE_DAY, history.zone), end, Breathing)
    every = history.log.between(datetime.min.replace(tzinfo=history.zone), end, Breathing)
    coherences = [one.coherence for _, one in every if one.coherence is not None]
    suited = [one.suited for _, one in every if one.suited is not None]
    return BreathingStatus(
        today_min=round(sum(one.minutes for when, one in week if history.day(when) == today), 1),
        week_min=round(sum(one.minutes for _, one in week), 1),
        last_coherence=coherences[-1] if coherences else None,
        suited_pace=suited[-1] if suited else None,
    )


def _load(history: History, day: date) -> TrainingLoadStatus:
    load = compute_load_status(history.loads(), day)
    return TrainingLoadStatus(
        measure=load.measure,
        trend=load.trend,
        week=round(load.week, 1),
        usual_week=None if load.usual_week is None else round(load.usual_week, 1),
        ratio=None if load.ratio is None else round(load.ratio, 2),
        words=describe_load(load)[0],
    )


def _without_strap(history: History, at: datetime) -> dict[Activity, float]:
    start = start_of_day(history.day(at), history.zone)
    today = history.log.between(start, at + timedelta(microseconds=1), UntrackedActivity)
    return {kind: sum(one.minutes for _, one in today if one.activity is kind) for kind in Activity}


def _last_entry(history: History) -> LastEntry | None:
    if not history.log.entries:
        return None
    last = history.log.entries[-1]
    return LastEntry(id=last.id, kind=last.content.kind, at=last.at, words=last.words)


def status_lines(status: DailyStatus, settings: HabitsSettings) -> Iterator[tuple[str, str]]:
    """Yield label and text of every feature that is on, for `talkpace week`."""
    if status.week is not None and settings.week is not None:
        week, share = status.week, status.week.share_at_or_under_ceiling
        counted = f"{week.cardio_sessions} of {week.cardio_target} sessions"
        band_min = f"{status.band_week_s / 60:.0f} min this week, {status.band_today_s / 60:.0f} today"
        yield "cardio", f"{counted}; in the band {band_min}"
        yield (
            "ceiling",
            "nothing measured this week" if share is None else f"{share:.0%} of the time at or under it",
        )
        yield "balance", ", ".join(f"{name} {s / 60:.0f} min" for name, s in week.activities_s.items())
    if status.load is not None:
        usual = status.load.usual_week
        against = "" if usual is None else f"; a usual week is {usual:.0f}"
        yield "load", f"{status.load.week:.0f} in seven days ({status.load.measure}){against}"
    if status.sleep is not None:
        yield "sleep", _sleep(status.sleep)
    if status.water is not None:
        target = status.water.target_ml
        aim = "no target without a weight" if target is None else f"of {target:.0f} ml"
        yield "water", f"{status.water.today_ml:.0f} ml today, {aim}"
    if status.symptoms is not None and settings.symptoms is not None and status.symptoms.within_days:
        yield "symptoms", _symptoms(status.symptoms, settings.symptoms.within_days)
    if status.supplements is not None and (status.supplements.taken or status.supplements.due):
        taken, due = status.supplements.taken, status.supplements.due
        yield (
            "supplements",
            f"taken today: {', '.join(taken) or 'none'}" + (f"; due: {', '.join(due)}" if due else ""),
        )
    if status.breathing is not None and status.breathing.week_min:
        yield "breathing", _breathing(status.breathing)
    if status.readiness is not None and (status.readiness.days or status.readiness.advice is None):
        yield "readiness", _readiness(status.readiness)
    if status.calibration is not None and (line := describe_calibration(status.calibration)) is not None:
        yield "calibration", line


def _sleep(sleep: SleepStatus) -> str:
    low, high = sleep.target_h
    last = "not noted" if sleep.last_night_h is None else f"{sleep.last_night_h:g} h"
    mean = "" if sleep.week_mean_h is None else f"; {sleep.week_mean_h:.1f} h on average ({sleep.nights})"
    nap = f"; {sleep.nap_today_min:g} min of napping today" if sleep.nap_today_min else ""
    return f"last night {last}{mean}; the aim is {low:g} to {high:g} h{nap}"


def _symptoms(symptoms: SymptomStatus, within_days: int) -> str:
    text = f"{quantity(symptoms.within_days, 'symptom')} within {within_days} days"
    if symptoms.heeded_until is None:
        return text
    return (
        f"{text}; the ceiling is {symptoms.ceiling_lowered_by:.2f} lower"
        f" to the end of {day_name(symptoms.heeded_until)}"
    )


def _breathing(breathing: BreathingStatus) -> str:
    text = f"{breathing.week_min:g} min in seven days, {breathing.today_min:g} today"
    if breathing.last_coherence is not None:
        text += f"; last coherence {breathing.last_coherence:.2f}"
    if breathing.suited_pace is not None:
        text += f"; {breathing.suited_pace:g} breaths a minute suited best"
    return text


def _readiness(readiness: ReadinessStatus) -> str:
    if readiness.advice is None:
        return readiness.why
    text = f"{readiness.advice}: {readiness.why}" if readiness.measured_today else "not measured today"
    return f"{text} ({quantity(readiness.days, 'morning')} of the last sixty days measured)"
