"""Records one athlete's sessions: the current session, its records and its messages to the broker."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ..habits.history import SessionDigest
from ..measurement.link_decoder import Measurement
from ..mqtt.payloads import EventPayload
from ..sources.events import StrapInfo
from ..storage.profile_json import profile_to_json
from ..storage.records import (
    ActivityChanged,
    EventRecord,
    MeasurementRecord,
    OutgoingMessage,
    SessionClosed,
    SessionMoved,
    SessionOpened,
    SessionReassigned,
)
from ..training.events import HABIT_EVENTS, Event, EventName
from ..training.profile import Activity, AthleteProfile
from ..training.rules import SessionRules
from ..training.session import Session, SessionFigures
from ..training.summary import SummaryStrap, summarise
from .active_session import ActiveSession
from .first_minutes import FirstMinutes, SessionMove, SessionRecord
from .sinks import RecordSink
from .timeline import Timeline

_log = logging.getLogger(__name__)

_UUID_VERSION, _UUID_VARIANT = 0x7000, 0x8000_0000_0000_0000


class SessionRecorder:
    """Turns sessions, measurements and events into records; `session` is None between two sessions."""

    def __init__(
        self, athlete: str, node: str, rules: SessionRules, timeline: Timeline, record: RecordSink
    ) -> None:
        self.session: ActiveSession | None = None
        self._first: FirstMinutes | None = None
        self._athlete = athlete
        self._node = node
        self.next_rules = self._rules = rules
        """`next_rules` are those of the next session"""
        self._timeline = timeline
        self._record = record

    def open(self, session: Session, strap: StrapInfo | None) -> None:
        """Record the start of a session."""
        self._rules = self.next_rules
        start = self._timeline.wall(session.start_ms)
        strap = strap or StrapInfo("")
        active = self.session = ActiveSession(
            id=session_id(self._athlete, strap.address, start),
            start=start,
            origin_ms=session.start_ms,
            clock_synchronised=self._timeline.synchronised() is not False,
            strap_address=strap.address,
            strap_name=strap.name,
        )
        self._first = FirstMinutes(session.activity)
        self._record.put(
            SessionOpened(
                session=active.id,
                athlete=self._athlete,
                node=self._node,
                activity=session.activity.value,
                start=start,
                clock_synchronised=active.clock_synchronised,
                boot=self._timeline.boot,
                origin_ms=active.origin_ms,
                profile=profile_to_json(session.profile),
                strap_name=active.strap_name,
                strap_address=active.strap_address,
            )
        )
        _log.info("session %s of %s has started (%s)", active.id, self._athlete, session.activity)

    def add_measurement(self, measurement: Measurement) -> None:
        """Record a measurement of the current session; a heart rate of 0 is not recorded."""
        active = self.session
        if active is not None and measurement.heart_rate > 0:
            record = MeasurementRecord(
                active.id,
                measurement.at_ms - active.origin_ms,
                measurement.heart_rate,
                measurement.contact.value,
                measurement.rr_ms,
                measurement.energy_kj,
                measurement.hold_ms,
            )
            self._record.put(record)
            if self._first is not None and not self._first.add(record):
                self._first = None

    def add_activity_change(self, activity: Activity, now_ms: int) -> None:
        """Record that the current session's activity was changed."""
        active = self.session
        if active is not None:
            change = ActivityChanged(active.id, now_ms - active.origin_ms, activity.value)
            self._record.put(change)
            if self._first is not None:
                self._first.add(change)

    # -- sessions of an earlier run, and of another athlete ----------------------------------------

    def restore(self, session: ActiveSession, activity: Activity, records: Iterable[SessionRecord]) -> None:
        """Continue a session that is stored already; `activity` is that of its start."""
        self.session, self._first = session, FirstMinutes(activity)
        for record in records:
            self._first.add(record)

    def can_move(self, strap_address: str, now_ms: int) -> bool:
        """Whether the current session moves with this strap, as both began less than five minutes ago."""
        active, first = self.session, self._first
        return (
            active is not None
            and first is not None
            and active.strap_address == strap_address
            and first.can_move(active, now_ms)
        )

    def release(self, now_ms: int) -> SessionMove:
        """Give the current session up without closing it."""
        active, first = self.session, self._first
        assert active is not None
        assert first is not None
        self._post(Event(EventName.SESSION_ENDED, now_ms), self._timeline.wall(now_ms))
        self.session = self._first = None
        return SessionMove(active, first.activity, tuple(first.records))

    def adopt(self, moved: SessionMove, profile: AthleteProfile, events: Sequence[Event]) -> None:
        """Go on with another athlete's session, measured again with `profile`; `events` are the new ones.

        They are recorded in place of the former athlete's. Of them only the start is posted.
        """
        former = moved.session
        active = ActiveSession(
            id=former.id,
            start=former.start,
            origin_ms=former.origin_ms,
            clock_synchronised=former.clock_synchronised,
            strap_address=former.strap_address,
            strap_name=former.strap_name,
        )
        self._record.put(SessionReassigned(active.id, self._athlete, profile_to_json(profile)))
        self.restore(active, moved.activity, moved.records)
        for event in events:
            if self.is_new(event):
                self._record_event(active, event)
                if event.name is EventName.SESSION_STARTED:
                    self._post(event, active.start)
        _log.info("session %s goes on as a session of %s", active.id, self._athlete)

    # -- events and the end ------------------------------------------------------------------------

    def is_new(self, event: Event) -> bool:
        """Count an event; False for one recorded before a restart, or a reminder raised before."""
        if self.session is None:
            return True
        if event.name in HABIT_EVENTS:
            repeated = event.name.value in self.session.reminders
            self.session.reminders.add(event.name.value)
            return not repeated
        self.session.training_events += 1
        return self.session.training_events > self.session.restored_training_events

    def add_event(self, event: Event) -> None:
        """Record an event and queue its message; between sessions only the message."""
        active, time = self.session, self._timeline.wall(event.at_ms)
        if active is not None:
            time = active.start + timedelta(milliseconds=event.at_ms - active.origin_ms)
            self._record_event(active, event)
        self._post(event, time)

    def _record_event(self, active: ActiveSession, event: Event) -> None:
        self._record.put(
            EventRecord(
                active.id,
                active.events,
                event.at_ms - active.origin_ms,
                event.name.value,
                event.heart_rate,
                event.effort,
                event.level,
            )
        )
        active.events += 1

    def _post(self, event: Event, time: datetime) -> None:
        active = self.session
        payload = EventPayload(
            event=event.name,
            time=time,
            heart_rate=event.heart_rate,
            effort=event.effort,
            level=event.level,
            session=active.id if active else None,
        )
        self._record.put(OutgoingMessage(f"{self._athlete}/event", payload.model_dump_json()))

    def close(self, figures: SessionFigures, battery_percent: int | None) -> list[str]:
        """Record the end and the summary; return what is wrong with the measurements.

        The summary's message is queued where the session counts.
        """
        active, self.session, self._first = self.session, None, None
        assert active is not None
        strap = None
        if active.strap_address:
            strap = SummaryStrap(
                name=active.strap_name, address=active.strap_address, battery_percent=battery_percent
            )
        summary = summarise(
            figures,
            self._rules,
            session=active.id,
            node=self._node,
            athlete=self._athlete,
            strap=strap,
            start=active.start,
            end=active.start + timedelta(milliseconds=figures.duration_ms),
        )
        discarded = figures.duration_ms < self._rules.min_duration_ms
        text = summary.as_json()
        self._record.put(
            SessionClosed(
                session=active.id,
                athlete=self._athlete,
                end=summary.end,
                summary=text,
                digest=None if discarded else SessionDigest.from_summary(summary),
                discarded=discarded,
                suggested_maximum=figures.suggested_maximum,
            )
        )
        if not discarded:
            self._record.put(OutgoingMessage(f"{self._athlete}/summary", text, retain=True))
        minutes = figures.duration_ms / 60_000
        verdict = ", discarded: shorter than sessions.min_duration_s" if discarded else ""
        _log.info("session %s of %s has ended after %.1f min%s", active.id, self._athlete, minutes, verdict)
        return figures.problems()

    def correct_clock(self) -> bool:
        """Correct the session's start once the wall clock is synchronised; return whether it was moved."""
        active = self.session
        if active is None or active.clock_synchronised or self._timeline.synchronised() is not True:
            return False
        active.clock_synchronised = True
        active.start = self._timeline.wall(active.origin_ms)
        self._record.put(
            SessionMoved(
                active.id,
                active.start,
                clock_synchronised=True,
                boot=self._timeline.boot,
                origin_ms=active.origin_ms,
            )
        )
        return True


def session_id(athlete: str, strap_address: str, start: datetime) -> str:
    """UUID version 7 (RFC 9562): 48 bits of Unix time in ms, the rest a hash of athlete, strap and start.

    The ids sort by time, and replaying a recording again gives the same id.
    """
    unix_ms = int(start.timestamp() * 1000)
    digest = int.from_bytes(
        hashlib.sha256(f"{athlete}/{strap_address}/{unix_ms}".encode()).digest()[:10], "big"
    )
    high = (unix_ms & 0xFFFF_FFFF_FFFF) << 16 | _UUID_VERSION | (digest >> 64) & 0x0FFF
    low = digest & 0x3FFF_FFFF_FFFF_FFFF | _UUID_VARIANT
    return str(uuid.UUID(int=high << 64 | low))
