"""From the record to what a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta, tzinfo

from ..effort.athlete import Activity, Judgement
from ..effort.events import EventName
from ..effort.load_history import load_standing
from ..effort.load_words import in_words
from ..effort.summary import Summary
from ..errors import UnknownSessionError
from ..practice.days import start_of, week_start, written
from ..record.athletes import AthleteBook
from ..record.items import MeasurementTaken
from ..record.judgement import judgement_from_json
from ..record.rows import SessionRow
from ..record.store import Store
from ..report.bands import ceilings_bpm
from ..report.values import AlphaPoint, Beats, Happened, Interval, SessionReport, Week, WeekReport
from ..report.week import DAYS, week_from
from ..report.witnesses import alpha_witness, fixed_witness, talk_witness
from ..rr.artifacts import classify
from ..rr.beats import beats_of
from ..rr.stream import figures_of
from ..rr.threshold import crossings, talk_evidence
from ..service.loads import session_loads
from ..service.witnesses import talk_tests

_EARLIER = 7
_LOOKED_THROUGH = 60
_WEEKS_BEFORE = 7


def session_report(store: Store, row: SessionRow, *, first_weekday: int, zone: tzinfo) -> SessionReport:
    """All that is reported of a session, by the athlete's time. Raises UnknownSessionError while it lasts."""
    summary = _summary(row)
    if summary is None:
        raise UnknownSessionError(f"session {row.id} is under way: it can be reported once it is over")
    start = written(row.start, zone)
    measurements = list(store.measurements(row.id))
    if not measurements:
        raise UnknownSessionError(f"session {row.id} has no measurements")
    judgement = judgement_from_json(row.judgement)
    return SessionReport(
        name=_name(store, row.athlete),
        start=start,
        summary=summary,
        judgement=judgement,
        rates=[(one.offset_ms, one.heart_rate) for one in measurements],
        ceilings_bpm=ceilings_bpm(judgement, activities(store, row)),
        events=_events(store, row),
        beats=_beats(store, row.athlete, measurements, summary, judgement),
        earlier=_earlier(store, row, summary.activity, zone),
        week=_week(store, row.athlete, week_start(start.date(), first_weekday), zone),
        load_says=_load_says(store, row.athlete, start.date(), zone),
    )


def week_report(
    store: Store, athlete: str, day: date, today: date, *, first_weekday: int, zone: tzinfo
) -> WeekReport:
    """All that is reported of the week that `day` is in, by the athlete's calendar."""
    first = week_start(day, first_weekday)
    until = min(today, first + timedelta(days=DAYS - 1))
    before = [
        _week(store, athlete, first - timedelta(days=DAYS * back), zone)
        for back in range(1, _WEEKS_BEFORE + 1)
    ]
    while before and not before[-1].sessions:
        before.pop()
    return WeekReport(
        name=_name(store, athlete),
        week=_week(store, athlete, first, zone),
        before=before,
        load_says=_load_says(store, athlete, until, zone),
    )


def _summary(row: SessionRow) -> Summary | None:
    return None if row.summary is None else Summary.model_validate_json(row.summary)


def _name(store: Store, athlete: str) -> str:
    return AthleteBook(store.athlete_changes(athlete)).name(athlete)


def _events(store: Store, row: SessionRow) -> list[Happened]:
    known = {name.value for name in EventName}
    return [
        Happened(event.offset_ms, EventName(event.name), event.heart_rate)
        for event in store.events(row.id)
        if event.name in known
    ]


def activities(store: Store, row: SessionRow) -> list[tuple[int, str]]:
    """What a session was, from which time (ms) on."""
    changes = store.activity_changes(row.id)
    return [(0, row.activity), *((change.offset_ms, change.activity) for change in changes)]


def _earlier(store: Store, row: SessionRow, activity: Activity, zone: tzinfo) -> list[Summary]:
    rows = [one for one in store.sessions(row.athlete, discarded=False) if one.start < row.start]
    summaries = [summary for one in rows[:_LOOKED_THROUGH] if (summary := _summary(one))]
    return [_local(summary, zone) for summary in summaries if summary.activity == activity][:_EARLIER]


def _week(store: Store, athlete: str, first: date, zone: tzinfo) -> Week:
    start, end = (start_of(first + timedelta(days=days), zone) for days in (0, DAYS))
    rows = store.sessions_since(athlete, start, end)
    summaries = [summary for row in rows if not row.discarded and (summary := _summary(row))]
    return week_from(first, [_local(summary, zone) for summary in summaries])


def _local(summary: Summary, zone: tzinfo) -> Summary:
    """With the start as the athlete's own clock showed it."""
    return summary.model_copy(update={"start": written(summary.start, zone)})


def _load_says(store: Store, athlete: str, day: date, zone: tzinfo) -> Sequence[str]:
    loads = session_loads(store, athlete, day, zone)
    return in_words(load_standing(loads, day)) if loads else []


def _beats(
    store: Store,
    athlete: str,
    measurements: Sequence[MeasurementTaken],
    summary: Summary,
    judgement: Judgement,
) -> Beats | None:
    """None without intervals, or in a summary of a time when none were looked at."""
    if summary.hrv is None:
        return None
    beats = beats_of((one.offset_ms, one.rr_ms) for one in measurements)
    _, windows = figures_of(beats)
    scale = judgement.scale
    return Beats(
        figures=summary.hrv,
        intervals=[
            Interval(beat.at_ms, beat.rr_ms, kind) for beat, kind in zip(beats, classify(beats), strict=True)
        ],
        alpha=[
            AlphaPoint(window.end_ms, window.alpha1, scale.effort(window.heart_rate)) for window in windows
        ],
        witnesses=[
            alpha_witness(crossings(windows), scale),
            talk_witness(talk_evidence(talk_tests(store, athlete))),
            fixed_witness(judgement),
        ],
    )
