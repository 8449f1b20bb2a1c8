"""The tables of naps and pending states, with which the daemon goes on after a restart."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from ..habits.nap import ScheduledNap
from ..training.profile import Activity
from .connection import DatabaseConnection
from .records import PendingStateChanged

_log = logging.getLogger(__name__)


class PendingTables(DatabaseConnection):
    """The part of the store with what the daemon must go on with."""

    def naps(self) -> list[ScheduledNap]:
        """Naps that have not ended; an invalid row is logged and skipped."""
        found = []
        for athlete, started, minutes, boot, started_ms in self._rows(
            "SELECT athlete, started, minutes, boot, started_ms FROM naps ORDER BY athlete"
        ):
            try:
                found.append(
                    ScheduledNap(
                        athlete, datetime.fromisoformat(started), float(minutes), boot, int(started_ms)
                    )
                )
            except (ValueError, TypeError) as error:
                _log.warning("nap of %s skipped: invalid (%s)", athlete, type(error).__name__)
        return found

    def pending_states(self) -> list[PendingStateChanged]:
        """Athletes' settings that survive a restart; an invalid row is logged and skipped."""
        found = []
        for athlete, boot, at_ms, muted_until_ms, activity, held_off_ms in self._rows(
            "SELECT athlete, boot, at_ms, muted_until_ms, activity, held_off_ms FROM wishes ORDER BY athlete"
        ):
            try:
                until_ms = None if muted_until_ms is None else int(muted_until_ms)
                valid = Activity(activity).value
                held_off = None if held_off_ms is None else int(held_off_ms)
                found.append(PendingStateChanged(athlete, boot, int(at_ms), until_ms, valid, held_off))
            except (ValueError, TypeError) as error:
                _log.warning("pending state of %s skipped: invalid (%s)", athlete, type(error).__name__)
        return found


def replace_nap(nap: ScheduledNap) -> tuple[str, list[Any]]:
    """SQL that stores a nap in place of the athlete's last one."""
    return (
        "INSERT OR REPLACE INTO naps (athlete, started, minutes, boot, started_ms) VALUES (?, ?, ?, ?, ?)",
        [nap.athlete, nap.started.isoformat(timespec="milliseconds"), nap.minutes, nap.boot, nap.started_ms],
    )


def delete_nap(athlete: str) -> tuple[str, list[Any]]:
    """SQL that deletes an athlete's nap."""
    return "DELETE FROM naps WHERE athlete = ?", [athlete]


def replace_pending_state(item: PendingStateChanged) -> tuple[str, list[Any]]:
    """SQL that stores an athlete's pending state in place of the last one."""
    return (
        "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?, ?, ?)",
        [item.athlete, item.boot, item.at_ms, item.muted_until_ms, item.activity, item.last_suppressed_ms],
    )
