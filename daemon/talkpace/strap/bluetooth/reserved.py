"""A strap that a command works with: the daemon, which may want it too, leaves it alone meanwhile.

Two that connect and bond one strap take its link away from each other. The kernel ends the reservation with
the process that made it, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HEEDED_WITHIN_S = 1.5
"""a daemon looks every half second, and lets go of the strap"""
_FILE = "reserved"
_ADDRESS_BYTES = 17


@contextmanager
def reserved(folder: Path, address: str) -> Iterator[None]:
    """Reserve a strap while this lasts, after any other that is reserved. Raises OSError."""
    file = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.ftruncate(file, 0)
        os.pwrite(file, address.upper().encode(), 0)
        yield
    finally:
        os.close(file)


def reserved_strap(folder: Path) -> str | None:
    """The address of the strap that is reserved. Never waits."""
    try:
        file = os.open(folder / _FILE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(file, _ADDRESS_BYTES, 0).decode("ascii", "replace") or None
    finally:
        os.close(file)
    return None
