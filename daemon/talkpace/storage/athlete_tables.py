"""The tables of straps, athletes' values and talk tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .connection import DatabaseConnection
from .records import AthleteChange, StrapRow, TalkTestAnswered


class AthleteTables(DatabaseConnection):
    """The part of the store that commands write."""

    def straps(self) -> list[StrapRow]:
        """Every strap that was paired or seen, by address."""
        rows = self._rows(
            "SELECT address, athlete, name, battery_percent, first_seen, last_seen, paired_at"
            " FROM straps ORDER BY address"
        )
        return [
            StrapRow(*row[:4], *(None if at is None else datetime.fromisoformat(at) for at in row[4:]))
            for row in rows
        ]

    def remember_strap(self, address: str, athlete: str, name: str, at: datetime) -> None:
        """Pair a strap with an athlete."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO straps (address, athlete, name, first_seen, last_seen, paired_at)"
                " VALUES (?1, ?2, ?3, ?4, ?4, ?4) ON CONFLICT (address) DO UPDATE SET athlete = ?2,"
                " name = iif(?3 = '', name, ?3), last_seen = ?4, paired_at = ?4",
                [address, athlete, name, at.isoformat()],
            )

    def forget_strap(self, address: str) -> bool:
        """Delete a strap; return whether it was stored."""
        with self._transaction():
            return self._db.execute("DELETE FROM straps WHERE address = ?", [address]).rowcount > 0

    def ignored_straps(self) -> dict[str, str]:
        """Names of the straps that are to be ignored, by address."""
        return dict(self._rows("SELECT address, name FROM ignored_straps ORDER BY address"))

    def ignore_strap(self, address: str, name: str, at: datetime) -> None:
        """Ignore a strap from now on."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO ignored_straps (address, name, ignored_at) VALUES (?, ?, ?)",
                [address, name, at.isoformat()],
            )

    def unignore_strap(self, address: str) -> bool:
        """Ignore a strap no more; return whether it was ignored."""
        with self._transaction():
            query = "DELETE FROM ignored_straps WHERE address = ?"
            return self._db.execute(query, [address]).rowcount > 0

    def athlete_changes(self, athlete: str | None = None) -> list[AthleteChange]:
        """Changes of athletes' values, in the order in which they were written."""
        rows = self._rows(
            "SELECT athlete, key, value, changed_at, source FROM athletes"
            " WHERE ?1 IS NULL OR athlete = ?1 ORDER BY id",
            athlete,
        )
        return [
            AthleteChange(who, key, json.loads(value), datetime.fromisoformat(at), source)
            for who, key, value, at, source in rows
        ]

    def add_athlete_change(self, athlete: str, key: str, value: object, at: datetime, source: str) -> None:
        """Set an athlete's value from `at` on; None removes it."""
        self.add_athlete_changes([AthleteChange(athlete, key, value, at, source)])

    def add_athlete_changes(self, changes: Sequence[AthleteChange]) -> None:
        """Write several changes: all of them, or none."""
        with self._transaction():
            for change in changes:
                self._db.execute(*insert_athlete_change(change))

    def remove_athlete(self, change: AthleteChange) -> None:
        """Write the change that removes an athlete, and delete their straps: both, or neither."""
        with self._transaction():
            self._db.execute(*insert_athlete_change(change))
            self._db.execute("DELETE FROM straps WHERE athlete = ?", [change.athlete])

    def talk_tests(self, athlete: str | None = None) -> list[TalkTestAnswered]:
        """Answers to the talk test, in the order in which they were given."""
        rows = self._rows(
            "SELECT athlete, session, at, answer, heart_rate, effort, ceiling, steady FROM talk_tests"
            " WHERE ?1 IS NULL OR athlete = ?1 ORDER BY id",
            athlete,
        )
        return [
            TalkTestAnswered(
                who,
                session,
                datetime.fromisoformat(at),
                answer,
                rate,
                effort,
                ceiling,
                None if steady is None else bool(steady),
            )
            for who, session, at, answer, rate, effort, ceiling, steady in rows
        ]


def insert_athlete_change(change: AthleteChange) -> tuple[str, list[Any]]:
    """SQL statement and parameters that add a change. Raises ValueError where its value is not JSON."""
    return (
        "INSERT INTO athletes (athlete, key, value, changed_at, source) VALUES (?, ?, ?, ?, ?)",
        [
            change.athlete,
            change.key,
            json.dumps(change.value, allow_nan=False),
            change.changed_at.isoformat(),
            change.source,
        ],
    )


def insert_talk_test(answer: TalkTestAnswered) -> tuple[str, list[Any]]:
    """SQL statement and parameters that add an answer."""
    columns = "athlete, session, at, answer, heart_rate, effort, ceiling, steady"
    return (
        f"INSERT INTO talk_tests ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - of this module
        [
            answer.athlete,
            answer.session,
            answer.at.isoformat(),
            answer.answer,
            answer.heart_rate,
            answer.effort,
            answer.ceiling,
            answer.steady,
        ],
    )
