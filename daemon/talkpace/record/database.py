"""The open database: what every part of the store is built on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .failure import check_writable, store_errors
from .migrations import MIGRATIONS, Migration, transaction, version
from .opening import connect

if TYPE_CHECKING:
    from sqlite_utils import Database


class OpenDatabase:
    """One connection to the database, for one thread at a time.

    Every method raises StoreError, or one of those below it, and can then be tried again. What a
    method has written when it returns survives a power cut. A process opens a database once at a
    time: its file locks are the process's, and fall when it closes the file anywhere.
    """

    def __init__(self, db: Database, path: Path) -> None:
        """Of an open database; use `open`."""
        self.path = path
        self._db = db

    @classmethod
    def open(
        cls, path: Path, *, read_only: bool = False, migrations: Sequence[Migration] = MIGRATIONS
    ) -> Self:
        """Open the database, and create or bring it up to date unless `read_only`.

        Raises NewerStoreError, or StoreError where the file is not ours, and leaves it untouched.
        """
        return cls(connect(path, migrations, read_only=read_only), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Tidy up and close the file."""
        with store_errors(self.path):
            self._db.close()

    @property
    def version(self) -> int:
        """The number of the layout."""
        with store_errors(self.path):
            return version(self._db)

    def data_version(self) -> int:
        """A number that changes when another process has written."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def integrity(self) -> str:
        """`ok`, or what is wrong with the file, in SQLite's words. Reads all of it."""
        return "; ".join(row[0] for row in self._rows("PRAGMA integrity_check"))

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with store_errors(self.path):
            return self._db.execute(query, parameters).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with store_errors(self.path):
            check_writable(self.path)
            with transaction(self._db):
                yield
