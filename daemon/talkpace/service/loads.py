"""The loads on record, by day, for what looks back over weeks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from ..effort.load_history import HISTORY_DAYS, SessionLoad
from ..record.store import Store
from .practice_reading import trained_since


def session_loads(store: Store, athlete: str, today: date) -> list[SessionLoad]:
    """Of an athlete's sessions that count and are over, as far back as it matters. Raises StoreError.

    A session's day is that of its start, by this host's time.
    """
    earliest = datetime.combine(today - timedelta(days=HISTORY_DAYS), time()).astimezone()
    return [
        SessionLoad(session.start.astimezone().date(), session.banister, session.edwards)
        for session in trained_since(store, athlete, earliest)
    ]
