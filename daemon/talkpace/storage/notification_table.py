"""The table of notifications that have not been sent."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from typing import Any

from .connection import DatabaseConnection
from .records import Notification, QueuedNotification

MOST_NOTIFICATIONS = 500
"""in the store, of all addresses; beyond that the oldest are deleted"""
_COLUMNS = "address, kind, athlete, heart_data, title, text, at, boot, at_ms"

_log = logging.getLogger(__name__)


class NotificationTable(DatabaseConnection):
    """The part of the store with the notifications to be sent."""

    def notifications(self) -> list[QueuedNotification]:
        """Notifications that have not been sent, oldest first; an invalid row is logged and skipped."""
        rows = self._rows(f"SELECT id, {_COLUMNS} FROM notifications ORDER BY id")  # noqa: S608 - ours
        return [queued for row in rows if (queued := _queued(row)) is not None]

    def delete_notifications(self, *ids: int) -> None:
        """Delete notifications that were sent or given up."""
        with self._transaction():
            self._db.executemany("DELETE FROM notifications WHERE id = ?", [(id_,) for id_ in ids])


def insert_notification(db: sqlite3.Connection, item: Notification) -> QueuedNotification:
    """Insert a notification, and delete the oldest of too many; needs a transaction."""
    values = [
        item.address,
        item.kind,
        item.athlete,
        item.heart_data,
        item.title,
        item.text,
        item.at.isoformat(),
        item.boot,
        item.at_ms,
    ]
    query = f"INSERT INTO notifications ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
    number = db.execute(query, values).lastrowid or 0
    db.execute("DELETE FROM notifications WHERE id <= ?", [number - MOST_NOTIFICATIONS])
    return QueuedNotification(number, item)


def _queued(row: tuple[Any, ...]) -> QueuedNotification | None:
    number, address, kind, athlete, heart_data, title, text, at, boot, at_ms = row
    try:
        moment = datetime.fromisoformat(at)
        notification = Notification(
            address, kind, athlete, bool(heart_data), title, text, moment, boot, int(at_ms)
        )
    except (ValueError, TypeError) as error:
        _log.warning("notification %s skipped: invalid (%s)", number, type(error).__name__)
        return None
    return QueuedNotification(number, notification)
