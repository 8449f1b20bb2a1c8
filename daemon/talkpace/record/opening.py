"""Opens the database file, or says in one line why not. What is not ours is left untouched."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NewerStoreError, StoreError
from .failure import store_errors
from .migrations import APPLICATION_ID, Migration, migrate, version

if TYPE_CHECKING:
    from sqlite_utils import Database

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_BUSY_S = 5.0

# A commit writes the pages it changed, whole, to the write-ahead log: small pages make it short.
# A log of 200 pages is written over again and again, so that the file system need not note a
# growing file with every commit; below that, copying into the database costs more than it saves.
# An hour at 1 Hz with RR intervals: some 8 MB written, against 15 MB with SQLite's defaults.
_PAGE_BYTES = 1024
_CHECKPOINT_PAGES = 200
_LARGEST_LOG_BYTES = 1 << 20


def connect(path: Path, migrations: Sequence[Migration], *, read_only: bool) -> Database:
    """The open database, brought up to date unless `read_only`.

    Raises NewerStoreError, StoreFullError, StoreReadOnlyError or StoreError.
    """
    from sqlite_utils import Database  # noqa: PLC0415 - slow to import

    with store_errors(path):
        if read_only and not path.exists():
            raise StoreError(f"there is no database at {path} yet")
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise StoreError(f"{path} is no ordinary file")  # opening a pipe would wait for ever
        if not read_only:
            _create(path)
        new = _inspect(path, len(migrations))
        if read_only and new:
            raise StoreError(f"the database {path} is empty")
        connection = _connection(path, "ro" if read_only else "rw")
        try:
            db = Database(connection, recursive_triggers=False, execute_plugins=False)
            if read_only:
                _check_age(path, version(db), len(migrations))
            else:
                _set_up(db, migrations)
        except BaseException:
            connection.close()
            raise
    return db


def _set_up(db: Database, migrations: Sequence[Migration]) -> None:
    db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db, migrations)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    db.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG_BYTES}")


def make_folder(folder: Path) -> None:
    """The folder and those above it, closed to others where they are new. Raises OSError."""
    for above in reversed([folder, *folder.parents]):
        if not above.exists():
            above.mkdir(mode=0o700, exist_ok=True)


def _create(path: Path) -> None:
    """Heart data is private. SQLite gives the files beside the database the same mode."""
    make_folder(path.parent)
    existed = path.exists()
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if not existed and os.geteuid() == 0:
        # A command that root has run must not leave the daemon with a database it cannot open.
        folder_status = path.parent.stat()
        os.chown(path, folder_status.st_uid, folder_status.st_gid)


def _inspect(path: Path, known: int) -> bool:
    """Whether the database is still empty. Raises where it is not ours; so far nothing is written."""
    if _beside(path, "-journal"):
        return False  # its first or an early transaction was cut short; SQLite takes that back
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return True
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise StoreError(f"{path} is no SQLite database")
    _check(path, known, _number_at(header, 60), _number_at(header, 68), tables=0)
    # The newest header may still be in the write-ahead log; only SQLite can tell.
    with closing(_connection(path, "ro")) as connection:
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
        ]
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    _check(path, known, *found, tables=tables)
    return not tables


def _check(path: Path, known: int, user_version: int, application_id: int, *, tables: int) -> None:
    if application_id != APPLICATION_ID and (application_id or user_version or tables):
        raise StoreError(f"{path} is the database of another program")
    if user_version > known:
        raise NewerStoreError(
            f"the database {path} is of a newer talkpace (version {user_version}, this one knows {known});"
            " it is left untouched"
        )


def _check_age(path: Path, found: int, known: int) -> None:
    if found < known:
        raise StoreError(f"the database {path} is of an older talkpace; start the daemon once to update it")


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    writable = all(os.access(place, os.W_OK, effective_ids=True) for place in (path, path.parent))
    if mode == "ro" and not writable and not _beside(path, "-wal"):
        uri += "&immutable=1"  # nobody is writing, and SQLite could not make its lock file
    # One thread at a time uses it, though not always the one that opened it.
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_S, check_same_thread=False)


def _beside(path: Path, suffix: str) -> bool:
    """Whether SQLite has left something in a file beside the database."""
    try:
        return path.with_name(path.name + suffix).stat().st_size > 0
    except FileNotFoundError:
        return False


def _number_at(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 4], "big")
