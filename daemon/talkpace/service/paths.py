"""Where the record is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..config.model import Configuration
from ..errors import ConfigurationError

_SYSTEM_STATE = Path("/var/lib/talkpace")
_SYSTEM_RUNTIME = Path("/run/talkpace")
_NAME = "talkpace.db"


def store_path(configuration: Configuration, environ: Mapping[str, str]) -> Path:
    """As configured; else systemd's state directory, the system's where it is this user's, the user's.

    Raises ConfigurationError where it would be in a home that cannot be found.
    """
    if configuration.store.path is not None:
        try:
            return configuration.store.path.expanduser()
        except RuntimeError as error:
            raise ConfigurationError(f"store.path: {configuration.store.path}: {error}") from None
    if given := environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0]) / _NAME
    if _is_ours(_SYSTEM_STATE):
        return _SYSTEM_STATE / _NAME
    return _data_home(environ) / "talkpace" / _NAME


def runtime_folder(environ: Mapping[str, str]) -> Path | None:
    """Where the daemon and the commands of its user meet while it runs; in memory. None without one."""
    if given := environ.get("RUNTIME_DIRECTORY"):
        return Path(given.split(":")[0])
    own = environ.get("XDG_RUNTIME_DIR")
    for folder in (_SYSTEM_RUNTIME, *([Path(own)] if own else [])):
        if folder.is_dir() and os.access(folder, os.W_OK):
            return folder
    return None


def _data_home(environ: Mapping[str, str]) -> Path:
    if given := environ.get("XDG_DATA_HOME"):
        return Path(given)
    try:
        return Path.home() / ".local" / "share"
    except RuntimeError:
        raise ConfigurationError(
            "there is no home to keep the record in: set store.path or XDG_DATA_HOME"
        ) from None


def _is_ours(folder: Path) -> bool:
    """Also while its disk is read-only: the record is still there."""
    try:
        return folder.stat().st_uid == os.geteuid() or os.access(folder, os.W_OK)
    except OSError:
        return False
