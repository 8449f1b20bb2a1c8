"""The path of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.config.model import Configuration, StoreConfig
from talkpace.errors import ConfigurationError
from talkpace.storage import paths
from talkpace.storage.paths import control_paths, daemon_database, hidden_state, settings_path, store_path

HOMELESS_UID = 54321


def test_the_configured_path_wins_over_the_environment() -> None:
    configuration = Configuration(store=StoreConfig(path=Path("/somewhere/else.db")))
    assert store_path(configuration, {"STATE_DIRECTORY": "/var/lib/t"}) == Path("/somewhere/else.db")


def test_a_user_without_a_home_folder_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: HOMELESS_UID)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ConfigurationError, match=r"set store\.path or XDG_DATA_HOME"):
        store_path(Configuration(), {})
    with pytest.raises(ConfigurationError, match=r"store\.path: ~nobody-here/t\.db"):
        store_path(Configuration(store=StoreConfig(path=Path("~nobody-here/t.db"))), {})


def test_settings_lie_beside_the_database() -> None:
    assert settings_path(StoreConfig(path=Path("/a/b.db")), {}) == Path("/a/settings.toml")
    assert settings_path(StoreConfig(), {"STATE_DIRECTORY": "/var/lib/t"}) == Path("/var/lib/t/settings.toml")


def test_the_state_folder_of_the_system_is_hidden_only_where_it_would_be_used() -> None:
    assert hidden_state(StoreConfig(path=Path("/a/b.db")), {}) is None
    assert hidden_state(StoreConfig(), {"STATE_DIRECTORY": "/var/lib/t"}) is None


def test_the_control_socket_is_sought_in_runtime_folders_and_then_beside_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = Configuration(store=StoreConfig(path=tmp_path / "db" / "talkpace.db"))
    monkeypatch.setattr(paths, "_SYSTEM_RUNTIME", tmp_path / "run")
    beside = tmp_path / "db" / "control"
    assert control_paths(configuration, {}) == [beside]
    own = {"XDG_RUNTIME_DIR": str(tmp_path / "user")}
    assert control_paths(configuration, own) == [tmp_path / "user" / "talkpace" / "control", beside]
    (tmp_path / "run").mkdir()
    assert control_paths(configuration, own)[0] == tmp_path / "run" / "control"
    given = {"RUNTIME_DIRECTORY": f"{tmp_path}/given:/other"}
    assert control_paths(configuration, given) == [tmp_path / "given" / "control", beside]


def test_a_member_of_the_group_asks_the_daemon_whose_database_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_SYSTEM_STATE", tmp_path)
    monkeypatch.setattr(paths, "_is_usable", lambda _folder: False)
    assert daemon_database(Configuration(), {"XDG_DATA_HOME": "/home"}) == tmp_path / "talkpace.db"
    own = Configuration(store=StoreConfig(path=Path("/own/t.db")))
    assert daemon_database(own, {}) == Path("/own/t.db")
