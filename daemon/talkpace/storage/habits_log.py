"""The table of the habits log."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..errors import UnknownEntryError
from .connection import DatabaseConnection
from .records import EntryDeleted, EntryEdited, EntryLogged, LogItem

if TYPE_CHECKING:
    from ..habits.log import Entry

_log = logging.getLogger(__name__)

_COLUMNS = "id, athlete, at, recorded_at, kind, details"


class HabitsLogTable(DatabaseConnection):
    """The part of the store with the athletes' log entries."""

    def log_entries(
        self, athlete: str | None = None, *, since: datetime | None = None, before: datetime | None = None
    ) -> list[Entry]:
        """Log entries in the order in which they were written, from `since` up to but without `before`.

        An invalid entry is logged and skipped: somebody may have edited the file.
        """
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM practice_log"  # noqa: S608 - names of this module
            " WHERE (?1 IS NULL OR athlete = ?1) AND (?2 IS NULL OR julianday(at) >= julianday(?2))"
            " AND (?3 IS NULL OR julianday(at) < julianday(?3)) ORDER BY number",
            athlete,
            None if since is None else since.isoformat(),
            None if before is None else before.isoformat(),
        )
        return [entry for row in rows if (entry := _entry(row)) is not None]

    def add_log_entry(self, entry: Entry) -> None:
        """Add an entry."""
        with self._transaction():
            self._db.execute(*entry_statement(EntryLogged(entry)))

    def edit_log_entry(self, entry: Entry) -> None:
        """Change the time or the values of an athlete's entry. Raises UnknownEntryError."""
        with self._transaction():
            if not self._db.execute(*entry_statement(EntryEdited(entry))).rowcount:
                raise UnknownEntryError(f"{entry.athlete} has no entry {entry.id!r}")

    def delete_log_entry(self, athlete: str, entry_id: str) -> None:
        """Delete an athlete's entry. Raises UnknownEntryError."""
        with self._transaction():
            if not self._db.execute(*entry_statement(EntryDeleted(athlete, entry_id))).rowcount:
                raise UnknownEntryError(f"{athlete} has no entry {entry_id!r}")


def entry_statement(item: LogItem) -> tuple[str, list[Any]]:
    """SQL statement and parameters that write an item; an edit leaves kind, athlete and position."""
    if isinstance(item, EntryDeleted):
        return "DELETE FROM practice_log WHERE id = ? AND athlete = ?", [item.entry, item.athlete]
    entry = item.entry
    at, details = entry.at.isoformat(timespec="milliseconds"), entry.content.model_dump_json(exclude={"kind"})
    if isinstance(item, EntryEdited):
        return (
            "UPDATE practice_log SET at = ?, details = ? WHERE id = ? AND athlete = ? AND kind = ?",
            [at, details, entry.id, entry.athlete, entry.content.kind],
        )
    recorded_at = entry.recorded_at.isoformat(timespec="milliseconds")
    return (
        f"INSERT INTO practice_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - of this module
        [entry.id, entry.athlete, at, recorded_at, entry.content.kind, details],
    )


def _entry(row: tuple[Any, ...]) -> Entry | None:
    from ..habits.log import CONTENT_ADAPTER, Entry  # noqa: PLC0415 - slow to import

    entry_id, athlete, at, recorded_at, kind, details = row
    try:
        what = CONTENT_ADAPTER.validate_python({**json.loads(details), "kind": kind})
        return Entry(entry_id, athlete, datetime.fromisoformat(at), datetime.fromisoformat(recorded_at), what)
    except (ValidationError, ValueError, TypeError) as error:
        _log.warning("log entry %s of %s skipped: invalid (%s)", entry_id, athlete, type(error).__name__)
        return None
