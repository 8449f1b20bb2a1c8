"""Deletes sessions: at once, or so that they can be restored for a day."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from ..errors import StoreError, UnknownSessionError
from .session_reader import SessionReader, row_ids, rr_row_ids

RESTORABLE_FOR = timedelta(days=1)
"""the daemon's next purge after that deletes for good"""


class SessionDeletion(SessionReader):
    """The part of the store that deletes sessions.

    A session with a time of deletion stays whole in its tables, and no query but `deleted_sessions` has it.
    """

    def mark_deleted(self, session: str, at: datetime) -> str:
        """Take a session, named as for `session`, out of every list; return its id.

        Raises UnknownSessionError, or StoreError while it is still being recorded.
        """
        row = self.session(session)
        if row.end is None:
            raise StoreError(f"session {row.id} is still being recorded: end it first")
        with self._transaction():
            self._db.execute("UPDATE sessions SET deleted_at = ? WHERE id = ?", [at.isoformat(), row.id])
        return row.id

    def restore_session(self, name: str) -> str:
        """Bring a deleted session back, by its id or the beginning of it; return its id.

        Raises UnknownSessionError where none or more than one matches.
        """
        matches = [row.id for row, _ in self.deleted_sessions() if row.id.startswith(name.lower())]
        if len(matches) != 1:
            reason = "there is no deleted session" if not matches else "several deleted sessions begin with"
            raise UnknownSessionError(f"{reason} {name!r}; what was purged does not come back")
        with self._transaction():
            self._db.execute("UPDATE sessions SET deleted_at = NULL WHERE id = ?", matches)
        return matches[0]

    def purge_deleted(self, before: datetime) -> int:
        """Delete for good what was deleted before a date; return the number of sessions."""
        return self._purge("julianday(deleted_at) < julianday(?)", before)

    def purge_discarded(self, before: datetime) -> int:
        """Delete the discarded sessions that ended before a date; return their number."""
        return self._purge('discarded AND deleted_at IS NULL AND julianday("end") < julianday(?)', before)

    def delete_session(self, session: str) -> None:
        """Delete a session with everything recorded in it. Raises UnknownSessionError."""
        number = self._number(session)
        with self._transaction():
            delete_session_rows(self._db, number)

    def _purge(self, where: str, before: datetime) -> int:
        with self._transaction():
            query = f"SELECT number FROM sessions WHERE {where}"  # noqa: S608 - of this module
            rows = self._db.execute(query, [before.isoformat()]).fetchall()
            for (number,) in rows:
                delete_session_rows(self._db, number)
        return len(rows)


def delete_session_rows(db: sqlite3.Connection, number: int) -> None:
    """Delete a session, by its number, with everything recorded in it; needs a transaction."""
    first, last = row_ids(number)
    for table in ("measurements", "events", "activity_changes"):
        query = f"DELETE FROM {table} WHERE id BETWEEN ? AND ?"  # noqa: S608 - names of this module
        db.execute(query, [first, last])
    db.execute("DELETE FROM rr_intervals WHERE id BETWEEN ? AND ?", rr_row_ids(first, last))
    db.execute("DELETE FROM suggestions WHERE session = ?", [number])
    db.execute("DELETE FROM sessions WHERE number = ?", [number])
