"""The broker's password, from where only the daemon can read it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from ..config.model import Mqtt
from ..errors import ConfigurationError

CREDENTIAL = "mqtt-password"


def read_password(settings: Mqtt, environ: Mapping[str, str]) -> str | None:
    """The first line of `password_file`, else of systemd's credential `mqtt-password`; None without both.

    Raises ConfigurationError where the file cannot be used, or can be read by others than its owner.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if settings.password_file is not None:
        path = settings.password_file.expanduser()
        # systemd hands credentials out with modes of its own, in a folder that only the service can enter.
        if folder is None or not path.is_relative_to(folder):
            check_private(path, "mqtt.password_file")
        return _first_line(path, "mqtt.password_file")
    if folder is None:
        return None
    path = Path(folder) / CREDENTIAL
    return _first_line(path, f"credential {CREDENTIAL}") if path.exists() else None


def check_private(path: Path, key: str) -> None:
    """Raises ConfigurationError where a secret's file can be read by others, or isn't there."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigurationError(f"{key}: {path}: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        raise ConfigurationError(f"{key}: {path} is no file")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{key}: {path} can be read by others; run `chmod 600 {path}`")


def _first_line(path: Path, key: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            line = file.readline(65536).rstrip("\r\n")
    except OSError as error:
        raise ConfigurationError(f"{key}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{key}: {path} is not UTF-8") from None
    if not line:
        raise ConfigurationError(f"{key}: {path} has no password on its first line")
    return line
