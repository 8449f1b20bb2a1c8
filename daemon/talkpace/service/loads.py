"""The loads on record, by day, for what looks back over weeks."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo

from ..effort.load_history import HISTORY_DAYS, SessionLoad
from ..practice.days import day_of, start_of
from ..record.store import Store
from .practice_reading import trained_since


def session_loads(store: Store, athlete: str, today: date, zone: tzinfo) -> list[SessionLoad]:
    """Of an athlete's sessions that count and are over, as far back as it matters. Raises StoreError.

    A session's day is that of its start, in the athlete's time zone.
    """
    earliest = start_of(today - timedelta(days=HISTORY_DAYS), zone)
    return [
        SessionLoad(day_of(session.start, zone), session.banister, session.edwards)
        for session in trained_since(store, athlete, earliest)
    ]
