"""The database schema as numbered migrations. A released migration never changes.

Rows of a session have one integer as primary key, `session * 1 000 000 000 + sequence` (RR intervals: a
thousand times that, plus the position in the measurement). So a batch appends to the last page of a table
and needs no index; `session` and `sequence` are virtual columns that take no space. Times are ISO 8601,
`offset_ms` counts from the session's first measurement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration = Callable[["Database"], None]

APPLICATION_ID = 0x7461_6C6B
"""`talk` in ASCII: marks a SQLite file as ours"""


def _sessions_and_outbox(db: Database) -> None:
    """Version 1: sessions, athletes, straps and the outbox."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.table("athletes").create(
        {"id": int, "athlete": str, "key": str, "value": str, "changed_at": str, "source": str},
        pk="id",
        not_null={"athlete", "key", "value", "changed_at", "source"},
    )
    db.table("straps").create(
        {
            "address": str,
            "athlete": str,
            "name": str,
            "battery_percent": int,
            "first_seen": str,
            "last_seen": str,
            "paired_at": str,
        },
        pk="address",
        not_null={"athlete", "name", "first_seen", "last_seen"},
    )
    sessions = {
        "number": int,
        "id": str,
        "athlete": str,
        "node": str,
        "activity": str,
        "start": str,
        "clock_synchronised": int,
        "boot": str,
        "origin_ms": int,
        "judgement": str,
        "strap_name": str,
        "strap_address": str,
        "end": str,
        "summary": str,
        "discarded": int,
    }
    db.table("sessions").create(
        sessions, pk="number", not_null=set(sessions) - {"end", "summary"}, defaults={"discarded": 0}
    )
    db.table("sessions").create_index(["id"], unique=True)
    _keyed_table(
        db, "measurements", {"offset_ms": int, "heart_rate": int}, {"contact": int, "energy_kj": int}
    )
    _keyed_table(
        db, "events", {"offset_ms": int, "name": str, "level": int}, {"heart_rate": int, "effort": float}
    )
    _keyed_table(db, "activity_changes", {"offset_ms": int, "activity": str}, {})
    db.table("rr_intervals").create({"id": int, "rr_ms": float}, pk="id", not_null={"rr_ms"})
    _add_virtual_columns(db, "rr_intervals", session="id / 1000000000000")
    _add_virtual_columns(db, "rr_intervals", measurement="id / 1000 % 1000000000", position="id % 1000")
    db.table("suggestions").create(
        {"session": int, "athlete": str, "max_heart_rate": int, "at": str},
        pk="session",
        not_null={"athlete", "max_heart_rate", "at"},
        foreign_keys=[("session", "sessions", "number")],
    )
    # AUTOINCREMENT, so that an id of the outbox is never used again.
    db.execute(
        "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL,"
        " payload TEXT NOT NULL, retain INTEGER NOT NULL)"
    )
    _views(db)


def _keyed_table(db: Database, table: str, required: dict[str, type], optional: dict[str, type]) -> None:
    db.table(table).create({"id": int, **required, **optional}, pk="id", not_null=set(required))
    _add_virtual_columns(db, table, session="id / 1000000000", sequence="id % 1000000000")


def _add_virtual_columns(db: Database, table: str, **columns: str) -> None:
    for name, expression in columns.items():
        db.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER AS ({expression}) VIRTUAL")


def _views(db: Database) -> None:
    """Readable times and names, for a SQLite browser."""
    db.create_view(
        "session_list",
        'SELECT number, id, athlete, activity, start, "end",'
        ' round((julianday("end") - julianday(start)) * 1440, 1) AS minutes,'
        " CASE WHEN \"end\" IS NULL THEN 'open' WHEN discarded THEN 'discarded' ELSE 'kept' END AS state"
        " FROM sessions ORDER BY julianday(start) DESC",
    )
    for view, table, columns in (
        (
            "measurement_list",
            "measurements",
            "heart_rate, iif(contact IS NULL, 'unknown', iif(contact, 'yes', 'no')) AS contact, energy_kj",
        ),
        ("event_list", "events", "name, level, heart_rate, effort"),
    ):
        db.create_view(
            view,
            "SELECT sessions.id AS session, athlete,"  # noqa: S608 - names of this module
            " strftime('%Y-%m-%dT%H:%M:%fZ', julianday(start) + offset_ms / 86400000.0) AS time,"
            f" {columns} FROM sessions JOIN {table} ON {table}.id"
            " BETWEEN number * 1000000000 AND number * 1000000000 + 999999999",
        )


