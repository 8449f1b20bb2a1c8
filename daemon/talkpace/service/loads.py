"""The loads on record, by day, for what looks back over weeks."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

from ..effort.load_history import HISTORY_DAYS, SessionLoad
from ..record.store import Store


def session_loads(store: Store, athlete: str, today: date) -> list[SessionLoad]:
    """Of an athlete's sessions that count and are over, as far back as it matters.

    A session's day is that of its start, by this host's time.
    """
    earliest = datetime.combine(today - timedelta(days=HISTORY_DAYS), time()).astimezone()
    loads = []
    for row in store.sessions_since(athlete, earliest):
        if row.summary is None or row.discarded:
            continue
        load = json.loads(row.summary)["load"]
        day = row.start.astimezone().date()
        loads.append(SessionLoad(day, load["banister_trimp"], load["edwards_trimp"]))
    return loads
