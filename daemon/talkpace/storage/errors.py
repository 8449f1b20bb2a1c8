"""Maps the errors of SQLite and of the file system to StoreError and its subclasses."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError, StoreFullError, StoreReadOnlyError
from .records import RecordItem

_PRIMARY = 0xFF
"""the low byte of an extended result code of SQLite is the primary one"""


class RefusedItemsError(StoreError):
    """Some items can never be written, such as a measurement of an unknown session.

    Without `items`, the rest of the batch can be written.
    """

    def __init__(self, reason: str, items: Sequence[RecordItem]) -> None:
        super().__init__(reason)
        self.items = tuple(items)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Raise a StoreError with a one-line text in place of SQLite's and the file system's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, path) from error
    except OSError as error:
        raise _from_os_error(error, path) from error


def check_disk_writable(path: Path) -> None:
    """Raise StoreReadOnlyError where the disk of `path` is read-only, or has become so.

    A file opened before can then still be written without an error: the kernel keeps the data in memory,
    and fsync reports success.
    """
    if os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        raise _read_only(path)


def _from_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    match getattr(error, "sqlite_errorcode", 0) & _PRIMARY:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _read_only(path)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return _from_disk(error, path)
        case sqlite3.SQLITE_NOTADB:
            return StoreError(f"{path} is not a SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            what = "is damaged: move it away and restore a backup, or start a new one"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            what = "has been locked by another program for too long"
        case _:
            what = "failed"
    return StoreError(f"the database {path} {what} ({error})")


def _from_disk(error: sqlite3.Error, path: Path) -> StoreError:
    """Find out why the disk failed: SQLite reports only that it did."""
    try:
        file = path.stat()
        filesystem = os.statvfs(path.parent)
        # Changes nothing, but fails on a disk that refuses every change. The file must not be opened for
        # this: closing it would release SQLite's locks.
        os.utime(path, ns=(file.st_atime_ns, file.st_mtime_ns))
    except OSError as reason:
        return _from_os_error(reason, path)
    if filesystem.f_bavail == 0 or (filesystem.f_files and filesystem.f_favail == 0):
        return _full(path)
    if not os.access(path.parent, os.W_OK, effective_ids=True):
        return _read_only(path)
    return StoreError(f"the database {path} failed ({error})")


def _from_os_error(error: OSError, path: Path) -> StoreError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(path)
    if error.errno == errno.EROFS:
        return _read_only(path)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return StoreReadOnlyError(f"this user may not read or write the database {path}")
    return StoreError(f"the database {path}: {error.strerror}")


def _full(path: Path) -> StoreFullError:
    return StoreFullError(f"no space left on the disk of {path}")


def _read_only(path: Path) -> StoreReadOnlyError:
    return StoreReadOnlyError(f"{path} cannot be written: the file, its folder or the disk is read-only")
