"""Reads sessions back as they were kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .items import ActivityChanged, EventHappened, MeasurementTaken
from .keys import POSITIONS, SEQUENCES, keys, rr_keys
from .rows import SessionRow

if TYPE_CHECKING:
    from sqlite_utils import Database

SESSION_COLUMNS = (
    "id, athlete, node, activity, start, clock_synchronised, boot, origin_ms, judgement,"
    ' strap_name, strap_address, "end", summary, discarded'
)
_CHUNK = 2000
_CONTACT = {1: "yes", 0: "no", None: "unknown"}


def session_row(row: tuple[Any, ...]) -> SessionRow:
    """A session from its SESSION_COLUMNS."""
    end = row[11]
    return SessionRow(
        id=row[0],
        athlete=row[1],
        node=row[2],
        activity=row[3],
        start=datetime.fromisoformat(row[4]),
        clock_synchronised=bool(row[5]),
        boot=row[6],
        origin_ms=row[7],
        judgement=row[8],
        strap_name=row[9],
        strap_address=row[10],
        end=None if end is None else datetime.fromisoformat(end),
        summary=row[12],
        discarded=bool(row[13]),
    )


def read_measurements(db: Database, session: str, number: int) -> Iterator[list[MeasurementTaken]]:
    """A session's measurements in the order in which they were taken, a chunk at a time.

    Nothing stays open between two chunks, so whoever reads slowly, or stops, holds up nobody.
    """
    first, end = keys(number)
    while True:
        rows = db.execute(
            "SELECT id, offset_ms, heart_rate, contact, energy_kj FROM measurements"
            " WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
            [first, end, _CHUNK],
        ).fetchall()
        if not rows:
            return
        last = rows[-1][0]
        rr_ms: dict[int, list[float]] = {}
        for place, interval in db.execute(
            "SELECT id, rr_ms FROM rr_intervals WHERE id BETWEEN ? AND ? ORDER BY id", rr_keys(first, last)
        ):
            rr_ms.setdefault(place // POSITIONS, []).append(interval)
        yield [
            MeasurementTaken(
                session, offset_ms, rate, _CONTACT[contact], tuple(rr_ms.get(place, ())), energy_kj
            )
            for place, offset_ms, rate, contact, energy_kj in rows
        ]
        first = last + 1


def read_events(db: Database, session: str, number: int) -> list[EventHappened]:
    """A session's events by their sequence."""
    rows = db.execute(
        "SELECT id, offset_ms, name, heart_rate, effort, level FROM events"
        " WHERE id BETWEEN ? AND ? ORDER BY id",
        keys(number),
    )
    return [EventHappened(session, place % SEQUENCES, *rest) for place, *rest in rows]


def read_activity_changes(db: Database, session: str, number: int) -> list[ActivityChanged]:
    """A session's changes of activity, in order."""
    rows = db.execute(
        "SELECT offset_ms, activity FROM activity_changes WHERE id BETWEEN ? AND ? ORDER BY id", keys(number)
    )
    return [ActivityChanged(session, *row) for row in rows]
