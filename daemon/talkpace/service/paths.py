"""Where the record is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..config.model import Configuration

_SYSTEM_STATE = Path("/var/lib/talkpace")
_NAME = "talkpace.db"


def store_path(configuration: Configuration, environ: Mapping[str, str]) -> Path:
    """As configured; else systemd's state directory, the system's where it can be written, the user's."""
    if configuration.store.path is not None:
        return configuration.store.path.expanduser()
    if given := environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0]) / _NAME
    if os.access(_SYSTEM_STATE, os.W_OK):
        return _SYSTEM_STATE / _NAME
    data_home = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data_home) / "talkpace" / _NAME