def _habits_log(db: Database) -> None:
    """Version 2: the habits log; `details` is JSON by `kind`."""
    columns = {
        "number": int, "id": str, "athlete": str, "kind": str, "at": str, "recorded_at": str, "details": str,
    }  # fmt: skip
    db.table("practice_log").create(columns, pk="number", not_null=set(columns))
    db.table("practice_log").create_index(["id"], unique=True)


def _talk_tests(db: Database) -> None:
    """Version 3: answers to the talk test. An answer is kept when its session is deleted."""
    answers = {
        "id": int,
        "athlete": str,
        "session": str,
        "at": str,
        "answer": str,
        "heart_rate": int,
        "effort": float,
        "ceiling": float,
    }
    db.table("talk_tests").create(answers, pk="id", not_null=set(answers) - {"session"})


def _naps_and_requests(db: Database) -> None:
    """Version 4: naps, and requests from commands to the daemon. Finished rows are deleted."""
    naps = {"athlete": str, "started": str, "minutes": float, "boot": str, "started_ms": int}
    db.table("naps").create(naps, pk="athlete", not_null=set(naps))
    requests = {
        "number": int, "athlete": str, "name": str, "argument": str, "at": str, "state": str, "says": str,
    }  # fmt: skip
    db.table("requests").create(requests, pk="number", not_null=set(requests) - {"says"})


def _pending_states(db: Database) -> None:
    """Version 5: athletes' settings that survive a restart."""
    wishes = {
        "athlete": str, "boot": str, "at_ms": int, "muted_until_ms": int, "activity": str, "held_off_ms": int,
    }  # fmt: skip
    db.table("wishes").create(wishes, pk="athlete", not_null=set(wishes) - {"muted_until_ms", "held_off_ms"})


def _holds(db: Database) -> None:
    """Version 6: how long a measurement of a recording holds although nothing follows."""
    db.table("measurements").add_column("hold_ms", int)


def _steady_talk_tests(db: Database) -> None:
    """Version 7: whether effort was steady when a talk test was answered; null of earlier answers."""
    db.table("talk_tests").add_column("steady", int)


def _no_requests(db: Database) -> None:
    """Version 8: requests to the daemon go over the control socket."""
    db.table("requests").drop(ignore=True)


def _ignored_straps(db: Database) -> None:
    """Version 9: straps of others, which are not to be reported."""
    ignored = {"address": str, "name": str, "ignored_at": str}
    db.table("ignored_straps").create(ignored, pk="address", not_null=set(ignored))


def _deleted_sessions(db: Database) -> None:
    """Version 10: when a session was deleted; it can be restored until it is purged."""
    db.table("sessions").add_column("deleted_at", str)
    db.create_view(
        "session_list",
        'SELECT number, id, athlete, activity, start, "end",'
        ' round((julianday("end") - julianday(start)) * 1440, 1) AS minutes,'
        " CASE WHEN deleted_at IS NOT NULL THEN 'deleted' WHEN \"end\" IS NULL THEN 'open'"
        " WHEN discarded THEN 'discarded' ELSE 'kept' END AS state"
        " FROM sessions ORDER BY julianday(start) DESC",
        replace=True,
    )


def _notifications(db: Database) -> None:
    """Version 11: notifications that have not been sent."""
    # AUTOINCREMENT, as of the outbox.
    db.execute(
        "CREATE TABLE notifications (id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL,"
        " kind TEXT NOT NULL, athlete TEXT, heart_data INTEGER NOT NULL, title TEXT NOT NULL,"
        " text TEXT NOT NULL, at TEXT NOT NULL, boot TEXT NOT NULL, at_ms INTEGER NOT NULL)"
    )


MIGRATIONS: Sequence[Migration] = (
    _sessions_and_outbox, _habits_log, _talk_tests, _naps_and_requests, _pending_states, _holds,
    _steady_talk_tests, _no_requests, _ignored_straps, _deleted_sessions,
    _notifications,
)  # fmt: skip


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Run the missing migrations, each in its own transaction."""
    if version(connection) >= len(migrations):
        return
    from sqlite_utils import Database  # noqa: PLC0415 - slow to import

    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    for number, step in enumerate(migrations, start=1):
        with transaction(connection):
            if version(connection) < number:
                step(db)
                connection.execute(f"PRAGMA user_version = {number}")


def version(connection: sqlite3.Connection) -> int:
    """Number of the last migration; 0 of an empty database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end, or roll back on an exception.

    Takes the write lock at once: a transaction that reads first fails when it comes to write, if another
    process has written meanwhile.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
