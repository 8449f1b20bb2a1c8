"""Who trains here: straps, and what athletes are judged by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from .database import OpenDatabase
from .items import TalkTestAnswered
from .rows import AthleteChange, StrapRow, change_row


class HouseholdStore(OpenDatabase):
    """The part of the store that commands write."""

    # -- straps ------------------------------------------------------------------------------------

    def straps(self) -> list[StrapRow]:
        """Every strap that was remembered or seen, by address."""
        rows = self._rows(
            "SELECT address, athlete, name, battery_percent, first_seen, last_seen, paired_at"
            " FROM straps ORDER BY address"
        )
        return [
            StrapRow(*row[:4], *(None if at is None else datetime.fromisoformat(at) for at in row[4:]))
            for row in rows
        ]

    def remember_strap(self, address: str, athlete: str, name: str, at: datetime) -> None:
        """By command: the strap is this athlete's from now on."""
        text = at.isoformat()
        with self._transaction():
            self._db.execute(
                "INSERT INTO straps (address, athlete, name, first_seen, last_seen, paired_at)"
                " VALUES (?1, ?2, ?3, ?4, ?4, ?4) ON CONFLICT (address) DO UPDATE SET athlete = ?2,"
                " name = iif(?3 = '', name, ?3), last_seen = ?4, paired_at = ?4",
                [address, athlete, name, text],
            )

    def forget_strap(self, address: str) -> bool:
        """By command; answers whether the strap was known."""
        with self._transaction():
            return self._db.execute("DELETE FROM straps WHERE address = ?", [address]).rowcount > 0

    # -- athletes ----------------------------------------------------------------------------------

    def athlete_changes(self, athlete: str | None = None) -> list[AthleteChange]:
        """What athletes were ever judged by, in the order in which it was written."""
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
        """From `at` on, another value holds; None takes it back."""
        self.add_athlete_changes([AthleteChange(athlete, key, value, at, source)])

    def add_athlete_changes(self, changes: Sequence[AthleteChange]) -> None:
        """Several at once: all of them, or none."""
        with self._transaction():
            self._db.table("athletes").insert_all(change_row(change) for change in changes)

    # -- the talk test -----------------------------------------------------------------------------

    def talk_tests(self, athlete: str | None = None) -> list[TalkTestAnswered]:
        """Every answer to the talk test, in the order in which they were given."""
        rows = self._rows(
            "SELECT athlete, session, at, answer, heart_rate, effort, ceiling FROM talk_tests"
            " WHERE ?1 IS NULL OR athlete = ?1 ORDER BY id",
            athlete,
        )
        return [
            TalkTestAnswered(who, session, datetime.fromisoformat(at), *rest)
            for who, session, at, *rest in rows
        ]
