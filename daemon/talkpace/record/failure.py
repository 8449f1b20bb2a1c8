"""From SQLite's errors to those that say whose turn it is to act."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError, StoreFullError, StoreReadOnlyError
from .items import RecordItem

_PRIMARY = 0xFF
"""SQLite's extended result codes hold the primary one in the low byte"""


class RefusedItemsError(StoreError):
    """Some items can never be kept, such as a measurement of a session that the store does not know.

    Without `items`, the rest of the batch can be written.
    """

    def __init__(self, reason: str, items: Sequence[RecordItem]) -> None:
        super().__init__(reason)
        self.items = tuple(items)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Raises a StoreError of one line in place of SQLite's and the file system's own errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error
    except OSError as error:
        raise _of_system(error, path) from error


def check_writable(path: Path) -> None:
    """Raises StoreReadOnlyError where the disk of `path` is read-only, or has become so.

    Files that were open before can then still be written, as far as anyone can tell: the kernel keeps
    it in memory, and even says that it was flushed.
    """
    if os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        raise _read_only(path)


def _of_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    match getattr(error, "sqlite_errorcode", 0) & _PRIMARY:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _read_only(path)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return _of_disk(error, path)
        case sqlite3.SQLITE_NOTADB:
            return StoreError(f"{path} is no SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            what = "is damaged; put it aside and start a new one"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            what = "is in use by another program for too long"
        case _:
            what = "failed"
    return StoreError(f"the database {path} {what} ({error})")


def _of_disk(error: sqlite3.Error, path: Path) -> StoreError:
    """SQLite says only that the disk did not do it; the disk itself says why."""
    try:
        file = path.stat()
        room = os.statvfs(path.parent)
        # Changes nothing, but shows a disk that refuses every change. Not by opening the file: when
        # that is closed again, SQLite's locks on it fall.
        os.utime(path, ns=(file.st_atime_ns, file.st_mtime_ns))
    except OSError as reason:
        return _of_system(reason, path)
    if room.f_bavail == 0 or (room.f_files and room.f_favail == 0):
        return _full(path)
    if not os.access(path.parent, os.W_OK, effective_ids=True):
        return _read_only(path)
    return StoreError(f"the database {path} failed ({error})")


def _of_system(error: OSError, path: Path) -> StoreError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(path)
    if error.errno == errno.EROFS:
        return _read_only(path)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return StoreReadOnlyError(f"this user may not use the database {path}")
    return StoreError(f"the database {path}: {error.strerror}")


def _full(path: Path) -> StoreFullError:
    return StoreFullError(f"no room is left on the disk of {path}")


def _read_only(path: Path) -> StoreReadOnlyError:
    return StoreReadOnlyError(f"{path} cannot be written: the file, its folder or the disk is read-only")
