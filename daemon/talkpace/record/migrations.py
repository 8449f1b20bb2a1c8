"""The database's layout, one numbered step after the other. A step that was released never changes.

What happens in a session lies in tables keyed by one integer, `session * 1 000 000 000 + sequence`
(of RR intervals: a thousand times that, plus the position in the measurement). So a batch appends
to the last page of a table and needs no index; `session` and `sequence` are there as columns all
the same, and take no room. Times are ISO 8601, `offset_ms` counts from the session's start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration = Callable[["Database"], None]

APPLICATION_ID = 0x7461_6C6B
"""`talk`: marks a SQLite file as ours"""


def _sessions_and_outbox(db: Database) -> None:
    """Version 1."""
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
    _keyed(db, "measurements", {"offset_ms": int, "heart_rate": int}, {"contact": int, "energy_kj": int})
    _keyed(db, "events", {"offset_ms": int, "name": str, "level": int}, {"heart_rate": int, "effort": float})
    _keyed(db, "activity_changes", {"offset_ms": int, "activity": str}, {})
    db.table("rr_intervals").create({"id": int, "rr_ms": float}, pk="id", not_null={"rr_ms"})
    _computed(db, "rr_intervals", session="id / 1000000000000")
    _computed(db, "rr_intervals", measurement="id / 1000 % 1000000000", position="id % 1000")
    db.table("suggestions").create(
        {"session": int, "athlete": str, "max_heart_rate": int, "at": str},
        pk="session",
        not_null={"athlete", "max_heart_rate", "at"},
        foreign_keys=[("session", "sessions", "number")],
    )
    # AUTOINCREMENT, so that a place in the outbox is never given twice.
    db.execute(
        "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL,"
        " payload TEXT NOT NULL, retain INTEGER NOT NULL)"
    )
    _views(db)


def _keyed(db: Database, table: str, known: dict[str, type], may_be_unknown: dict[str, type]) -> None:
    db.table(table).create({"id": int, **known, **may_be_unknown}, pk="id", not_null=set(known))
    _computed(db, table, session="id / 1000000000", sequence="id % 1000000000")


def _computed(db: Database, table: str, **columns: str) -> None:
    for name, expression in columns.items():
        db.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER AS ({expression}) VIRTUAL")


def _views(db: Database) -> None:
    """Readable times and names, for a person with a SQLite browser."""
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


def _practice_log(db: Database) -> None:
    """Version 2: what athletes write down; `details` is JSON, by `kind`."""
    columns = {
        "number": int, "id": str, "athlete": str, "kind": str, "at": str, "recorded_at": str, "details": str,
    }  # fmt: skip
    db.table("practice_log").create(columns, pk="number", not_null=set(columns))
    db.table("practice_log").create_index(["id"], unique=True)


def _talk_tests(db: Database) -> None:
    """Version 3. An answer outlasts its session, should that be discarded."""
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
    """Version 4: who is to be woken, and what commands ask of the daemon. Rows go once dealt with."""
    naps = {"athlete": str, "started": str, "minutes": float, "boot": str, "started_ms": int}
    db.table("naps").create(naps, pk="athlete", not_null=set(naps))
    requests = {
        "number": int, "athlete": str, "name": str, "argument": str, "at": str, "state": str, "says": str,
    }  # fmt: skip
    db.table("requests").create(requests, pk="number", not_null=set(requests) - {"says"})


def _wishes(db: Database) -> None:
    """Version 5: what athletes have asked for that holds for a while."""
    wishes = {
        "athlete": str, "boot": str, "at_ms": int, "muted_until_ms": int, "activity": str, "held_off_ms": int,
    }  # fmt: skip
    db.table("wishes").create(wishes, pk="athlete", not_null=set(wishes) - {"muted_until_ms", "held_off_ms"})


MIGRATIONS: Sequence[Migration] = (
    _sessions_and_outbox, _practice_log, _talk_tests, _naps_and_requests, _wishes,
)  # fmt: skip


def migrate(db: Database, migrations: Sequence[Migration]) -> None:
    """Bring the database to the last version. Each step happens whole or not at all."""
    for number, step in enumerate(migrations, start=1):
        with transaction(db):
            if version(db) < number:
                step(db)
                db.execute(f"PRAGMA user_version = {number}")


def version(db: Database) -> int:
    """The number of the last step that was taken; 0 of an empty database."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All of it is on disk at the end, or nothing is.

    It takes the write lock at once: a transaction that reads first may find, when it comes to
    write, that another process was faster, and can then only fail.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
