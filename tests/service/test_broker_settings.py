"""The broker is tested before it is stored, used at once, and its password is in a file of its own."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from ..broker import Mosquitto, free_port
from ..mqtt.observer import observing
from .control_harness import ANNA, daemon, household, until

SECRET = "a password of the household's"


async def test_a_broker_is_used_at_once_and_another_one_after_it(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    there = {"host": "127.0.0.1", "port": mosquitto.port, "username": "gym", "password": SECRET}
    async with observing(mosquitto.port) as observer, daemon(household(tmp_path, ANNA)) as call:
        assert (await call("health"))["broker"] == "not used"
        assert (await call("broker.test", **there))["ok"]
        assert not (tmp_path / "settings.toml").exists(), "a test stores nothing"

        changed = await call("broker.set", **there)
        assert changed["restart"] == []
        await until(call, "health", lambda health: health["broker"] == "connected")
        profile = await observer.until_on("talkpace/gym/anna/athlete")
        assert profile[-1].json["name"] == "anna"
        password = tmp_path / "secrets" / "mqtt-password"
        assert password.read_text() == f"{SECRET}\n"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        for document in ((tmp_path / "settings.toml").read_text(), json.dumps(await call("settings.list"))):
            assert SECRET not in document

        # The stored password is for the same account, and for no other host.
        again = {key: value for key, value in there.items() if key != "password"}
        assert (await call("broker.test", **again))["ok"]
        await call("broker.set", **again)
        listed = (await call("settings.list"))["values"]
        assert [one["value"] for one in listed if one["key"] == "mqtt.password_file"] == [str(password)]
        await call("broker.set", host="localhost", port=mosquitto.port)
        listed = (await call("settings.list"))["values"]
        assert [one["origin"] for one in listed if one["key"] == "mqtt.password_file"] == ["default"]

        await call("broker.set", **there)
        await call("settings.set", changes={"mqtt": {"host": "broker.invalid"}})
        listed = (await call("settings.list"))["values"]
        assert [one["origin"] for one in listed if one["key"] == "mqtt.password_file"] == ["default"]

        await call("settings.set", changes={"mqtt.enabled": False})
        health = await until(call, "health", lambda health: health["broker"] == "not used")
        assert health["configuration"] == "ok"


async def test_what_is_wrong_with_a_broker_is_told_apart(tmp_path: Path, mosquitto: Mosquitto) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:

        async def problem(**params: Any) -> str:
            return str((await call("broker.test", **{"host": "127.0.0.1", **params}))["problem"])

        assert await problem(host="broker.invalid") == "name"
        assert await problem(port=free_port()) == "unreachable"
        assert await problem(port=mosquitto.port, tls=True) == "tls"
        mosquitto.stop()
        mosquitto.ask_for_password("gym", SECRET)
        mosquitto.start()
        assert await problem(port=mosquitto.port, username="gym", password="wrong") == "login"
        assert await problem(port=mosquitto.port, username="gym", password=SECRET) == "None"
