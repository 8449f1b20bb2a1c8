"""Settings are changed while the daemon runs, and applied where that needs no restart."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from talkpace.errors import DaemonError

from .control_harness import daemon
from .daemon_process import running, talkpace

HOUSEHOLD = """
node = {{ id = "gym" }}
bluetooth = {{ enabled = false }}
store = {{ path = "{folder}/talkpace.db" }}
[[athletes]]
id = "anna"
max_heart_rate = 180
"""


def household(folder: Path, more: str = "") -> Path:
    path = folder / "talkpace.toml"
    path.write_text(HOUSEHOLD.format(folder=folder) + more)
    return path


def value_of(listed: dict[str, Any], key: str) -> tuple[object, str]:
    [entry] = [one for one in listed["values"] if one["key"] == key]
    return entry["value"], entry["origin"]


def settings_text(folder: Path) -> str:
    return (folder / "settings.toml").read_text(encoding="utf-8")


async def test_every_setting_is_listed_with_its_origin(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        listed = await call("settings.list")
        assert value_of(listed, "athletes.anna.max_heart_rate") == (180, "file")
        assert value_of(listed, "mqtt.enabled") == (False, "default")
        assert (listed["problems"], listed["restart"]) == ([], [])


async def test_a_new_athlete_and_new_values_apply_at_once(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        changes = {"athletes.anna.max_heart_rate": 172, "athletes.ben.birth_year": 1984}
        changed = await call("settings.set", changes=changes)
        assert changed["restart"] == []
        assert value_of(changed, "athletes.anna.max_heart_rate") == (172, "settings")
        assert {"athlete": "ben", "name": "ben"} in await call("athletes.list")
        assert await call("command", athlete="ben", name="session", argument="start") == {
            "state": {},
            "entries": [],
        }
    assert "172" in settings_text(tmp_path)
    async with daemon(household(tmp_path)) as call:
        listed = await call("settings.list")
        assert value_of(listed, "athletes.anna.max_heart_rate") == (172, "settings")


async def test_what_the_page_uses_is_nothing_that_the_daemon_waits_for(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        changed = await call("settings.set", changes={"web.enabled": True, "web.listen": "0.0.0.0:8080"})
        assert changed["restart"] == []


async def test_quiet_hours_and_log_level_apply_at_once_and_the_broker_after_a_restart(tmp_path: Path) -> None:
    level = logging.getLogger().level
    try:
        async with daemon(household(tmp_path)) as call:
            changes = {
                "alerts.quiet_hours": [{"start": "22:00", "end": "07:00"}],
                "log.level": "warning",
                "mqtt.host": "broker.lan",
            }
            changed = await call("settings.set", changes=changes)
            assert changed["restart"] == ["mqtt.host"]
            assert logging.getLogger().level == logging.WARNING
            assert (await call("settings.list"))["restart"] == ["mqtt.host"]
            await call("settings.set", changes={"mqtt.host": None})
            assert (await call("settings.list"))["restart"] == []
    finally:
        logging.getLogger().setLevel(level)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mqtt.port": 99_999}, "mqtt.port: must be less than or equal to 65535"),
        ({"mqtt.prot": 1883}, "did you mean mqtt.port"),
        ({"store.path": "/tmp/other.db"}, "cannot be set here"),
        ({"athletes.anna.max_heart_rate": None}, "nothing to remove"),
        ({"log.level": "info", "mqtt.port": 0}, "mqtt.port"),
        ({}, "changes"),
    ],
)
async def test_an_invalid_change_changes_nothing(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    async with daemon(household(tmp_path)) as call:
        before = await call("settings.list")
        with pytest.raises(DaemonError, match=reason):
            await call("settings.set", changes=changes)
        assert await call("settings.list") == before


async def test_an_invalid_table_that_is_not_needed_is_told_in_health(tmp_path: Path) -> None:
    file = household(tmp_path, "[mqtt]\nenabled = true\nport = 0\n")
    async with daemon(file) as call:
        health = await call("health")
        assert "mqtt.port" in health["configuration"]
        assert health["broker"] == "not used"
        await call("settings.set", changes={"mqtt.port": 1883})
        assert (await call("settings.list"))["problems"] == []
        told = (await call("health"))["configuration"]
        assert told == "mqtt.enabled, mqtt.port: apply when the daemon starts again"


def test_the_program_changes_settings_through_the_daemon(tmp_path: Path) -> None:
    file = household(tmp_path)
    config = ("--config", str(file))
    with running(tmp_path, file) as process:
        now = talkpace(tmp_path, "config", "set", "athletes.anna.ceiling", "0.65", *config)
        assert (now.returncode, now.stderr) == (0, "")
        assert "athletes.anna.ceiling = 0.65 (settings)" in now.stdout
        assert "in effect now" in now.stdout
        later = talkpace(tmp_path, "config", "set", "mqtt.host", "broker.lan", *config)
        assert "takes effect when the daemon starts again" in later.stdout
        refused = talkpace(tmp_path, "config", "set", "mqtt.port", "0", *config)
        assert (refused.returncode, "mqtt.port" in refused.stderr) == (2, True)
        shown = json.loads(talkpace(tmp_path, "config", "show", "--json", *config).stdout)
        assert value_of(shown, "mqtt.host") == ("broker.lan", "settings")
        assert process.stop() == 0
