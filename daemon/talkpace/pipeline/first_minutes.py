"""The first minutes of a session, so that another athlete's pipeline can measure them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..storage.records import ActivityChanged, MeasurementRecord
from ..training.profile import Activity
from .active_session import ActiveSession

MOVABLE_MS = 300_000
"""a session that began less than this ago moves with its strap to another athlete"""
_MOST_RECORDS = 3_000
"""ten a second; a session with more is not moved"""

SessionRecord = MeasurementRecord | ActivityChanged


@dataclass(slots=True)
class FirstMinutes:
    """Measurements and activity changes of a session that can still be moved, in order."""

    activity: Activity
    """at the session's start"""
    records: list[SessionRecord] = field(default_factory=list)
    _complete: bool = True

    def add(self, record: SessionRecord) -> bool:
        """Add a record; return False from the fifth minute on, when none is held any more."""
        if record.offset_ms >= MOVABLE_MS or len(self.records) >= _MOST_RECORDS:
            self._complete = False
            self.records.clear()
        if self._complete:
            self.records.append(record)
        return self._complete

    def can_move(self, session: ActiveSession, now_ms: int) -> bool:
        """Whether the session began less than five minutes ago, and all of it is here."""
        return self._complete and now_ms - session.origin_ms < MOVABLE_MS


@dataclass(frozen=True, slots=True)
class SessionMove:
    """A session on its way from one athlete to another."""

    session: ActiveSession
    activity: Activity
    """at the session's start"""
    records: Iterable[SessionRecord]
