"""Paths of the database and of the runtime folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..config.layers import SETTINGS_NAME
from ..config.model import Configuration, StoreConfig
from ..errors import ConfigurationError

_SYSTEM_STATE = Path("/var/lib/talkpace")
_SYSTEM_RUNTIME = Path("/run/talkpace")
_NAME = "talkpace.db"
SECRETS = "secrets"
"""folder beside the database that the page's process cannot enter (systemd/talkpace-web.service)"""
SPEECH = "speech"
"""folder beside the database of rendered sentences"""
PAGE = "web"
"""folder beside the database, the only one that the page's process can write"""


def store_path(configuration: Configuration, environ: Mapping[str, str]) -> Path:
    """Path of the database: store.path, else the first of systemd's STATE_DIRECTORY, /var/lib/talkpace (where
    this user may use it) and the user's data folder.

    Raises ConfigurationError where the home folder is needed and there is none.
    """
    if configuration.store.path is not None:
        try:
            return configuration.store.path.expanduser()
        except RuntimeError as error:
            raise ConfigurationError(f"store.path: {configuration.store.path}: {error}") from None
    if given := environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0]) / _NAME
    if _is_usable(_SYSTEM_STATE):
        return _SYSTEM_STATE / _NAME
    return _data_home(environ) / "talkpace" / _NAME


def settings_path(store: StoreConfig, environ: Mapping[str, str]) -> Path:
    """Path of settings.toml, beside the database. Raises ConfigurationError as `store_path` does."""
    return store_path(Configuration(store=store), environ).parent / SETTINGS_NAME


def hidden_state(store: StoreConfig, environ: Mapping[str, str]) -> Path | None:
    """The system's state folder, where it exists and this user may not use it."""
    if store.path is not None or environ.get("STATE_DIRECTORY") or _is_usable(_SYSTEM_STATE):
        return None
    return _SYSTEM_STATE if _SYSTEM_STATE.exists() else None


def daemon_database(configuration: Configuration, environ: Mapping[str, str]) -> Path:
    """Path of the database of the daemon that this user may ask, which need not be one that it may read."""
    hidden = hidden_state(configuration.store, environ)
    return store_path(configuration, environ) if hidden is None else hidden / _NAME


def control_paths(configuration: Configuration, environ: Mapping[str, str]) -> list[Path]:
    """Places of the control socket, in the order in which daemon and clients try them.

    systemd's runtime directory or /run/talkpace, the user's runtime folder, the folder of the database.
    Raises ConfigurationError as `store_path` does.
    """
    folders = []
    if given := environ.get("RUNTIME_DIRECTORY"):
        folders.append(Path(given.split(":")[0]))
    elif _SYSTEM_RUNTIME.is_dir():
        folders.append(_SYSTEM_RUNTIME)
    if own := environ.get("XDG_RUNTIME_DIR"):
        folders.append(Path(own) / "talkpace")
    folders.append(store_path(configuration, environ).parent)
    return [folder / "control" for folder in folders]


def authority_path(folder: Path) -> Path:
    """Path of the certificate of the household's own authority; `folder` is the database's."""
    return folder / PAGE / "authority.crt"


def _data_home(environ: Mapping[str, str]) -> Path:
    if given := environ.get("XDG_DATA_HOME"):
        return Path(given)
    try:
        return Path.home() / ".local" / "share"
    except RuntimeError:
        raise ConfigurationError(
            "there is no home folder for the database: set store.path or XDG_DATA_HOME"
        ) from None


def _is_usable(folder: Path) -> bool:
    """Return whether this user owns or can write the folder; its disk may be read-only at present."""
    try:
        return folder.stat().st_uid == os.geteuid() or os.access(folder, os.W_OK)
    except OSError:
        return False
