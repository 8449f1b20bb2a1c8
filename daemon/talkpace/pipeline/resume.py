"""Takes up a session that an earlier run of the daemon left, by measuring it again from the record.

The core is pure: the same measurements give the same state, so nothing of it need be written down.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..effort.athlete import Activity, Judgement
from ..effort.events import PRACTICE_EVENTS, Event
from ..effort.training import Training
from ..measurement.link import Measurement
from ..measurement.payload import Contact
from ..record.items import ActivityChanged, MeasurementTaken, SessionMoved
from .kept import KeptSession


@dataclass(frozen=True, slots=True)
class LeftSession:
    """A session as the record has it, still open."""

    id: str
    athlete: str
    activity: Activity
    start: datetime
    clock_synchronised: bool
    boot: str
    origin_ms: int
    strap_address: str
    strap_name: str
    judgement: Judgement
    events: int
    """events on record"""
    core_events: int
    """those of them that the core told (all but a strap's battery and the practice's)"""
    last_offset_ms: int
    reminders: frozenset[str] = frozenset()
    """names of the practice's events on record"""


def place(
    left: LeftSession, *, boot: str, now_ms: int, now: datetime, end_after_ms: int
) -> SessionMoved | None:
    """Where a left session lies on today's monotonic clock; None where it cannot go on.

    Within one boot the monotonic clock says. After another boot only the dates can: a wall clock
    that stands before the last measurement, or too long after it, ends the session.
    """
    if boot and left.boot == boot:
        origin_ms = left.origin_ms
    else:
        origin_ms = now_ms - round((now - left.start) / timedelta(milliseconds=1))
    age_ms = now_ms - (origin_ms + left.last_offset_ms)
    if not 0 <= age_ms < end_after_ms:
        return None
    return SessionMoved(left.id, left.start, left.clock_synchronised, boot, origin_ms)


def measure_again(
    left: LeftSession,
    taken: Iterable[MeasurementTaken],
    changed: Iterable[ActivityChanged],
    *,
    origin_ms: int,
    training: Training,
) -> KeptSession:
    """Bring `training`, fresh and judging by `left.judgement`, to where the session was left."""
    training.be(left.activity)
    told = 0
    both: Iterable[ActivityChanged | MeasurementTaken] = heapq.merge(
        changed, taken, key=lambda item: item.offset_ms
    )
    for item in both:
        at_ms = origin_ms + item.offset_ms
        if isinstance(item, ActivityChanged):
            outcomes = training.advance(at_ms)
            training.be(Activity(item.activity))
        else:
            contact = Contact(item.contact)
            outcomes = training.measure(
                Measurement(at_ms, item.heart_rate, contact, item.rr_ms, item.energy_kj)
            )
        told += sum(
            isinstance(outcome, Event) and outcome.name not in PRACTICE_EVENTS for outcome in outcomes
        )
    return KeptSession(
        id=left.id,
        start=left.start,
        origin_ms=origin_ms,
        clock_synchronised=left.clock_synchronised,
        strap_address=left.strap_address,
        strap_name=left.strap_name,
        rows=left.events,
        told=told,
        told_before=left.core_events,
        reminders=set(left.reminders),
    )
