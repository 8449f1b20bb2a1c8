"""Files that commands write: there whole or not at all, and for their owner's eyes only."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import ConfigurationError, FileError
from .output import printable

STDOUT = Path("-")
"""by this name, standard output is meant"""


@contextmanager
def private_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """A file to be written, which gets its name when all of it is on disk; of mode 0600.

    Raises ConfigurationError where something else than a file has the name, and FileError where it is
    taken and not to be replaced, or cannot be written. So with a link: neither should it vanish, nor
    should what it points to be written over, as it may be anywhere.
    """
    name = printable(str(path))
    try:
        _check(path, name, replace=replace)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".talkpace-")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _check(path, name, replace=replace)  # writing may have taken a while
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{name}: cannot be written: {error.strerror or error}") from None


def _check(path: Path, name: str, *, replace: bool) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise ConfigurationError(f"{name}: is a link; name the file itself")
    if not stat.S_ISREG(mode):
        raise ConfigurationError(f"{name}: is no ordinary file")
    if not replace:
        raise FileError(f"{name}: is there already; --force replaces it")
