"""Read a secret from the first line of a file that its owner alone can read, or from a systemd credential."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigurationError

_LONGEST_LINE = 65_536


def read_secret(
    file: Path | None, environ: Mapping[str, str], *, key: str, credential: str, secret: str
) -> str | None:
    """The first line of `file`, else of the systemd credential of this name, else None.

    `secret` is what the line holds, such as "password". Raises ConfigurationError where the file cannot be
    used, or is readable by group or others.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if file is not None:
        path = file.expanduser()
        # systemd sets the mode of credentials itself, in a folder that only the service can enter.
        if folder is None or not path.is_relative_to(folder):
            check_private(path, key)
        return _first_line(path, key, secret)
    if folder is None or not has_credential(environ, credential):
        return None
    return _first_line(Path(folder) / credential, f"credential {credential}", secret)


def has_credential(environ: Mapping[str, str], name: str) -> bool:
    """Whether systemd passes the credential of this name."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and (Path(folder) / name).exists()


def check_private(path: Path, key: str) -> None:
    """Raise ConfigurationError unless this is a file that its owner alone can read."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigurationError(f"{key}: {path}: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        raise ConfigurationError(f"{key}: {path} is not a regular file")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{key}: {path} can be read by others; run `chmod 600 {path}`")


def _first_line(path: Path, key: str, secret: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            line = file.readline(_LONGEST_LINE).rstrip("\r\n")
    except OSError as error:
        raise ConfigurationError(f"{key}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{key}: {path} is not UTF-8") from None
    if not line:
        raise ConfigurationError(f"{key}: {path} has no {secret} on its first line")
    return line
