"""One daemon for a database: two would both take up its sessions."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError
from .opening import make_folder


@contextmanager
def only_daemon(database: Path) -> Iterator[None]:
    """Hold the database's lock file while this lasts; the kernel lets go of it however the process ends.

    Raises StoreError where another daemon holds it. Where no file can be made (a read-only disk)
    nothing is held.
    """
    path = database.with_name(database.name + ".lock")
    try:
        make_folder(path.parent)
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another talkpace already runs on {database}") from None
        yield
    finally:
        os.close(held)
