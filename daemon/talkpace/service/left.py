"""The sessions that an earlier run of the daemon left open."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from ..effort.athlete import Activity
from ..effort.events import PRACTICE_EVENTS, EventName
from ..errors import StoreError
from ..pipeline.resume import LeftSession
from ..record.items import ActivityChanged, MeasurementTaken
from ..record.judgement import judgement_from_json
from ..record.store import Store

_log = logging.getLogger(__name__)

_OF_OTHERS = PRACTICE_EVENTS | {EventName.STRAP_BATTERY_LOW}
"""events that the core of a session does not tell by itself, or that are told by their name"""


@dataclass(frozen=True)
class Left:
    """One of them, with what was kept of it."""

    session: LeftSession
    taken: list[MeasurementTaken]
    changed: list[ActivityChanged]


def left_sessions(store: Store) -> Iterator[Left]:
    """In the order in which they were begun. One that cannot be read is reported and passed over."""
    for row in store.open_sessions():
        try:
            last_offset_ms = store.last_offset_ms(row.id)
            if last_offset_ms is None:
                store.remove(row.id)
                _log.warning("session %s was begun, but nothing of it was kept: removed", row.id)
                continue
            events = store.events(row.id)
            session = LeftSession(
                id=row.id,
                athlete=row.athlete,
                activity=Activity(row.activity),
                start=row.start,
                clock_synchronised=row.clock_synchronised,
                boot=row.boot,
                origin_ms=row.origin_ms,
                strap_address=row.strap_address,
                strap_name=row.strap_name,
                judgement=judgement_from_json(row.judgement),
                events=store.event_count(row.id),
                core_events=sum(event.name not in _OF_OTHERS for event in events),
                last_offset_ms=last_offset_ms,
                reminders=frozenset(event.name for event in events if event.name in PRACTICE_EVENTS),
            )
            yield Left(session, list(store.measurements(row.id)), store.activity_changes(row.id))
        except (ValueError, KeyError, StoreError) as error:
            _log.error("session %s cannot be taken up: %s", row.id, error)
