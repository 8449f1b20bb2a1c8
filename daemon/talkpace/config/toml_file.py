"""Read a TOML file, and write one whole or not at all."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a file.

    Raises FileNotFoundError, PermissionError, or ConfigurationError where it cannot be read or is invalid.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, PermissionError):
        raise
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: invalid TOML: {error}") from None


def write_toml(path: Path, data: Mapping[str, Any], *, head: str) -> None:
    """Write tables below the comment `head`, readable by the folder's owner only; nobody sees half of it.

    Raises ConfigurationError where the file cannot be written; the one that was there then stays.
    """
    import tomlkit  # noqa: PLC0415 - slow to import, and few write

    comment = "".join(f"# {line}\n" for line in head.splitlines())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, f"{comment}\n{tomlkit.dumps(data).rstrip()}\n".encode())
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot write: {error.strerror or error}") from None


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, readable by its owner only, whole or not at all. Raises OSError."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            if os.geteuid() == 0:  # the daemon, whose folder it is, has to read it
                owner = path.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
