"""Load the data of a report from the store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from ..config.model import Configuration
from ..errors import UnknownSessionError
from ..habits.diary import DiaryDay, DiaryWeek, diary_day, diary_week
from ..hrv.analysis import analyze_beats
from ..hrv.artifacts import classify
from ..hrv.beats import beats_from_measurements
from ..storage.athletes import AthleteHistory
from ..storage.habits_queries import load_history, session_loads
from ..storage.profile_json import profile_from_json
from ..storage.records import MeasurementRecord, SessionRow
from ..storage.store import Store
from ..storage.threshold_evidence import talk_test_answers
from ..timestamps import local_time, start_of_day, start_of_week
from ..training.effort_zones import EffortScale
from ..training.events import EventName
from ..training.load import compute_load_status, describe_load
from ..training.profile import MAXIMUM_GIVEN, Activity, AthleteProfile
from ..training.summary import Summary
from ..training.threshold import (
    FIXED_EFFORT,
    TalkTestEstimate,
    ThresholdCrossing,
    ThresholdEstimate,
    combine_crossings,
    estimate_from_talk_test,
    find_crossings,
    find_personal_crossings,
)
from .model import (
    DAYS,
    AlphaPoint,
    ClassifiedInterval,
    HrvReport,
    SessionEvent,
    SessionReport,
    ThresholdRow,
    Week,
    WeekReport,
)
from .plot_data import ceilings_bpm

_EARLIER_SESSIONS = 7
_SEARCHED_SESSIONS = 60
_EARLIER_WEEKS = 7


def session_report(store: Store, row: SessionRow, *, first_weekday: int, zone: tzinfo) -> SessionReport:
    """Load one session, in the athlete's time zone.

    Raises UnknownSessionError while the session is active, or if it has no measurements.
    """
    summary = _summary(row)
    if summary is None:
        raise UnknownSessionError(f"session {row.id} is still active: end it before you make a report of it")
    start = local_time(row.start, zone)
    measurements = list(store.measurements(row.id))
    if not measurements:
        raise UnknownSessionError(f"session {row.id} has no measurements")
    profile = profile_from_json(row.profile)
    return SessionReport(
        name=_name(store, row.athlete),
        start=start,
        summary=summary,
        profile=profile,
        rates=[(one.offset_ms, one.heart_rate) for one in measurements],
        ceilings_bpm=ceilings_bpm(profile, store.activity_starts(row)),
        events=_events(store, row),
        hrv=_hrv(store, row.athlete, measurements, summary, profile),
        earlier=_earlier(store, row, summary.activity, zone),
        week=_week(store, row.athlete, start_of_week(start.date(), first_weekday), zone),
        load_notes=_load_notes(store, row.athlete, start.date(), zone),
    )


def week_report(
    store: Store, athlete: str, day: date, today: date, *, first_weekday: int, zone: tzinfo
) -> WeekReport:
    """Load the week that contains `day`, in the athlete's time zone."""
    first = start_of_week(day, first_weekday)
    until = min(today, first + timedelta(days=DAYS - 1))
    before = [
        _week(store, athlete, first - timedelta(days=DAYS * back), zone)
        for back in range(1, _EARLIER_WEEKS + 1)
    ]
    while before and not before[-1].sessions:
        before.pop()
    return WeekReport(
        name=_name(store, athlete),
        week=_week(store, athlete, first, zone),
        before=before,
        load_notes=_load_notes(store, athlete, until, zone),
    )


def _summary(row: SessionRow) -> Summary | None:
    return None if row.summary is None else Summary.model_validate_json(row.summary)


def _name(store: Store, athlete: str) -> str:
    return AthleteHistory(store.athlete_changes(athlete)).name(athlete)


def _events(store: Store, row: SessionRow) -> list[SessionEvent]:
    names = {name.value for name in EventName}
    return [
        SessionEvent(event.offset_ms, EventName(event.name), event.heart_rate)
        for event in store.events(row.id)
        if event.name in names
    ]


def _earlier(store: Store, row: SessionRow, activity: Activity, zone: tzinfo) -> list[Summary]:
    rows = [one for one in store.sessions(row.athlete, discarded=False) if one.start < row.start]
    summaries = [summary for one in rows[:_SEARCHED_SESSIONS] if (summary := _summary(one))]
    return [_local(summary, zone) for summary in summaries if summary.activity == activity][
        :_EARLIER_SESSIONS
    ]


def _week(store: Store, athlete: str, first: date, zone: tzinfo) -> Week:
    start, end = (start_of_day(first + timedelta(days=days), zone) for days in (0, DAYS))
    rows = store.sessions_since(athlete, start, end)
    summaries = [summary for row in rows if not row.discarded and (summary := _summary(row))]
    return Week.of(first, [_local(summary, zone) for summary in summaries])


def _local(summary: Summary, zone: tzinfo) -> Summary:
    """Convert the start to the athlete's time zone."""
    return summary.model_copy(update={"start": local_time(summary.start, zone)})


