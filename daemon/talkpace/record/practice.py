"""The practice log on disk."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from ..errors import UnknownEntryError
from ..practice.log import WHAT, Entry
from .database import OpenDatabase

_log = logging.getLogger(__name__)

_COLUMNS = "id, athlete, at, recorded_at, kind, details"


class PracticeStore(OpenDatabase):
    """The part of the store that holds what athletes write down."""

    def log_entries(
        self, athlete: str | None = None, *, since: datetime | None = None, before: datetime | None = None
    ) -> list[Entry]:
        """In the order in which they were written down; of one athlete, of a span of time, or all.

        An entry that makes no sense, as somebody may have changed the file, is reported and passed over.
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
        """Write one down."""
        with self._transaction():
            self._db.execute(*inserted(entry))

    def edit_log_entry(self, entry: Entry) -> None:
        """Other values, or another time, for the athlete's entry of this id. Raises UnknownEntryError."""
        with self._transaction():
            if not self._db.execute(*updated(entry)).rowcount:
                raise UnknownEntryError(f"{entry.athlete} has no entry {entry.id!r}")

    def delete_log_entry(self, athlete: str, entry_id: str) -> None:
        """Remove an athlete's entry for good. Raises UnknownEntryError."""
        with self._transaction():
            if not self._db.execute(*deleted(athlete, entry_id)).rowcount:
                raise UnknownEntryError(f"{athlete} has no entry {entry_id!r}")


def inserted(entry: Entry) -> tuple[str, list[Any]]:
    """The statement that adds an entry."""
    return (
        f"INSERT INTO practice_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - of this module
        [
            entry.id,
            entry.athlete,
            entry.at.isoformat(timespec="milliseconds"),
            entry.recorded_at.isoformat(timespec="milliseconds"),
            entry.what.kind,
            entry.what.model_dump_json(exclude={"kind"}),
        ],
    )


def updated(entry: Entry) -> tuple[str, list[Any]]:
    """The statement that changes one; its kind, its athlete and its place in the order stay."""
    return (
        "UPDATE practice_log SET at = ?, details = ? WHERE id = ? AND athlete = ? AND kind = ?",
        [
            entry.at.isoformat(timespec="milliseconds"),
            entry.what.model_dump_json(exclude={"kind"}),
            entry.id,
            entry.athlete,
            entry.what.kind,
        ],
    )


def deleted(athlete: str, entry_id: str) -> tuple[str, list[Any]]:
    """The statement that removes one."""
    return "DELETE FROM practice_log WHERE id = ? AND athlete = ?", [entry_id, athlete]


def _entry(row: tuple[Any, ...]) -> Entry | None:
    entry_id, athlete, at, recorded_at, kind, details = row
    try:
        what = WHAT.validate_python({**json.loads(details), "kind": kind})
        return Entry(entry_id, athlete, datetime.fromisoformat(at), datetime.fromisoformat(recorded_at), what)
    except (ValidationError, ValueError, TypeError) as error:
        _log.warning("the entry %s of %s is passed over: %s", entry_id, athlete, type(error).__name__)
        return None
