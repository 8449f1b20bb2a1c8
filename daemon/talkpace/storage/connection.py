"""Opens, creates, checks and locks the database file; a file that is not ours is left untouched."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import NewerStoreError, StoreError
from .errors import check_disk_writable, store_errors
from .migrations import APPLICATION_ID, MIGRATIONS, Migration, migrate, transaction, version

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_BUSY_S = 5.0

# A commit writes every changed page to the write-ahead log, whole: small pages keep that short. A log of
# 200 pages is reused before it grows, so that the file system need not update the file's size with every
# commit; a shorter one costs more in copying to the database than it saves. An hour at 1 Hz with RR
# intervals writes some 8 MB, against 15 MB with SQLite's defaults.
_PAGE_BYTES = 1024
_CHECKPOINT_PAGES = 200
_MAX_LOG_BYTES = 1 << 20


class DatabaseConnection:
    """One connection to the database, for one thread at a time.

    Every method may raise StoreError or a subclass, and can then be called again. What a method has written
    when it returns survives a power cut. A process must open a database once at a time: its file locks
    belong to the process, and are lost when it closes the file anywhere.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        """Wrap an open database; use `open`."""
        self.path = path
        self._db = db

    @classmethod
    def open(
        cls, path: Path, *, read_only: bool = False, migrations: Sequence[Migration] = MIGRATIONS
    ) -> Self:
        """Open the database; create or migrate it unless `read_only`.

        Raises NewerStoreError, or StoreError where the file is not ours, and leaves it untouched;
        StoreFullError or StoreReadOnlyError where the disk takes nothing.
        """
        return cls(_connect(path, migrations, read_only=read_only), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the last one removes the write-ahead log."""
        with store_errors(self.path):
            self._db.close()

    @property
    def version(self) -> int:
        """Number of the last migration."""
        with store_errors(self.path):
            return version(self._db)

    def data_version(self) -> int:
        """A number that changes whenever another connection has written."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def integrity(self) -> str:
        """`ok`, or SQLite's description of the damage. Reads the whole file."""
        return "; ".join(row[0] for row in self._rows("PRAGMA integrity_check"))

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with store_errors(self.path):
            return self._db.execute(query, parameters).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with store_errors(self.path):
            check_disk_writable(self.path)
            with transaction(self._db):
                yield


@contextmanager
def daemon_lock(database: Path) -> Iterator[None]:
    """Hold the database's lock file: only one daemon may continue its sessions.

    Raises StoreError where another daemon holds it. Where the file cannot be made (a read-only disk) there
    is no lock. The kernel releases the lock however the process ends.
    """
    path = database.with_name(database.name + ".lock")
    try:
        make_folder(path.parent)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another talkpace already runs on {database}") from None
        yield
    finally:
        os.close(file)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents; new ones get mode 0700. Raises OSError."""
    for above in reversed([folder, *folder.parents]):
        if not above.exists():
            above.mkdir(mode=0o700, exist_ok=True)


def _connect(path: Path, migrations: Sequence[Migration], *, read_only: bool) -> sqlite3.Connection:
    with store_errors(path):
        if read_only and not path.exists():
            raise StoreError(f"there is no database at {path} yet")
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise StoreError(f"{path} is not a regular file")  # opening a pipe would block
        if not read_only:
            _create(path)
        new = _inspect(path, len(migrations))
        if read_only and new:
            raise StoreError(f"the database {path} is empty")
        connection = _connection(path, "ro" if read_only else "rw")
        try:
            if read_only:
                _check_migrated(path, version(connection), len(migrations))
            else:
                _set_up(connection, migrations)
        except BaseException:
            connection.close()
            raise
    return connection


def _set_up(db: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db, migrations)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    db.execute(f"PRAGMA journal_size_limit = {_MAX_LOG_BYTES}")


def _create(path: Path) -> None:
    """Create the file with mode 0600: SQLite gives the files beside it the same mode."""
    make_folder(path.parent)
    existed = path.exists()
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if not existed and os.geteuid() == 0:
        # A command run by root must not leave the daemon a database that it cannot open.
        folder_status = path.parent.stat()
        os.chown(path, folder_status.st_uid, folder_status.st_gid)


def _inspect(path: Path, newest: int) -> bool:
    """Return whether the database is empty. Raises StoreError where it is not ours; writes nothing."""
    if _beside(path, "-journal"):
        return False  # an early transaction was interrupted; SQLite rolls it back
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return True
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise StoreError(f"{path} is not a SQLite database")
    _check_owner(path, newest, _number_at(header, 60), _number_at(header, 68), tables=0)
    # The newest header may still be in the write-ahead log, which only SQLite can read.
    with closing(_connection(path, "ro")) as connection:
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
        ]
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    _check_owner(path, newest, *found, tables=tables)
    return not tables


def _check_owner(path: Path, newest: int, user_version: int, application_id: int, *, tables: int) -> None:
    if application_id != APPLICATION_ID and (application_id or user_version or tables):
        raise StoreError(f"{path} is the database of another program")
    if user_version > newest:
        raise NewerStoreError(
            f"the database {path} was written by a newer talkpace (version {user_version}; this one supports"
            f" {newest}): it is left untouched, update talkpace"
        )


def _check_migrated(path: Path, found: int, newest: int) -> None:
    if found < newest:
        raise StoreError(
            f"the database {path} was written by an older talkpace: start the daemon once to migrate it"
        )


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    writable = all(os.access(place, os.W_OK, effective_ids=True) for place in (path, path.parent))
    if mode == "ro" and not writable and not _beside(path, "-wal") and not _beside(path, "-shm"):
        uri += "&immutable=1"  # there is no writer, and SQLite could not create its lock file
    # Used by one thread at a time, but not always the one that opened it.
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_S, check_same_thread=False)


def _beside(path: Path, suffix: str) -> bool:
    """Return whether a file of SQLite beside the database has content."""
    try:
        return path.with_name(path.name + suffix).stat().st_size > 0
    except FileNotFoundError:
        return False


def _number_at(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 4], "big")
