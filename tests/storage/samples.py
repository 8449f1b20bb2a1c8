"""Items as the pipeline hands them over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from talkpace.storage.records import MeasurementRecord, OutgoingMessage, SessionClosed, SessionOpened

START = datetime(2026, 11, 23, 18, 2, 11, 480_000, tzinfo=timezone(timedelta(hours=1)))
LATER = datetime(2026, 11, 23, 18, 0, 0, tzinfo=UTC)
"""19:00 where START is 18:02"""


def opened(session: str = "019f-1", *, athlete: str = "anna", start: datetime = START) -> SessionOpened:
    return SessionOpened(
        session=session,
        athlete=athlete,
        node="gym-pi",
        activity="cardio",
        start=start,
        clock_synchronised=False,
        boot="boot-1",
        origin_ms=123_456,
        profile='{"max_heart_rate": "178"}',
        strap_name="Chest strap",
        strap_address="A0:9E:1A:00:00:01",
    )


def measurement(offset_ms: int, session: str = "019f-1") -> MeasurementRecord:
    return MeasurementRecord(session, offset_ms, 120, "yes", (492.1875, 507.8125), None)


def closed(
    session: str = "019f-1", *, end: datetime = LATER, discarded: bool = False, suggested: int | None = None
) -> SessionClosed:
    return SessionClosed(session, "anna", end, '{"schema": 1}', None, discarded, suggested)


def outgoing(number: int) -> OutgoingMessage:
    return OutgoingMessage("anna/event", f'{{"number": {number}}}')
