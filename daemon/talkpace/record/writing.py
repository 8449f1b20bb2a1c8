"""Writes one batch of items. Runs inside a transaction that its caller opens and closes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, assert_never

from .asked import nap_begun, nap_over, wishes_changed
from .failure import RefusedItemsError
from .items import (
    ActivityChanged,
    EntryDeleted,
    EntryEdited,
    EntryLogged,
    EventHappened,
    MeasurementTaken,
    NapBegun,
    NapOver,
    Outgoing,
    Queued,
    RecordItem,
    SessionClosed,
    SessionMoved,
    SessionOpened,
    StrapSeen,
    TalkTestAnswered,
    WishesChanged,
)
from .keys import POSITIONS, key, keys
from .practice import deleted, inserted, updated
from .rows import AthleteChange, change_row

if TYPE_CHECKING:
    from sqlite_utils import Database

LONGEST_OUTBOX = 10_000
"""messages that wait for the broker, years of them in a home; beyond, the oldest are dropped"""

_CONTACT = {"yes": 1, "no": 0, "unknown": None}


class BatchWriter:
    """Takes a batch's items in their order; measurements and RR intervals go in together at the end."""

    def __init__(self, db: Database, items: Sequence[RecordItem]) -> None:
        self._db = db
        self._items = items
        self._numbers: dict[str, int] = {}
        self._next_measurement: dict[str, int] = {}
        self._measurements: list[tuple[int, int, int, int | None, int | None]] = []
        self._rr_intervals: list[tuple[int, float]] = []
        self._queued: list[Queued] = []

    def write(self) -> list[Queued]:
        """The outgoing messages with their places. Raises RefusedItemsError, or SQLite's errors."""
        for item in self._items:
            try:
                self._take(item)
            except (sqlite3.IntegrityError, ValueError, OverflowError) as error:
                raise RefusedItemsError(f"{type(item).__name__}: {error}", [item]) from error
        try:
            self._append()
        except (sqlite3.IntegrityError, OverflowError) as error:
            measurements = [item for item in self._items if isinstance(item, MeasurementTaken)]
            raise RefusedItemsError(f"measurements: {error}", measurements) from error
        if self._queued:
            newest = self._queued[-1].id or 0
            self._db.execute("DELETE FROM outbox WHERE id <= ?", [newest - LONGEST_OUTBOX])
        return self._queued

    def _take(self, item: RecordItem) -> None:
        match item:
            case MeasurementTaken():
                self._measured(item)
            case EventHappened():
                place = key(self._number(item.session), item.sequence)
                self._insert("events", id=place, **_fields(item, "offset_ms name heart_rate effort level"))
            case ActivityChanged():
                place = self._next("activity_changes", self._number(item.session))
                self._insert("activity_changes", id=place, **_fields(item, "offset_ms activity"))
            case Outgoing():
                place = self._insert("outbox", **_fields(item, "topic payload retain"))
                self._queued.append(Queued(place, item))
            case StrapSeen():
                self._seen(item)
            case EntryLogged() | EntryEdited() | EntryDeleted() | AthleteChange() | TalkTestAnswered():
                self._said(item)
            case NapBegun() | NapOver() | WishesChanged():
                self._db.execute(*_asked(item))
            case SessionOpened():
                self._opened(item)
            case SessionMoved():
                moved = _fields(item, "clock_synchronised boot origin_ms")
                self._update(item.session, start=item.start.isoformat(), **moved)
            case SessionClosed():
                self._closed(item)
            case _:
                assert_never(item)

    def _said(
        self, item: EntryLogged | EntryEdited | EntryDeleted | AthleteChange | TalkTestAnswered
    ) -> None:
        """By an athlete, and not by a strap."""
        match item:
            case EntryLogged():
                self._db.execute(*inserted(item.entry))
            case EntryEdited():
                self._db.execute(*updated(item.entry))
            case EntryDeleted():
                self._db.execute(*deleted(item.athlete, item.entry))
            case AthleteChange():
                self._insert("athletes", **change_row(item))
            case TalkTestAnswered():
                names = "athlete session answer heart_rate effort ceiling"
                self._insert("talk_tests", at=item.at.isoformat(), **_fields(item, names))

    def _measured(self, item: MeasurementTaken) -> None:
        session = item.session
        place = self._next_measurement.get(session)
        if place is None:
            place = self._next("measurements", self._number(session))
        self._next_measurement[session] = place + 1
        contact = _CONTACT.get(item.contact, item.contact)
        if isinstance(contact, str):
            raise ValueError(f"no such contact: {contact!r}")  # noqa: TRY004 - the value is wrong
        self._measurements.append((place, item.offset_ms, item.heart_rate, contact, item.energy_kj))
        if item.rr_ms:
            if len(item.rr_ms) > POSITIONS:
                raise ValueError("too many RR intervals")
            self._rr_intervals.extend(zip(count(place * POSITIONS), item.rr_ms, strict=False))

    def _append(self) -> None:
        connection = self._db.conn
        connection.executemany(
            "INSERT INTO measurements (id, offset_ms, heart_rate, contact, energy_kj) VALUES (?, ?, ?, ?, ?)",
            self._measurements,
        )
        connection.executemany("INSERT INTO rr_intervals (id, rr_ms) VALUES (?, ?)", self._rr_intervals)

    def _opened(self, item: SessionOpened) -> None:
        known = self._db.execute("SELECT 1 FROM sessions WHERE id = ?", [item.session]).fetchone()
        if known:
            # Whatever follows of it belongs to another session of the same name, and must not mix with it.
            raise RefusedItemsError(f"session {item.session} is already kept", self._all_of(item.session))
        names = "athlete node activity clock_synchronised boot origin_ms judgement strap_name strap_address"
        self._numbers[item.session] = self._insert(
            "sessions", id=item.session, start=item.start.isoformat(), **_fields(item, names)
        )

    def _closed(self, item: SessionClosed) -> None:
        end = item.end.isoformat()
        self._update(item.session, end=end, summary=item.summary, discarded=item.discarded)
        if item.suggested_maximum is not None:
            self._db.execute(
                "INSERT OR REPLACE INTO suggestions (session, athlete, max_heart_rate, at)"
                " SELECT number, athlete, ?, ? FROM sessions WHERE number = ?",
                [item.suggested_maximum, end, self._number(item.session)],
            )

    def _seen(self, item: StrapSeen) -> None:
        """Whose a paired strap is, only a command changes; a strap that says less keeps what it said."""
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
                raise RefusedItemsError(f"session {session} is not in the store", self._all_of(session))
            number = self._numbers[session] = row[0]
        return number

    def _next(self, table: str, number: int) -> int:
        """The key behind the last one of a session."""
        first, last = keys(number)
        query = f"SELECT max(id) FROM {table} WHERE id BETWEEN ? AND ?"  # noqa: S608 - names of this module
        newest = self._db.execute(query, [first, last]).fetchone()[0]
        return first if newest is None else int(newest) + 1

    def _all_of(self, session: str) -> list[RecordItem]:
        return [item for item in self._items if getattr(item, "session", None) == session]

    def _insert(self, table: str, **values: Any) -> int:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        query = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of this module
        return self._db.execute(query, list(values.values())).lastrowid or 0

    def _update(self, session: str, **values: Any) -> None:
        changes = ", ".join(f'"{name}" = ?' for name in values)
        query = f"UPDATE sessions SET {changes} WHERE number = ?"  # noqa: S608 - names of this module
        self._db.execute(query, [*values.values(), self._number(session)])


def _asked(item: NapBegun | NapOver | WishesChanged) -> tuple[str, list[Any]]:
    match item:
        case NapBegun():
            return nap_begun(item.nap)
        case NapOver():
            return nap_over(item.athlete)
        case WishesChanged():
            return wishes_changed(item)


def _fields(item: RecordItem, names: str) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names.split()}


def write_batch(db: Database, items: Iterable[RecordItem]) -> list[Queued]:
    """Write all of a batch, in order; see `BatchWriter.write`."""
    return BatchWriter(db, tuple(items)).write()
