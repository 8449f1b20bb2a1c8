"""The store: writes records and the outbox; its base classes have sessions, athletes, log and naps."""

from __future__ import annotations

from collections.abc import Sequence

from .athlete_tables import AthleteTables
from .batch_writer import write_batch
from .habits_log import HabitsLogTable
from .migrations import version
from .notification_table import NotificationTable
from .pending_tables import PendingTables
from .records import OutgoingMessage, Queued, QueuedMessage, RecordItem
from .session_deletion import SessionDeletion, delete_session_rows


class Store(SessionDeletion, AthleteTables, HabitsLogTable, PendingTables, NotificationTable):
    """All tables over one connection; `DatabaseConnection` says what every method may raise."""

    def write(self, items: Sequence[RecordItem]) -> Sequence[Queued]:
        """Write all items in order, or none; return the outgoing messages and notifications with their ids.

        Raises RefusedItemsError for items that can never be written; StoreFullError, StoreReadOnlyError or
        StoreError where the same batch can be tried again.
        """
        with self._transaction():
            return write_batch(self._db, items)

    def check_writable(self) -> None:
        """Write a value that is there already. Raises StoreFullError, StoreReadOnlyError or StoreError."""
        with self._transaction():
            self._db.execute(f"PRAGMA user_version = {version(self._db)}")

    def delete_athlete(self, athlete: str) -> None:
        """Delete an athlete with everything that was recorded of them."""
        with self._transaction():
            rows = self._db.execute("SELECT number FROM sessions WHERE athlete = ?", [athlete]).fetchall()
            for (number,) in rows:
                delete_session_rows(self._db, number)
            for table in (
                "athletes",
                "practice_log",
                "talk_tests",
                "suggestions",
                "wishes",
                "naps",
                "notifications",
            ):
                query = f"DELETE FROM {table} WHERE athlete = ?"  # noqa: S608 - names of this module
                self._db.execute(query, [athlete])
            self._db.execute("DELETE FROM straps WHERE athlete = ?", [athlete])
            self._db.execute(
                "DELETE FROM outbox WHERE substr(topic, 1, ?) = ?", [len(athlete) + 1, f"{athlete}/"]
            )

    def outbox(self, limit: int) -> list[QueuedMessage]:
        """The oldest messages that the broker has not acknowledged, in order."""
        rows = self._rows("SELECT id, topic, payload, retain FROM outbox ORDER BY id LIMIT ?", limit)
        return [QueuedMessage(row[0], OutgoingMessage(row[1], row[2], bool(row[3]))) for row in rows]

    def acknowledge(self, *ids: int) -> None:
        """Delete messages from the outbox, as the broker has acknowledged them."""
        with self._transaction():
            self._db.executemany("DELETE FROM outbox WHERE id = ?", [(id_,) for id_ in ids])
