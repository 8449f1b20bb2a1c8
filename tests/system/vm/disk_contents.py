"""Reads the database from the disk of a machine after a power cut, without booting it."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any


class DiskContents:
    """The database on the disk of a machine that is off. The disk itself is not changed."""

    def __init__(self, disk: Path, work: Path, *, database: str) -> None:
        """Replay the journal of a copy of the disk and extract the database. Raises CalledProcessError."""
        work.mkdir()
        raw = work / "disk.raw"
        subprocess.run(["qemu-img", "convert", "-q", "-O", "raw", str(disk), str(raw)], check=True)
        # e2fsck exits with 1 if it replayed the journal.
        replayed = subprocess.run(
            ["/sbin/e2fsck", "-y", "-E", "journal_only", str(raw)],
            capture_output=True,
            text=True,
            check=False,
        )
        if replayed.returncode not in (0, 1):
            raise subprocess.CalledProcessError(replayed.returncode, replayed.args, replayed.stdout)
        for suffix in ("", "-wal", "-journal"):
            copy = work / f"talkpace.db{suffix}"
            subprocess.run(
                ["/sbin/debugfs", "-R", f"dump {database}{suffix} {copy}", str(raw)],
                check=True,
                capture_output=True,
            )
            if copy.exists() and copy.stat().st_size == 0:
                copy.unlink()
        raw.unlink()
        self._database = work / "talkpace.db"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Query the database; SQLite recovers interrupted transactions first."""
        with closing(sqlite3.connect(self._database)) as connection:
            return connection.execute(query).fetchall()
