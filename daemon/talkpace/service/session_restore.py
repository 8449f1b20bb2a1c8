"""Restores the sessions that were open at the last shutdown, by processing their measurements again.

Training is deterministic: the same measurements give the same state, so the state itself is not stored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import StoreError
from ..pipeline.active_session import ActiveSession
from ..pipeline.athlete import AthletePipeline
from ..storage.profile_json import profile_from_json
from ..storage.records import ActivityChanged, MeasurementRecord, SessionMoved
from ..storage.store import Store
from ..training.events import HABIT_EVENTS, EventName
from ..training.profile import Activity, AthleteProfile

_log = logging.getLogger(__name__)

_OUTSIDE_TRAINING = HABIT_EVENTS | {EventName.STRAP_BATTERY_LOW}
"""events that do not come from `Training`"""


@dataclass(frozen=True, slots=True)
class UnfinishedSession:
    """A session that is still open in the store."""

    id: str
    athlete: str
    activity: Activity
    start: datetime
    clock_synchronised: bool
    boot: str
    origin_ms: int
    """monotonic time of the first measurement within `boot`"""
    strap_address: str
    strap_name: str
    profile: AthleteProfile
    events: int
    """number of recorded events"""
    training_events: int
    """number of those that came from `Training`"""
    last_offset_ms: int
    """of the last measurement, since the first"""
    reminders: frozenset[str] = frozenset()
    """names of the habits' events that were recorded"""
    measurements: tuple[MeasurementRecord, ...] = ()
    activity_changes: tuple[ActivityChanged, ...] = ()

    def move_to_boot(
        self, *, boot: str, now_ms: int, now: datetime, end_after_ms: int
    ) -> SessionMoved | None:
        """Place the session on this boot's monotonic clock; None where it is over.

        Within one boot the monotonic clock decides. After another boot only the dates can: a wall clock
        that is before the last measurement, or `end_after_ms` or more after it, ends the session.
        """
        if boot and self.boot == boot:
            origin_ms = self.origin_ms
        else:
            origin_ms = now_ms - round((now - self.start) / timedelta(milliseconds=1))
        age_ms = now_ms - (origin_ms + self.last_offset_ms)
        if not 0 <= age_ms < end_after_ms:
            return None
        return SessionMoved(self.id, self.start, self.clock_synchronised, boot, origin_ms)

    def restore(self, pipeline: AthletePipeline, *, origin_ms: int, now_ms: int) -> None:
        """Continue the session in a new pipeline; see `AthletePipeline.restore_session`."""
        pipeline.restore_session(
            ActiveSession(
                id=self.id,
                start=self.start,
                origin_ms=origin_ms,
                clock_synchronised=self.clock_synchronised,
                strap_address=self.strap_address,
                strap_name=self.strap_name,
                events=self.events,
                restored_training_events=self.training_events,
                reminders=set(self.reminders),
            ),
            profile=self.profile,
            activity=self.activity,
            measurements=self.measurements,
            activity_changes=self.activity_changes,
            now_ms=now_ms,
        )


def unfinished_sessions(store: Store) -> Iterator[UnfinishedSession]:
    """Read the open sessions, oldest first; one that cannot be read is logged and skipped."""
    for row in store.open_sessions():
        try:
            last_offset_ms = store.last_offset_ms(row.id)
            if last_offset_ms is None:
                store.delete_session(row.id)
                _log.warning("session %s removed: it has no measurement", row.id)
                continue
            events = store.events(row.id)
            yield UnfinishedSession(
                id=row.id,
                athlete=row.athlete,
                activity=Activity(row.activity),
                start=row.start,
                clock_synchronised=row.clock_synchronised,
                boot=row.boot,
                origin_ms=row.origin_ms,
                strap_address=row.strap_address,
                strap_name=row.strap_name,
                profile=profile_from_json(row.profile),
                events=store.event_count(row.id),
                training_events=sum(event.name not in _OUTSIDE_TRAINING for event in events),
                last_offset_ms=last_offset_ms,
                reminders=frozenset(event.name for event in events if event.name in HABIT_EVENTS),
                measurements=tuple(store.measurements(row.id)),
                activity_changes=tuple(store.activity_changes(row.id)),
            )
        except (ValueError, KeyError, StoreError) as error:
            _log.error("session %s cannot be restored: %s", row.id, error)
