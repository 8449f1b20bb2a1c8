"""The file of the access state, which the page's process and the command line change in turn."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from ..errors import StoreError
from .access_state import AccessState

_NAME = "web.json"
_LOCK_NAME = "web.lock"

_Stamp = tuple[int, int, int]


class AccessFile:
    """`web.json`, mode 0600, written whole or not at all; read again whenever another process wrote it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _NAME
        self._stamp: _Stamp | None = None
        self._state = AccessState()

    def read(self) -> AccessState:
        """The state as it is on the disk. Raises StoreError where the file cannot be used."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
            if stamp != self._stamp:
                self._state, self._stamp = AccessState.model_validate_json(self._path.read_bytes()), stamp
        except FileNotFoundError:
            self._state, self._stamp = AccessState(), None
        except ValidationError:
            raise StoreError(f"{self._path}: damaged; remove it, then: sudo talkpace web enable") from None
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}") from None
        return self._state

    def change(self, change: Callable[[AccessState], AccessState]) -> AccessState:
        """Replace the state by what `change` makes of it, while no other process does.

        Raises StoreError where it cannot be written; an error of `change` leaves the file as it is.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock():
                before = self.read()
                after = change(before)
                if after != before:
                    self._write(after)
                return after
        except OSError as error:
            raise StoreError(f"{self._path}: cannot write: {error.strerror}") from None

    @contextmanager
    def _lock(self) -> Iterator[None]:
        handle = os.open(self._folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, state: AccessState) -> None:
        handle, unfinished = tempfile.mkstemp(dir=self._folder, prefix=".web-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(state.model_dump_json(indent=1).encode())
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(self._path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
