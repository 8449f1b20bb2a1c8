"""What is on record of everybody's practice."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from ..effort.load_history import HISTORY_DAYS
from ..practice.done import Trained
from ..practice.log import Entry
from ..record.store import Store

_log = logging.getLogger(__name__)

KEPT = timedelta(days=HISTORY_DAYS + 14)
"""how far back a standing looks, at most; older entries are for `talkpace log`"""

Read = tuple[list[Entry], dict[str, list[Trained]]]
"""entries in the order in which they were written down, and sessions that count by athlete"""


def read_practice(store: Store, since: datetime, athletes: Sequence[str]) -> Read:
    """From a date on. Raises StoreError; a summary that cannot be read is reported and passed over."""
    return store.log_entries(since=since), {who: trained_since(store, who, since) for who in athletes}


def trained_since(store: Store, athlete: str, since: datetime) -> list[Trained]:
    """An athlete's finished sessions that count. Raises StoreError."""
    trained = []
    for row in store.sessions_since(athlete, since):
        if row.summary is None or row.discarded:
            continue
        try:
            trained.append(Trained.of(json.loads(row.summary)))
        except (KeyError, TypeError, ValueError):
            _log.warning("the summary of session %s cannot be read", row.id)
    return trained