def _load_notes(store: Store, athlete: str, day: date, zone: tzinfo) -> Sequence[str]:
    loads = session_loads(store, athlete, day, zone)
    return describe_load(compute_load_status(loads, day)) if loads else []


def _hrv(
    store: Store,
    athlete: str,
    measurements: Sequence[MeasurementRecord],
    summary: Summary,
    profile: AthleteProfile,
) -> HrvReport | None:
    """None without RR intervals, or for a summary that was made before they were analysed."""
    if summary.hrv is None:
        return None
    beats = beats_from_measurements((one.offset_ms, one.rr_ms, one.hold_ms) for one in measurements)
    _, windows = analyze_beats(beats)
    scale = profile.scale
    return HrvReport(
        figures=summary.hrv,
        intervals=[
            ClassifiedInterval(beat.at_ms, beat.rr_ms, beat_class)
            for beat, beat_class in zip(beats, classify(beats), strict=True)
        ],
        alpha=[
            AlphaPoint(window.end_ms, window.alpha1, scale.effort(window.heart_rate)) for window in windows
        ],
        thresholds=[
            alpha_threshold(find_crossings(windows), scale, find_personal_crossings(windows)),
            talk_threshold(estimate_from_talk_test(talk_test_answers(store, athlete))),
            fixed_threshold(profile),
        ],
    )


def alpha_threshold(
    found: Sequence[ThresholdCrossing], scale: EffortScale, personal: Sequence[ThresholdCrossing] = ()
) -> ThresholdRow:
    """The effort at which alpha1 fell through 0.75 in the session's slow rises of heart rate.

    The note has the effort at the personal value, which studies favour.
    """
    value = combine_crossings(found, scale.effort)
    if value is None:
        note = "no slow rise of heart rate through 0.75 in this session: a warm-up that climbs evenly has one"
    else:
        rises = "one slow rise" if value.count == 1 else f"{value.count} slow rises"
        note = f"{rises} in this session; studies disagree on how well it marks the threshold"
    if (own := combine_crossings(personal, scale.effort)) is not None:
        alpha1 = median(one.alpha1 for one in personal)
        doubt = "" if own.spread is None else f" ± {own.spread * 100:.0f} %"
        note += (
            f". At your personal value of {alpha1:.2f}, halfway between the highest alpha1 early in the rise"
            f" and 0.5: {own.value * 100:.0f} %{doubt}. Of the two, studies favour the personal value"
            " (Rogers 2024): 0.75 reads 10 to 15 bpm too high on average (Eronen 2024, 64 people: 151 for 141"
            " bpm)"
        )
    return _threshold_row("alpha1 = 0.75", value, note)


def talk_threshold(evidence: TalkTestEstimate) -> ThresholdRow:
    """The effort at which the athlete's talk test answers turn from comfortable to strained."""
    counted = ", ".join(f"{count} {answer.value}" for answer, count in evidence.answers.items() if count)
    if not counted:
        note = "no talk test answered yet"
    elif evidence.estimate is None:
        note = f"{counted}: needs both comfortable and strained answers"
    else:
        note = f"{counted}" + (f"; {evidence.contradicting} contradict it" if evidence.contradicting else "")
    return _threshold_row("talk tests", evidence.estimate, note)


def fixed_threshold(profile: AthleteProfile) -> ThresholdRow:
    """The same share of the maximum heart rate for everybody."""
    source = profile.max_heart_rate_source
    basis = "configured" if source == MAXIMUM_GIVEN else f"estimated from age ({source})"
    note = f"rule of thumb for everybody; the maximum heart rate is {basis}"
    return ThresholdRow("fixed share", FIXED_EFFORT, None, note)


def _threshold_row(name: str, value: ThresholdEstimate | None, note: str) -> ThresholdRow:
    if value is None:
        return ThresholdRow(name, None, None, note)
    spread = None if value.spread is None else (value.value - value.spread, value.value + value.spread)
    return ThresholdRow(name, value.value, spread, note)


def load_diary_day(configuration: Configuration, athlete: str, store: Store, at: datetime) -> DiaryDay | None:
    """Load the habits of the day that contains `at`; None if habits are off. Raises StoreError."""
    if not configuration.habits.enabled_features:
        return None
    history = load_history(configuration, os.environ, athlete, store, at)
    settings = configuration.habits_settings(athlete)
    return diary_day(history, settings, history.day(at), datetime.now(history.zone))


def load_diary_week(
    configuration: Configuration, athlete: str, store: Store, first: date
) -> DiaryWeek | None:
    """Load the habits of the week that starts on `first`; None if habits are off. Raises StoreError."""
    if not configuration.habits.enabled_features:
        return None
    zone = configuration.habits.zone_of(athlete, os.environ)
    history = load_history(configuration, os.environ, athlete, store, start_of_day(first, zone))
    return diary_week(history, configuration.habits_settings(athlete), first, datetime.now(zone))
