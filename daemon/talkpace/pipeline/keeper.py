"""Keeps one athlete's sessions: opens, fills and closes their records, posts what the broker must get."""

from __future__ import annotations

import logging
from datetime import timedelta

from ..effort.events import PRACTICE_EVENTS, Event
from ..effort.rules import SessionRules
from ..effort.session import Session, SessionFigures
from ..effort.summary import Summary, SummaryStrap, summarise
from ..measurement.link import Measurement
from ..publish.payloads import EventPayload
from ..record.items import EventHappened, MeasurementTaken, Outgoing, SessionClosed, SessionOpened
from ..record.judgement import judgement_to_json
from ..strap.door import StrapInfo
from .identity import session_id
from .kept import KeptSession
from .sinks import RecordSink
from .timeline import Timeline

_log = logging.getLogger(__name__)


class SessionKeeper:
    """Knows the session under way as `kept`; None between sessions."""

    def __init__(
        self, athlete: str, node: str, rules: SessionRules, timeline: Timeline, record: RecordSink
    ) -> None:
        self.kept: KeptSession | None = None
        self._athlete = athlete
        self._node = node
        self._rules = rules
        self._timeline = timeline
        self._record = record

    def open(self, session: Session, strap: StrapInfo | None) -> None:
        """A session has begun with the measurement at its `start_ms`."""
        start = self._timeline.wall(session.start_ms)
        strap = strap or StrapInfo("")
        kept = self.kept = KeptSession(
            id=session_id(self._athlete, strap.address, start),
            start=start,
            origin_ms=session.start_ms,
            clock_synchronised=self._timeline.synchronised() is not False,
            strap_address=strap.address,
            strap_name=strap.name,
        )
        self._record.put(
            SessionOpened(
                session=kept.id,
                athlete=self._athlete,
                node=self._node,
                activity=session.activity.value,
                start=start,
                clock_synchronised=kept.clock_synchronised,
                boot=self._timeline.boot,
                origin_ms=kept.origin_ms,
                judgement=judgement_to_json(session.judgement),
                strap_name=kept.strap_name,
                strap_address=kept.strap_address,
            )
        )
        _log.info("session %s of %s has started (%s)", kept.id, self._athlete, session.activity)

    def measured(self, measurement: Measurement) -> None:
        """Keep a measurement with a heart rate above 0."""
        kept = self.kept
        if kept is not None and measurement.heart_rate > 0:
            self._record.put(
                MeasurementTaken(
                    kept.id,
                    measurement.at_ms - kept.origin_ms,
                    measurement.heart_rate,
                    measurement.contact.value,
                    measurement.rr_ms,
                    measurement.energy_kj,
                )
            )

    def is_news(self, event: Event) -> bool:
        """Count an event of the core; False for one that was kept before the daemon's restart."""
        if self.kept is None:
            return True
        if event.name in PRACTICE_EVENTS:
            known = event.name.value in self.kept.reminders
            self.kept.reminders.add(event.name.value)
            return not known
        self.kept.told += 1
        return self.kept.told > self.kept.told_before

    def happened(self, event: Event) -> None:
        """Keep an event, and post it."""
        kept, time = self.kept, self._timeline.wall(event.at_ms)
        if kept is not None:
            offset_ms = event.at_ms - kept.origin_ms
            time = kept.start + timedelta(milliseconds=offset_ms)
            self._record.put(
                EventHappened(
                    kept.id,
                    kept.rows,
                    offset_ms,
                    event.name.value,
                    event.heart_rate,
                    event.effort,
                    event.level,
                )
            )
            kept.rows += 1
        payload = EventPayload(
            event=event.name,
            time=time,
            heart_rate=event.heart_rate,
            effort=event.effort,
            level=event.level,
            session=kept.id if kept else None,
        )
        self._record.put(Outgoing(f"{self._athlete}/event", payload.model_dump_json()))

    def close(self, figures: SessionFigures, battery_percent: int | None) -> Summary:
        """The session is over: keep its summary, and post it where it was long enough to count."""
        kept, self.kept = self.kept, None
        assert kept is not None
        strap = None
        if kept.strap_address:
            strap = SummaryStrap(
                name=kept.strap_name, address=kept.strap_address, battery_percent=battery_percent
            )
        summary = summarise(
            figures,
            self._rules,
            session=kept.id,
            node=self._node,
            athlete=self._athlete,
            strap=strap,
            start=kept.start,
            end=kept.start + timedelta(milliseconds=figures.duration_ms),
        )
        discarded = figures.duration_ms < self._rules.min_duration_ms
        text = summary.as_json()
        self._record.put(SessionClosed(kept.id, summary.end, text, discarded, figures.suggested_maximum))
        if not discarded:
            self._record.put(Outgoing(f"{self._athlete}/summary", text, retain=True))
        minutes = figures.duration_ms / 60_000
        verdict = ", too short to count" if discarded else ""
        _log.info("session %s of %s has ended after %.1f min%s", kept.id, self._athlete, minutes, verdict)
        return summary

    def correct_clock(self) -> bool:
        """Move the session to its right date once the clock is right; answers whether it moved."""
        moved = self.kept.moved(self._timeline) if self.kept is not None else None
        if moved is not None:
            self._record.put(moved)
        return moved is not None
