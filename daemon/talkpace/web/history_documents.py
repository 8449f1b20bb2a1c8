"""What the history shows: the sessions of a month, and one session as a series; made from the record.

Imported by the first visit only: what it needs is large for a process that mostly idles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any

from ..errors import StoreError, UnknownSessionError
from ..report.plot_data import ceilings_bpm, split_at_gaps, thin, zone_bands_bpm
from ..storage.profile_json import profile_from_json
from ..storage.records import MeasurementRecord, SessionRow
from ..storage.session_deletion import RESTORABLE_FOR
from ..storage.store import Store
from ..timestamps import local_time
from ..training.events import warning_intervals
from ..training.profile import AthleteProfile
from ..training.rules import HOLD_MS

Document = dict[str, Any]
ZoneOf = Callable[[str], tzinfo]
"""an athlete's time zone"""

MOST_SESSIONS = 500
"""of a month"""
_COLUMNS = 1000
"""of the plot; each has four points at most"""
_MOST_ROWS = 60
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 240)
_MINUTE_MS = 60_000


def month_document(
    store: Store, zone_of: ZoneOf, *, athlete: str | None, month: str | None, activity: str | None
) -> Document:
    """The sessions of a month (`2026-11`, by the athletes' local dates), newest first.

    Without a month: of the newest that has any. `months` and `activities` are those with such sessions.
    """
    index = store.session_index(athlete)
    zones = {one: zone_of(one) for one in {entry.athlete for entry in index}}
    matches = [entry for entry in index if activity is None or entry.activity == activity]
    by_month: dict[str, list[str]] = {}
    for entry in matches:
        start = local_time(entry.start, zones[entry.athlete])
        by_month.setdefault(f"{start:%Y-%m}", []).append(entry.id)
    shown = month or max(by_month, default=None)
    rows = store.sessions_of(by_month.get(shown or "", [])[:MOST_SESSIONS])
    return {
        "month": shown,
        "months": [{"month": one, "sessions": len(by_month[one])} for one in sorted(by_month)],
        "activities": sorted({entry.activity for entry in index}),
        "athletes": sorted({entry.athlete for entry in store.session_index()}) if athlete else sorted(zones),
        "sessions": [overview(row, zone_of(row.athlete)) for row in rows],
        "deleted": deleted_documents(store, zone_of, athlete),
    }


def deleted_documents(store: Store, zone_of: ZoneOf, athlete: str | None) -> list[Document]:
    """The sessions that can still be restored, the one that was deleted last first."""
    return [
        {
            **overview(row, zone_of(row.athlete)),
            "restorable_until": local_time(deleted + RESTORABLE_FOR, zone_of(row.athlete)).isoformat(),
        }
        for row, deleted in store.deleted_sessions(athlete)
    ]


def overview(row: SessionRow, zone: tzinfo) -> Document:
    """A session as one line of a list; figures are null while it runs."""
    head = {
        "session": row.id,
        "athlete": row.athlete,
        "start": local_time(row.start, zone).isoformat(),
        "activity": row.activity,
        "discarded": row.discarded,
        "active": row.end is None,
    }
    summary = _summary(row)
    if summary is None:
        return {**head, "figures": None}
    try:
        figures = {
            "duration_s": summary["duration_s"],
            "conversational_s": summary["zones_s"]["conversational"],
            "over_ceiling_s": summary["over_ceiling_s"],
            "mean": summary["heart_rate"]["mean"],
            "max": summary["heart_rate"]["max"],
            "warnings": summary["warnings"],
        }
        return {**head, "activity": summary["activity"], "figures": figures}
    except (KeyError, TypeError):  # of a summary that something else has written
        return {**head, "figures": None}


def session_document(store: Store, zone_of: ZoneOf, session: str) -> Document:
    """One session: its summary, and heart rate over time with what stands around it.

    Raises UnknownSessionError, also where it was deleted; StoreError where its record is invalid.
    """
    row = _exact(store, session)
    zone = zone_of(row.athlete)
    measurements = list(store.measurements(row.id))
    rates = [(one.offset_ms, one.heart_rate) for one in measurements]
    end_ms = rates[-1][0] if rates else 0
    profile = _profile(row)
    events = [(one.offset_ms, one.name, one.heart_rate) for one in store.events(row.id)]
    return {
        **overview(row, zone),
        "summary": _summary(row),
        "scale": {"base": float(profile.scale.base_bpm), "span": float(profile.scale.span_bpm)},
        "zones": {name: low for name, (low, _) in zone_bands_bpm(profile).items()},
        "ceilings": [
            {"from_s": at_ms / 1000, "heart_rate": round(rate, 1)}
            for at_ms, rate in ceilings_bpm(profile, store.activity_starts(row))
        ],
        "activities": [
            {"from_s": at_ms / 1000, "activity": name} for at_ms, name in store.activity_starts(row)
        ],
        "warnings": [
            {"from_s": one.from_ms / 1000, "until_s": one.until_ms / 1000, "heart_rate": one.heart_rate}
            for one in warning_intervals(events, end_ms)
        ],
        "series": series(rates, end_ms),
        "table": interval_table(measurements, end_ms),
    }


def series(rates: Sequence[tuple[int, int]], end_ms: int) -> Mapping[str, list[float | None]]:
    """Heart rate over time for a plot, thinned where it is long; null where a gap in the signal begins."""
    times: list[float | None] = []
    values: list[float | None] = []
    for run in split_at_gaps(rates, HOLD_MS):
        if times:
            times.append(run[0][0] / 1000 - 0.001)
            values.append(None)
        points = thin(run, max(1, end_ms / _COLUMNS))
        times += [at_ms / 1000 for at_ms, _ in points]
        values += [rate for _, rate in points]
    return {"time_s": times, "heart_rate": values}


def interval_table(measurements: Iterable[MeasurementRecord], end_ms: int) -> Document:
    """Mean, lowest and highest heart rate of each interval that has measurements; 60 rows at most."""
    longest_ms = end_ms / _MOST_ROWS
    minutes = next((step for step in _STEPS_MIN if step * _MINUTE_MS >= longest_ms), None)
    step_ms = (minutes or -(-end_ms // (_MOST_ROWS * _MINUTE_MS))) * _MINUTE_MS
    rows = []
    for number, group in groupby(measurements, key=lambda one: one.offset_ms // step_ms):
        rates = [one.heart_rate for one in group]
        rows.append(
            {
                "from_s": number * step_ms // 1000,
                "mean": round(sum(rates) / len(rates)),
                "low": min(rates),
                "high": max(rates),
            }
        )
    return {"step_s": step_ms // 1000, "rows": rows}


def file_start(store: Store, zone_of: ZoneOf, session: str) -> tuple[str, datetime]:
    """Athlete and local start of a session, for the name of a file. Raises UnknownSessionError."""
    row = _exact(store, session)
    if row.end is None:
        raise StoreError(f"session {row.id} is still being recorded: end it first")
    return row.athlete, local_time(row.start, zone_of(row.athlete))


def _exact(store: Store, session: str) -> SessionRow:
    rows = store.sessions_of([session])
    if not rows:
        raise UnknownSessionError(f"there is no session {session!r}")
    return rows[0]


def _summary(row: SessionRow) -> Document | None:
    if row.summary is None:
        return None
    try:
        summary: Document = json.loads(row.summary)
    except json.JSONDecodeError:
        return None
    return summary


def _profile(row: SessionRow) -> AthleteProfile:
    try:
        return profile_from_json(row.profile)
    except (KeyError, ValueError):
        raise StoreError(f"session {row.id}: its stored profile is invalid") from None
