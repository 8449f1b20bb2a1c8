"""Reads sessions from the database.

What happens in a session has one integer as its row id; see `migrations`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ..errors import UnknownSessionError
from .connection import DatabaseConnection
from .errors import store_errors
from .records import (
    ActivityChanged,
    EventRecord,
    MeasurementRecord,
    SessionIndexEntry,
    SessionRow,
    Suggestion,
)

SEQUENCES = 1_000_000_000
"""row ids of a table for each session"""
POSITIONS = 1000
"""row ids of RR intervals for each measurement"""

_COLUMNS = (
    "id, athlete, node, activity, start, clock_synchronised, boot, origin_ms, judgement,"
    ' strap_name, strap_address, "end", summary, discarded'
)
_CHUNK = 2000
_CONTACT = {1: "yes", 0: "no", None: "unknown"}


def row_id(session: int, sequence: int) -> int:
    """Row id of a measurement, event or activity change. Raises ValueError where it is out of range."""
    if not 0 <= sequence < SEQUENCES:
        raise ValueError(f"sequence {sequence} is out of range")
    return session * SEQUENCES + sequence


def row_ids(session: int) -> tuple[int, int]:
    """The first and the last row id of a session."""
    return session * SEQUENCES, (session + 1) * SEQUENCES - 1


def rr_row_ids(first: int, last: int) -> tuple[int, int]:
    """The first and the last row id of the RR intervals of the measurements `first` to `last`."""
    return first * POSITIONS, last * POSITIONS + POSITIONS - 1


class SessionReader(DatabaseConnection):
    """The part of the store that reads sessions."""

    def sessions(
        self, athlete: str | None = None, *, limit: int | None = None, discarded: bool = True
    ) -> list[SessionRow]:
        """Sessions, newest first; without the discarded ones where `discarded` is false."""
        where = "(?1 IS NULL OR athlete = ?1) AND (?2 OR NOT discarded)"
        return self._sessions(
            f"{where} ORDER BY julianday(start) DESC, number DESC LIMIT ?3",
            athlete,
            discarded,
            -1 if limit is None else limit,
        )

    def session_index(self, athlete: str | None = None) -> list[SessionIndexEntry]:
        """Whose every session was, its activity and its start, newest first: without what is long."""
        rows = self._rows(
            "SELECT id, athlete,"
            " coalesce(iif(json_valid(summary), json_extract(summary, '$.activity'), NULL), activity), start"
            " FROM sessions WHERE deleted_at IS NULL AND (?1 IS NULL OR athlete = ?1)"
            " ORDER BY julianday(start) DESC, number DESC",
            athlete,
        )
        return [
            SessionIndexEntry(session, who, activity, datetime.fromisoformat(start))
            for session, who, activity, start in rows
        ]

    def sessions_of(self, ids: Sequence[str]) -> list[SessionRow]:
        """The sessions with these ids, newest first."""
        where = "id IN (SELECT value FROM json_each(?)) ORDER BY julianday(start) DESC, number DESC"
        return self._sessions(where, json.dumps(list(ids)))

    def sessions_since(
        self, athlete: str, earliest: datetime, latest: datetime | None = None
    ) -> list[SessionRow]:
        """An athlete's sessions that started from `earliest` to `latest`, oldest first."""
        return self._sessions(
            "athlete = ?1 AND julianday(start) >= julianday(?2)"
            " AND (?3 IS NULL OR julianday(start) <= julianday(?3)) ORDER BY julianday(start), number",
            athlete,
            earliest.isoformat(),
            None if latest is None else latest.isoformat(),
        )

    def open_sessions(self) -> list[SessionRow]:
        """Sessions without an end, oldest first."""
        return self._sessions('"end" IS NULL ORDER BY number')

    def session(self, name: str) -> SessionRow:
        """Find a session by its id, by the beginning of its id, or `last`: the newest that was not discarded.

        Raises UnknownSessionError where none or more than one matches.
        """
        if name == "last":
            rows = self.sessions(limit=1, discarded=False)
            if not rows:
                raise UnknownSessionError("there are no sessions yet")
            return rows[0]
        if not name.isascii():
            raise UnknownSessionError(f"there is no session {name!r}")
        rows = self._sessions("substr(id, 1, length(?1)) = ?1 AND ?1 != '' LIMIT 2", name.lower())
        if not rows:
            raise UnknownSessionError(f"there is no session {name!r}")
        if len(rows) > 1:
            raise UnknownSessionError(f"more than one session id begins with {name!r}: give more of it")
        return rows[0]

    def last_with_summary(self, athlete: str) -> SessionRow | None:
        """An athlete's newest session that has ended and was not discarded."""
        rows = self._sessions(
            "athlete = ?1 AND NOT discarded AND summary IS NOT NULL"
            " ORDER BY julianday(start) DESC, number DESC LIMIT 1",
            athlete,
        )
        return rows[0] if rows else None

    def deleted_sessions(self, athlete: str | None = None) -> list[tuple[SessionRow, datetime]]:
        """Deleted sessions that can still be restored, each with the time of its deletion, latest first."""
        query = (
            f"SELECT {_COLUMNS}, deleted_at FROM sessions"  # noqa: S608 - of this module
            " WHERE deleted_at IS NOT NULL AND (?1 IS NULL OR athlete = ?1)"
            " ORDER BY julianday(deleted_at) DESC, number DESC"
        )
        rows = self._rows(query, athlete)
        return [(_session_row(row), datetime.fromisoformat(row[-1])) for row in rows]

    def session_exists(self, session: str) -> bool:
        """Whether there is a session with exactly this id that was not deleted."""
        return bool(self._rows("SELECT 1 FROM sessions WHERE id = ? AND deleted_at IS NULL", session))

    def athletes_with_sessions(self) -> list[str]:
        """Ids of the athletes with a session that was not discarded."""
        rows = self._rows(
            "SELECT DISTINCT athlete FROM sessions"
            " WHERE NOT discarded AND deleted_at IS NULL ORDER BY athlete"
        )
        return [row[0] for row in rows]

    def athletes_on_record(self) -> list[str]:
        """Ids of the athletes with any session, deleted ones included, or log entry."""
        rows = self._rows("SELECT athlete FROM sessions UNION SELECT athlete FROM practice_log ORDER BY 1")
        return [row[0] for row in rows]

    def measurements(self, session: str) -> Iterator[MeasurementRecord]:
        """A session's measurements in order, read in chunks.

        No statement stays open between two chunks, so a slow reader does not block a writer.
        """
        first, end = row_ids(self._number(session))
        while True:
            with store_errors(self.path):
                ids, chunk = self._measurement_chunk(session, first, end)
            if not chunk:
                return
            yield from chunk
            first = ids[-1] + 1

    def events(self, session: str) -> list[EventRecord]:
        """A session's events in order."""
        rows = self._rows(
            "SELECT id, offset_ms, name, heart_rate, effort, level FROM events"
            " WHERE id BETWEEN ? AND ? ORDER BY id",
            *row_ids(self._number(session)),
        )
        return [EventRecord(session, number % SEQUENCES, *rest) for number, *rest in rows]

    def activity_changes(self, session: str) -> list[ActivityChanged]:
        """A session's activity changes in order."""
        rows = self._rows(
            "SELECT offset_ms, activity FROM activity_changes WHERE id BETWEEN ? AND ? ORDER BY id",
            *row_ids(self._number(session)),
        )
        return [ActivityChanged(session, *row) for row in rows]

    def activity_starts(self, row: SessionRow) -> list[tuple[int, str]]:
        """Times (ms) from which on a session had each of its activities."""
        changes = self.activity_changes(row.id)
        return [(0, row.activity), *((change.offset_ms, change.activity) for change in changes)]

    def last_offset_ms(self, session: str) -> int | None:
        """Time of a session's last measurement since its first; None where there is none."""
        rows = self._rows(
            "SELECT offset_ms FROM measurements WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
            *row_ids(self._number(session)),
        )
        return rows[0][0] if rows else None

    def event_count(self, session: str) -> int:
        """The sequence of a session's next event: the number of its events, unless some were lost."""
        rows = self._rows(
            "SELECT max(id) FROM events WHERE id BETWEEN ? AND ?", *row_ids(self._number(session))
        )
        return 0 if rows[0][0] is None else int(rows[0][0]) % SEQUENCES + 1

    def suggestions(self, athlete: str | None = None) -> list[Suggestion]:
        """Suggested maximum heart rates, newest first."""
        rows = self._rows(
            "SELECT sessions.id, suggestions.athlete, max_heart_rate, at FROM suggestions"
            " JOIN sessions ON number = session"
            " WHERE deleted_at IS NULL AND (?1 IS NULL OR suggestions.athlete = ?1)"
            " ORDER BY julianday(at) DESC, number DESC",
            athlete,
        )
        return [
            Suggestion(session, who, maximum, datetime.fromisoformat(at))
            for session, who, maximum, at in rows
        ]

    def _measurement_chunk(
        self, session: str, first: int, end: int
    ) -> tuple[list[int], list[MeasurementRecord]]:
        rows = self._db.execute(
            "SELECT id, offset_ms, heart_rate, contact, energy_kj, hold_ms FROM measurements"
            " WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
            [first, end, _CHUNK],
        ).fetchall()
        ids = [row[0] for row in rows]
        if not ids:
            return [], []
        rr_ms: dict[int, list[float]] = {}
        for number, interval in self._db.execute(
            "SELECT id, rr_ms FROM rr_intervals WHERE id BETWEEN ? AND ? ORDER BY id",
            rr_row_ids(ids[0], ids[-1]),
        ):
            rr_ms.setdefault(number // POSITIONS, []).append(interval)
        return ids, [
            MeasurementRecord(
                session, offset_ms, rate, _CONTACT[contact], tuple(rr_ms.get(number, ())), energy_kj, hold_ms
            )
            for number, offset_ms, rate, contact, energy_kj, hold_ms in rows
        ]

    def _sessions(self, where: str, *parameters: Any) -> list[SessionRow]:
        """Read sessions by a condition, which an order and a limit may follow; deleted ones are left out."""
        query = f"SELECT {_COLUMNS} FROM sessions WHERE deleted_at IS NULL AND {where}"  # noqa: S608
        return [_session_row(row) for row in self._rows(query, *parameters)]

    def _number(self, session: str) -> int:
        rows = self._rows("SELECT number FROM sessions WHERE id = ?", session)
        if not rows:
            raise UnknownSessionError(f"there is no session {session!r}")
        return int(rows[0][0])


def _session_row(row: tuple[Any, ...]) -> SessionRow:
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
        profile=row[8],
        strap_name=row[9],
        strap_address=row[10],
        end=None if end is None else datetime.fromisoformat(end),
        summary=row[12],
        discarded=bool(row[13]),
    )
