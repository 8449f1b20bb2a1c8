"""Queries for the habits: log entries, digests and loads of the sessions that count."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from ..config.model import Configuration
from ..habits.history import History, SessionDigest
from ..habits.log import Entry, EntryLog
from ..timestamps import local_date, start_of_day
from ..training.load import HISTORY_DAYS, SessionLoad
from .calibration import adopted_ceiling, effort_answers
from .queries import load_athletes
from .store import Store

_log = logging.getLogger(__name__)

HABITS_SPAN = timedelta(days=HISTORY_DAYS + 14)
"""time before an instant on which an athlete's habits status can depend; older entries are only listed"""

HabitsRecord = tuple[list[Entry], dict[str, list[SessionDigest]]]
"""log entries in the order of writing; sessions that count, by athlete"""


def load_habits(store: Store, since: datetime, athletes: Sequence[str]) -> HabitsRecord:
    """Entries and sessions since a date. Raises StoreError; logs and skips an invalid summary."""
    sessions = {athlete: session_digests(store, athlete, since) for athlete in athletes}
    return store.log_entries(since=since), sessions


def load_history(
    configuration: Configuration,
    environ: Mapping[str, str],
    athlete: str,
    store: Store | None,
    at: datetime | None = None,
) -> History:
    """The entries and sessions on which an athlete's status at `at` (default: now) depends.

    Raises StoreError. Without a store the history is empty.
    """
    zone = configuration.habits.zone_of(athlete, environ)
    since = (at or datetime.now(zone)) - HABITS_SPAN
    entries, sessions = load_habits(store, since, [athlete]) if store is not None else ([], {})
    log = EntryLog.of(entry for entry in entries if entry.athlete == athlete)
    book = load_athletes(configuration, environ).history
    values = book.latest(athlete)
    answers = effort_answers(store.talk_tests(athlete)) if store is not None else []
    adopted = adopted_ceiling(book, athlete, answers)
    return History(log, sessions.get(athlete, []), zone, values.weight_kg, values.hrv_reason, adopted)


def session_digests(store: Store, athlete: str, since: datetime) -> list[SessionDigest]:
    """An athlete's finished sessions that count, since a date. Raises StoreError."""
    digests = []
    for row in store.sessions_since(athlete, since):
        if row.summary is None or row.discarded:
            continue
        try:
            digests.append(SessionDigest.of(json.loads(row.summary)))
        except (KeyError, TypeError, ValueError):
            _log.warning("session %s is skipped: its stored summary is invalid", row.id)
    return digests


def session_loads(store: Store, athlete: str, today: date, zone: tzinfo) -> list[SessionLoad]:
    """Loads of an athlete's sessions in the last HISTORY_DAYS, by the local date of their start.

    Raises StoreError.
    """
    earliest = start_of_day(today - timedelta(days=HISTORY_DAYS), zone)
    return [
        SessionLoad(local_date(session.start, zone), session.banister, session.edwards)
        for session in session_digests(store, athlete, earliest)
    ]
