"""Settings are changed while the daemon runs, and applied where that needs no restart."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from talkpace.control.method_models import NoParams
from talkpace.errors import DaemonError
from talkpace.service.restart import Restart

from .control_harness import daemon, until
from .daemon_process import running, talkpace

HOUSEHOLD = """
node = {{ id = "gym" }}
bluetooth = {{ enabled = false }}
store = {{ path = "{folder}/talkpace.db" }}
[[athletes]]
id = "anna"
max_heart_rate = 180
"""


class SilentCaller:
    def notify(self, method: str, params: object) -> None: ...

    def watch(self, topics: frozenset[str] | None) -> None: ...


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
        changes = {"athletes.anna.max_heart_rate": 172, "athletes.ben": {"id": "ben", "birth_year": 1984}}
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


async def test_ceilings_of_the_next_session_are_the_new_ones(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        changed = await call("settings.set", changes={"ceilings.cardio": 0.66, "warnings.warn_after_s": 8})
        assert changed["restart"] == []
        [anna] = await call("athletes.describe")
        assert anna["thresholds"]["ceilings"]["cardio"] == {"effort": 0.66, "heart_rate": 118}


async def test_habits_aims_and_patterns_apply_at_once_and_a_feature_after_a_restart(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        changes = {
            "habits.week.cardio_sessions": 4,
            "habits.rest.enabled": False,
            "alerts.patterns.over.sound": [50],
        }
        assert (await call("settings.set", changes=changes))["restart"] == ["habits.rest.enabled"]


async def test_every_setting_is_described_for_a_form(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        described = {one["key"]: one for one in (await call("settings.describe"))["settings"]}
    assert described["warnings.warn_after_s"] == {
        "key": "warnings.warn_after_s",
        "value_schema": {"type": "number", "minimum": 0, "maximum": 120},
        "help": "Seconds above the ceiling until a warning is raised.",
        "unit": "s",
        "default": 5,
        "on_host": False,
        "secret": False,
        "effect": "next_session",
    }
    assert described["athletes.*.ceiling"]["unit"] == "fraction"
    assert described["store.path"]["on_host"]


async def test_athletes_are_described_with_what_follows_from_their_values(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        await call("athletes.add", athlete="ben", values={"birth_year": 1976, "name": "Ben"})
        await call("athletes.set", athlete="anna", values={"ceiling": 0.6})
        anna, ben = await call("athletes.describe")
    assert anna["values"] == {
        "max_heart_rate": {"value": 180, "source": "configuration"},
        "ceiling": {"value": 0.6, "source": "command"},
    }
    assert anna["thresholds"]["max_heart_rate_source"] == "given"
    assert anna["thresholds"]["ceilings"]["cardio"] == {"effort": 0.6, "heart_rate": 108}
    assert anna["thresholds"]["zones"]["easy"] == {"effort": 0.5, "heart_rate": 89}
    assert (ben["name"], ben["thresholds"]["max_heart_rate_source"]) == ("Ben", "tanaka")


async def test_outside_systemd_a_restart_is_refused_in_words(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        assert not (await call("settings.list"))["can_restart"]
        with pytest.raises(DaemonError, match="systemd did not start this daemon"):
            await call("node.restart")


async def test_under_systemd_a_restart_ends_the_run_and_is_due() -> None:
    stop = asyncio.Event()
    restart = Restart(stop, {"SYSTEMD_EXEC_PID": str(os.getpid())})
    await restart.handlers()["node.restart"](NoParams(), SilentCaller())
    assert (stop.is_set(), restart.is_due) == (True, True)


async def test_quiet_hours_and_log_level_apply_at_once_and_the_adapter_after_a_restart(
    tmp_path: Path,
) -> None:
    level = logging.getLogger().level
    try:
        async with daemon(household(tmp_path)) as call:
            changes = {
                "alerts.quiet_hours": [{"start": "22:00", "end": "07:00"}],
                "log.level": "warning",
                "bluetooth.adapter": "hci1",
            }
            changed = await call("settings.set", changes=changes)
            assert changed["restart"] == ["bluetooth.adapter"]
            assert logging.getLogger().level == logging.WARNING
            assert (await call("settings.list"))["restart"] == ["bluetooth.adapter"]
            await call("settings.set", changes={"bluetooth.adapter": None})
            assert (await call("settings.list"))["restart"] == []
    finally:
        logging.getLogger().setLevel(level)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mqtt.port": 99_999}, "mqtt.port: must be less than or equal to 65535"),
        ({"mqtt.prot": 1883}, "did you mean mqtt.port"),
        ({"athletes.ana.ceiling": 0.6}, "there is no athlete 'ana'"),
        ({"athletes": "x"}, "must be tables"),
        ({"athletes": [5]}, "must be tables"),
        ({"athletes.anna": "x"}, "athletes"),
        ({"mqtt.host": "broker\0"}, "must be a host name"),
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
        health = await until(call, "health", lambda health: health["broker"] != "not used")
        assert health["configuration"] == "ok"
        assert health["broker"].startswith("cannot reach localhost:1883")


def test_the_program_changes_settings_through_the_daemon(tmp_path: Path) -> None:
    file = household(tmp_path)
    config = ("--config", str(file))
    with running(tmp_path, file) as process:
        now = talkpace(tmp_path, "config", "set", "athletes.anna.ceiling", "0.65", *config)
        assert (now.returncode, now.stderr) == (0, "")
        assert "athletes.anna.ceiling = 0.65 (settings)" in now.stdout
        assert "in effect now" in now.stdout
        later = talkpace(tmp_path, "config", "set", "bluetooth.adapter", "hci1", *config)
        assert "takes effect when the daemon starts again" in later.stdout
        refused = talkpace(tmp_path, "config", "set", "mqtt.port", "0", *config)
        assert (refused.returncode, "mqtt.port" in refused.stderr) == (2, True)
        shown = json.loads(talkpace(tmp_path, "config", "show", "--json", *config).stdout)
        assert value_of(shown, "bluetooth.adapter") == ("hci1", "settings")
        assert process.stop() == 0
