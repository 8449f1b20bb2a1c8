"""`talkpace config` shows where each value comes from and changes settings.toml, which every command sees."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from talkpace.cli import config as config_commands
from talkpace.config.layers import Layers

from ..service.daemon_process import running, talkpace


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talkpace.toml"
    path.write_text("[bluetooth]\nenabled = false\n[[athletes]]\nid = 'anna'\nmax_heart_rate = 180\n")
    return path


def config(file: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return talkpace(file.parent, "config", *arguments, "--config", str(file), **environ)


def shown(file: Path, **environ: str) -> dict[str, tuple[Any, str]]:
    document = json.loads(config(file, "show", "--json", **environ).stdout)
    return {one["key"]: (one["value"], one["origin"]) for one in document["values"]}


def test_a_value_that_is_set_lies_above_the_file_and_a_value_that_is_unset_no_longer(file: Path) -> None:
    done = config(file, "set", "athletes.anna.max_heart_rate", "185")
    settings = file.parent / "talkpace" / "settings.toml"
    assert done.stdout.splitlines() == [
        "athletes.anna.max_heart_rate = 185.0 (settings)",
        f"{settings}: written; takes effect when the daemon starts again",
    ]
    assert shown(file)["athletes.anna.max_heart_rate"] == (185, "settings")
    assert config(file, "unset", "athletes.anna.max_heart_rate").returncode == 0
    assert shown(file)["athletes.anna.max_heart_rate"] == (180, "file")


def test_other_commands_see_the_settings(file: Path) -> None:
    assert config(file, "set", "athletes.anna.name", "Annie").returncode == 0
    listed = talkpace(file.parent, "athlete", "list", "--json", "--config", str(file))
    assert "Annie" in listed.stdout


def test_the_list_has_every_key_with_value_and_origin(file: Path) -> None:
    lines = config(file, "show", TALKPACE_MQTT__HOST="broker.lan").stdout.splitlines()
    rows = [line.split() for line in lines]
    assert ["bluetooth.enabled", "false", "file"] in rows
    assert ["mqtt.host", '"broker.lan"', "environment"] in rows
    assert ["mqtt.port", "not", "set", "default"] in rows
    assert ["warnings.margin", "0.02", "default"] in rows


def test_a_variable_that_hides_what_was_set_is_named(file: Path) -> None:
    done = config(file, "set", "mqtt.host", "a", TALKPACE_MQTT__HOST="b")
    assert 'mqtt.host = "b" (environment)' in done.stdout
    assert "mqtt.host: an environment variable overrides the settings" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["set", "mqtt.port", "0"], "mqtt.port: must be greater than or equal to 1, not '0'"),
        (["set", "mqtt.prot", "1"], "mqtt.prot: unknown key: did you mean mqtt.port?"),
        (["set", "sources", "[1"], "sources: invalid JSON"),
        (["set", "store.path", "/a.db"], "store: cannot be set here"),
        (["set", "athletes.ana.ceiling", "0.6"], "there is no athlete 'ana': choose from anna"),
        (["unset", "mqtt.port"], "mqtt.port: is not in the settings"),
    ],
)
def test_a_change_that_is_refused_ends_with_exit_code_2_and_writes_nothing(
    file: Path, arguments: list[str], message: str
) -> None:
    done = config(file, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (file.parent / "talkpace" / "settings.toml").exists()


def test_the_check_is_strict_about_file_and_settings_and_the_list_tells_what_is_ignored(file: Path) -> None:
    assert config(file, "set", "mqtt.port", "1884").returncode == 0
    settings = file.parent / "talkpace" / "settings.toml"
    settings.write_text("mqtt.port = 0\nlog.level = 'loud'\n")
    checked = talkpace(file.parent, "config", "check", str(file))
    assert checked.returncode == 2
    assert f"{settings}: mqtt.port: must be" in checked.stderr
    assert f"{settings}: log.level: must be" in checked.stderr
    listed = config(file, "show")
    assert listed.returncode == 0
    assert "the table [mqtt] is ignored" in listed.stderr


def test_the_daemon_runs_without_an_invalid_table_that_it_can_do_without_and_logs_it(file: Path) -> None:
    file.write_text(file.read_text() + "[mqtt]\nenabled = true\nport = 0\n")
    with running(file.parent, file) as daemon:
        assert daemon.stop() == 0
    assert f"{file}: mqtt.port: must be greater than or equal to 1, not 0" in daemon.says()
    assert "the table [mqtt] is ignored: nothing is published" in daemon.says()


def test_the_list_says_where_settings_are_that_this_user_cannot_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = Layers(tmp_path, {}, settings_problem="/s/settings.toml: cannot read")
    assert config_commands._missing_settings(hidden) == ["/s/settings.toml: cannot read"]
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.setattr("talkpace.storage.paths._SYSTEM_STATE", tmp_path)
    monkeypatch.setattr("talkpace.storage.paths._is_usable", lambda _folder: False)
    [line] = config_commands._missing_settings(Layers(tmp_path, {}))
    assert line.startswith(f"{tmp_path}: not this user's")
