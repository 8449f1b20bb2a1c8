"""The store: every session on disk, what waits for the broker, and who trains here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ..errors import UnknownSessionError
from .asked import AskedStore
from .failure import store_errors
from .household import HouseholdStore
from .items import ActivityChanged, EventHappened, MeasurementTaken, Outgoing, Queued, RecordItem
from .keys import SEQUENCES, keys, rr_keys
from .migrations import version
from .practice import PracticeStore
from .reading import SESSION_COLUMNS, read_activity_changes, read_events, read_measurements, session_row
from .rows import SessionRow, Suggestion
from .writing import write_batch


class Store(HouseholdStore, PracticeStore, AskedStore):
    """Sessions and the outbox; see `OpenDatabase` for what holds of every method."""

    # -- recording ---------------------------------------------------------------------------------

    def write(self, items: Sequence[RecordItem]) -> list[Queued]:
        """Keep all of these, in order, or none; the outgoing ones are returned with their places.

        Raises RefusedItemsError where some of them can never be kept, StoreFullError,
        StoreReadOnlyError or StoreError where the same batch can be tried again.
        """
        with self._transaction():
            return write_batch(self._db, items)

    def try_writing(self) -> None:
        """Write what is there already. Raises StoreFullError, StoreReadOnlyError or StoreError."""
        with self._transaction():
            self._db.execute(f"PRAGMA user_version = {version(self._db)}")

    def purge_discarded(self, before: datetime) -> int:
        """Remove the discarded sessions that ended before a date; answers how many."""
        with self._transaction():
            rows = self._db.execute(
                'SELECT number FROM sessions WHERE discarded AND julianday("end") < julianday(?)',
                [before.isoformat()],
            ).fetchall()
            for (number,) in rows:
                self._remove(number)
        return len(rows)

    def remove(self, session: str) -> None:
        """Remove a session, such as one of which no measurement was ever kept."""
        number = self._number(session)
        with self._transaction():
            self._remove(number)

    # -- sessions ----------------------------------------------------------------------------------

    def sessions(
        self, athlete: str | None = None, *, limit: int | None = None, discarded: bool = True
    ) -> list[SessionRow]:
        """Sessions, newest first; `discarded` says whether those too short to count are among them."""
        where = "(?1 IS NULL OR athlete = ?1) AND (?2 OR NOT discarded)"
        return self._sessions(
            f"{where} ORDER BY julianday(start) DESC, number DESC LIMIT ?3",
            athlete,
            discarded,
            -1 if limit is None else limit,
        )

    def sessions_since(
        self, athlete: str, earliest: datetime, latest: datetime | None = None
    ) -> list[SessionRow]:
        """An athlete's sessions that began at `earliest` or later, up to `latest`; oldest first."""
        return self._sessions(
            "athlete = ?1 AND julianday(start) >= julianday(?2)"
            " AND (?3 IS NULL OR julianday(start) <= julianday(?3)) ORDER BY julianday(start), number",
            athlete,
            earliest.isoformat(),
            None if latest is None else latest.isoformat(),
        )

    def trained(self) -> list[str]:
        """Ids of everyone who has a session that counts."""
        rows = self._rows("SELECT DISTINCT athlete FROM sessions WHERE NOT discarded ORDER BY athlete")
        return [row[0] for row in rows]

    def athletes_on_record(self) -> list[str]:
        """Ids of everyone of whom there is anything: a session, or something written down."""
        rows = self._rows("SELECT athlete FROM sessions UNION SELECT athlete FROM practice_log ORDER BY 1")
        return [row[0] for row in rows]

    def open_sessions(self) -> list[SessionRow]:
        """Those under way, or left so by a run that was cut short; oldest first."""
        return self._sessions('"end" IS NULL ORDER BY number')

    def session(self, name: str) -> SessionRow:
        """By its id, by the beginning of it, or `last`: the newest one that counts.

        Raises UnknownSessionError where there is none, or more than one.
        """
        if name == "last":
            found = self.sessions(limit=1, discarded=False)
            if not found:
                raise UnknownSessionError("no session has been kept yet")
            return found[0]
        if not name.isascii():
            raise UnknownSessionError(f"there is no session {name!r}")
        found = self._sessions("substr(id, 1, length(?1)) = ?1 AND ?1 != '' LIMIT 2", name.lower())
        if not found:
            raise UnknownSessionError(f"there is no session {name!r}")
        if len(found) > 1:
            raise UnknownSessionError(f"more than one session begins with {name!r}")
        return found[0]

    def session_exists(self, session: str) -> bool:
        """Whether a session with exactly this id is kept, such as one of the same recording."""
        return bool(self._rows("SELECT 1 FROM sessions WHERE id = ?", session))

    def measurements(self, session: str) -> Iterator[MeasurementTaken]:
        """A session's measurements in their order; read a chunk at a time, as they are asked for."""
        chunks = read_measurements(self._db, session, self._number(session))
        while True:
            with store_errors(self.path):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield from chunk

    def events(self, session: str) -> list[EventHappened]:
        """A session's events in their order."""
        with store_errors(self.path):
            return read_events(self._db, session, self._number(session))

    def activity_changes(self, session: str) -> list[ActivityChanged]:
        """A session's changes of activity in their order."""
        with store_errors(self.path):
            return read_activity_changes(self._db, session, self._number(session))

    def last_offset_ms(self, session: str) -> int | None:
        """When a session's last measurement was taken; None where it has none."""
        rows = self._rows(
            "SELECT offset_ms FROM measurements WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
            *keys(self._number(session)),
        )
        return rows[0][0] if rows else None

    def event_count(self, session: str) -> int:
        """The sequence that a session's next event gets: the number of its events, unless some were lost."""
        rows = self._rows("SELECT max(id) FROM events WHERE id BETWEEN ? AND ?", *keys(self._number(session)))
        return 0 if rows[0][0] is None else int(rows[0][0]) % SEQUENCES + 1

    def suggestions(self, athlete: str | None = None) -> list[Suggestion]:
        """Suggested maximum heart rates, newest first."""
        rows = self._rows(
            "SELECT sessions.id, suggestions.athlete, max_heart_rate, at FROM suggestions"
            " JOIN sessions ON number = session WHERE ?1 IS NULL OR suggestions.athlete = ?1"
            " ORDER BY julianday(at) DESC, number DESC",
            athlete,
        )
        return [
            Suggestion(session, who, maximum, datetime.fromisoformat(at))
            for session, who, maximum, at in rows
        ]

    # -- the outbox --------------------------------------------------------------------------------

    def outbox(self, limit: int) -> list[Queued]:
        """The messages that have waited longest, in order."""
        rows = self._rows("SELECT id, topic, payload, retain FROM outbox ORDER BY id LIMIT ?", limit)
        return [Queued(row[0], Outgoing(row[1], row[2], bool(row[3]))) for row in rows]

    def acknowledged(self, *places: int) -> None:
        """The broker has these messages; they wait no longer."""
        with self._transaction():
            self._db.conn.executemany("DELETE FROM outbox WHERE id = ?", [(place,) for place in places])

    def _remove(self, number: int) -> None:
        first, last = keys(number)
        for table in ("measurements", "events", "activity_changes"):
            self._db.table(table).delete_where("id BETWEEN ? AND ?", [first, last])
        self._db.table("rr_intervals").delete_where("id BETWEEN ? AND ?", rr_keys(first, last))
        self._db.table("suggestions").delete_where("session = ?", [number])
        self._db.table("sessions").delete(number)

    def _sessions(self, where: str, *parameters: Any) -> list[SessionRow]:
        query = f"SELECT {SESSION_COLUMNS} FROM sessions WHERE {where}"  # noqa: S608 - of this module
        return [session_row(row) for row in self._rows(query, *parameters)]

    def _number(self, session: str) -> int:
        rows = self._rows("SELECT number FROM sessions WHERE id = ?", session)
        if not rows:
            raise UnknownSessionError(f"there is no session {session!r}")
        return int(rows[0][0])
