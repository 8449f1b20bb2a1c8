"""Writes one batch of items inside its caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, get_args

from .athlete_tables import insert_athlete_change, insert_talk_test
from .errors import RefusedItemsError
from .habits_log import entry_statement
from .notification_table import insert_notification
from .pending_tables import delete_nap, replace_nap, replace_pending_state
from .records import (
    ActivityChanged,
    AthleteChange,
    EntryDeleted,
    EntryEdited,
    EntryLogged,
    EventRecord,
    MeasurementRecord,
    NapEnded,
    NapStarted,
    Notification,
    OutgoingMessage,
    PendingStateChanged,
    Queued,
    QueuedMessage,
    RecordItem,
    SessionClosed,
    SessionItem,
    SessionMoved,
    SessionOpened,
    SessionReassigned,
    StrapSeen,
    TalkTestAnswered,
)
from .session_deletion import delete_session_rows
from .session_reader import POSITIONS, row_id, row_ids

MAX_OUTBOX = 10_000
"""messages in the outbox, some years' worth in a home; beyond that the oldest are deleted"""

_SESSION_ITEMS = (*get_args(SessionItem), TalkTestAnswered)
_CONTACT = {"yes": 1, "no": 0, "unknown": None}


class BatchWriter:
    """Writes a batch's items in order; measurements and RR intervals are inserted together at the end."""

    def __init__(self, db: sqlite3.Connection, items: Sequence[RecordItem]) -> None:
        self._db = db
        self._items = items
        self._numbers: dict[str, int] = {}
        self._next_measurement: dict[str, int] = {}
        self._measurements: list[tuple[int, int, int, int | None, int | None, int | None]] = []
        self._rr_intervals: list[tuple[int, float]] = []
        self._queued: list[Queued] = []
        self._newest_message = 0

    def write(self) -> Sequence[Queued]:
        """Write all; return the outgoing messages and notifications with their ids.

        Raises RefusedItemsError, or SQLite's errors.
        """
        for item in self._items:
            try:
                self._write_item(item)
            except (sqlite3.IntegrityError, ValueError, OverflowError) as error:
                raise RefusedItemsError(f"{type(item).__name__}: {error}", [item]) from error
        try:
            self._insert_measurements()
        except (sqlite3.IntegrityError, OverflowError) as error:
            measurements = [item for item in self._items if isinstance(item, MeasurementRecord)]
            raise RefusedItemsError(f"measurements: {error}", measurements) from error
        if self._newest_message:
            self._db.execute("DELETE FROM outbox WHERE id <= ?", [self._newest_message - MAX_OUTBOX])
        return self._queued

    def _write_item(self, item: RecordItem) -> None:
        match item:
            case MeasurementRecord():
                self._add_measurement(item)
            case EventRecord():
                number = row_id(self._number(item.session), item.sequence)
                self._insert("events", id=number, **_fields(item, "offset_ms name heart_rate effort level"))
            case ActivityChanged():
                number = self._next("activity_changes", self._number(item.session))
                self._insert("activity_changes", id=number, **_fields(item, "offset_ms activity"))
            case SessionOpened():
                self._open_session(item)
            case SessionMoved():
                values = _fields(item, "clock_synchronised boot origin_ms")
                self._update(item.session, start=item.start.isoformat(), **values)
            case SessionReassigned():
                self._update(item.session, athlete=item.athlete, judgement=item.profile)
                query = "DELETE FROM events WHERE id BETWEEN ? AND ?"
                self._db.execute(query, row_ids(self._number(item.session)))
            case SessionClosed():
                self._close_session(item)
            case StrapSeen():
                self._update_strap(item)
            case OutgoingMessage():
                number = self._insert("outbox", **_fields(item, "topic payload retain"))
                self._newest_message = number
                self._queued.append(QueuedMessage(number, item))
            case Notification():
                self._queued.append(insert_notification(self._db, item))
            case EntryLogged() | EntryEdited() | EntryDeleted():
                self._db.execute(*entry_statement(item))
            case _:
                self._db.execute(*_athlete_statement(item))

    def _add_measurement(self, item: MeasurementRecord) -> None:
        session = item.session
        number = self._next_measurement.get(session)
        if number is None:
            number = self._next("measurements", self._number(session))
        self._next_measurement[session] = number + 1
        contact = _CONTACT.get(item.contact, item.contact)
        if isinstance(contact, str):
            raise ValueError(f"invalid contact {contact!r}")  # noqa: TRY004 - the value is wrong
        self._measurements.append(
            (number, item.offset_ms, item.heart_rate, contact, item.energy_kj, item.hold_ms)
        )
        if item.rr_ms:
            if len(item.rr_ms) > POSITIONS:
                raise ValueError("too many RR intervals")
            self._rr_intervals.extend(zip(count(number * POSITIONS), item.rr_ms, strict=False))

    def _insert_measurements(self) -> None:
        if not self._measurements:
            return
        self._db.executemany(
            "INSERT INTO measurements (id, offset_ms, heart_rate, contact, energy_kj, hold_ms)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            self._measurements,
        )
        self._db.executemany("INSERT INTO rr_intervals (id, rr_ms) VALUES (?, ?)", self._rr_intervals)

    def _open_session(self, item: SessionOpened) -> None:
        if self._db.execute("SELECT 1 FROM sessions WHERE id = ?", [item.session]).fetchone():
            self._replace_deleted(item.session)
        names = "athlete node activity clock_synchronised boot origin_ms strap_name strap_address"
        self._numbers[item.session] = self._insert(
            "sessions",
            id=item.session,
            start=item.start.isoformat(),
            judgement=item.profile,  # the column's name since the first migration
            **_fields(item, names),
        )

    def _replace_deleted(self, session: str) -> None:
        """Delete for good a session that was deleted and is imported again."""
        query = "SELECT number FROM sessions WHERE id = ? AND deleted_at IS NOT NULL"
        row = self._db.execute(query, [session]).fetchone()
        if row is None:
            # The items that follow must not be mixed with those of the stored session.
            raise RefusedItemsError(f"session {session} is stored already", self._all_of(session))
        delete_session_rows(self._db, row[0])

    def _close_session(self, item: SessionClosed) -> None:
        end = item.end.isoformat()
        self._update(item.session, end=end, summary=item.summary, discarded=item.discarded)
        if item.suggested_maximum is not None:
            self._db.execute(
                "INSERT OR REPLACE INTO suggestions (session, athlete, max_heart_rate, at)"
                " SELECT number, athlete, ?, ? FROM sessions WHERE number = ?",
                [item.suggested_maximum, end, self._number(item.session)],
            )

    def _update_strap(self, item: StrapSeen) -> None:
        """A paired strap keeps its athlete; an unknown name or battery level keeps the stored one."""
        at = item.at.isoformat()
        self._db.execute(
            "INSERT INTO straps (address, athlete, name, battery_percent, first_seen, last_seen)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET"
            " athlete = iif(paired_at IS NULL, excluded.athlete, athlete),"
            " name = iif(excluded.name = '', name, excluded.name),"
            " battery_percent = coalesce(excluded.battery_percent, battery_percent),"
            " last_seen = excluded.last_seen",
            [item.address, item.athlete, item.name, item.battery_percent, at, at],
        )

    def _number(self, session: str) -> int:
        number = self._numbers.get(session)
        if number is None:
            row = self._db.execute("SELECT number FROM sessions WHERE id = ?", [session]).fetchone()
            if row is None:
                raise RefusedItemsError(f"session {session} is not in the database", self._all_of(session))
            number = self._numbers[session] = row[0]
        return number

    def _next(self, table: str, number: int) -> int:
        """The row id after the last one of a session."""
        first, last = row_ids(number)
        query = f"SELECT max(id) FROM {table} WHERE id BETWEEN ? AND ?"  # noqa: S608 - names of this module
        newest = self._db.execute(query, [first, last]).fetchone()[0]
        return first if newest is None else int(newest) + 1

    def _all_of(self, session: str) -> list[RecordItem]:
        return [item for item in self._items if isinstance(item, _SESSION_ITEMS) and item.session == session]

    def _insert(self, table: str, **values: Any) -> int:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        query = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of this module
        return self._db.execute(query, list(values.values())).lastrowid or 0

    def _update(self, session: str, **values: Any) -> None:
        changes = ", ".join(f'"{name}" = ?' for name in values)
        query = f"UPDATE sessions SET {changes} WHERE number = ?"  # noqa: S608 - names of this module
        self._db.execute(query, [*values.values(), self._number(session)])


def _athlete_statement(
    item: AthleteChange | TalkTestAnswered | PendingStateChanged | NapStarted | NapEnded,
) -> tuple[str, list[Any]]:
    match item:
        case AthleteChange():
            return insert_athlete_change(item)
        case TalkTestAnswered():
            return insert_talk_test(item)
        case PendingStateChanged():
            return replace_pending_state(item)
        case NapStarted():
            return replace_nap(item.nap)
        case NapEnded():
            return delete_nap(item.athlete)


def _fields(item: RecordItem, names: str) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names.split()}


def write_batch(db: sqlite3.Connection, items: Iterable[RecordItem]) -> Sequence[Queued]:
    """Write all of a batch, in order; see `BatchWriter.write`."""
    return BatchWriter(db, tuple(items)).write()
