"""What is asked of the daemon: to wake somebody, what holds for a while, and commands from the same host."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ..effort.athlete import Activity
from ..practice.nap import Nap
from .database import OpenDatabase
from .items import WishesChanged

_log = logging.getLogger(__name__)

RequestState = Literal["new", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Request:
    """A command that another process on this host asks the daemon to carry out."""

    number: int
    athlete: str
    name: str
    argument: str
    """JSON"""
    at: datetime
    state: RequestState
    says: str | None
    """JSON of how it stands, or the reason why it failed"""


class AskedStore(OpenDatabase):
    """The part of the store that holds naps, wishes and requests."""

    def naps(self) -> list[Nap]:
        """Who is to be woken. What makes no sense is reported and passed over."""
        found = []
        for athlete, started, minutes, boot, started_ms in self._rows(
            "SELECT athlete, started, minutes, boot, started_ms FROM naps ORDER BY athlete"
        ):
            try:
                found.append(
                    Nap(athlete, datetime.fromisoformat(started), float(minutes), boot, int(started_ms))
                )
            except (ValueError, TypeError) as error:
                _log.warning("the nap of %s is passed over: %s", athlete, type(error).__name__)
        return found

    def wishes(self) -> list[WishesChanged]:
        """What athletes had asked for. What makes no sense is reported and passed over."""
        found = []
        for athlete, boot, at_ms, muted_until_ms, activity, held_off_ms in self._rows(
            "SELECT athlete, boot, at_ms, muted_until_ms, activity, held_off_ms FROM wishes ORDER BY athlete"
        ):
            try:
                until_ms = None if muted_until_ms is None else int(muted_until_ms)
                known = Activity(activity).value
                held_off = None if held_off_ms is None else int(held_off_ms)
                found.append(WishesChanged(athlete, boot, int(at_ms), until_ms, known, held_off))
            except (ValueError, TypeError) as error:
                _log.warning("what %s had asked for is passed over: %s", athlete, type(error).__name__)
        return found

    def add_request(self, athlete: str, name: str, argument: str, at: datetime) -> int:
        """Ask the daemon; answers with the request's number."""
        with self._transaction():
            row = self._db.execute(
                "INSERT INTO requests (athlete, name, argument, at, state) VALUES (?, ?, ?, ?, 'new')"
                " RETURNING number",
                [athlete, name, argument, at.isoformat()],
            ).fetchone()
            return int(row[0])

    def request(self, number: int) -> Request | None:
        """One of them; None where it is gone."""
        found = self._requests("number = ?", number)
        return found[0] if found else None

    def new_requests(self) -> list[Request]:
        """Those that nobody has seen to, in order."""
        return self._requests("state = 'new' ORDER BY number")

    def set_request(self, number: int, state: RequestState, says: str | None) -> None:
        """How it stands."""
        with self._transaction():
            self._db.execute(
                "UPDATE requests SET state = ?, says = ? WHERE number = ?", [state, says, number]
            )

    def remove_request(self, number: int) -> None:
        """Whoever asked has the answer."""
        with self._transaction():
            self._db.execute("DELETE FROM requests WHERE number = ?", [number])

    def forget_requests(self) -> None:
        """Nobody waits for an answer of an earlier run."""
        if self._rows("SELECT 1 FROM requests LIMIT 1"):
            with self._transaction():
                self._db.execute("DELETE FROM requests")

    def _requests(self, where: str, *parameters: Any) -> list[Request]:
        rows = self._rows(
            "SELECT number, athlete, name, argument, at, state, says FROM requests"  # noqa: S608 - of this module
            f" WHERE {where}",
            *parameters,
        )
        return [
            Request(number, athlete, name, argument, datetime.fromisoformat(at), state, says)
            for number, athlete, name, argument, at, state, says in rows
        ]


def nap_begun(nap: Nap) -> tuple[str, list[Any]]:
    """The statement that keeps a nap in the place of any before."""
    return (
        "INSERT OR REPLACE INTO naps (athlete, started, minutes, boot, started_ms) VALUES (?, ?, ?, ?, ?)",
        [nap.athlete, nap.started.isoformat(timespec="milliseconds"), nap.minutes, nap.boot, nap.started_ms],
    )


def nap_over(athlete: str) -> tuple[str, list[Any]]:
    """The statement that forgets it."""
    return "DELETE FROM naps WHERE athlete = ?", [athlete]


def wishes_changed(item: WishesChanged) -> tuple[str, list[Any]]:
    """The statement that keeps them in the place of those before."""
    return (
        "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?, ?, ?)",
        [item.athlete, item.boot, item.at_ms, item.muted_until_ms, item.activity, item.held_off_ms],
    )
