"""The broker is tested before it is stored, used at once, and its password is in a file of its own."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from talkpace.errors import DaemonError

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
        [password] = (tmp_path / "secrets").iterdir()
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


async def test_a_password_that_was_set_on_the_host_goes_to_no_other_broker(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(f"{SECRET}\n")
    password.chmod(0o600)
    mqtt = f'mqtt = {{ host = "127.0.0.1", port = {free_port()}, password_file = "{password}" }}'
    async with daemon(household(tmp_path, ANNA, mqtt)) as call:
        for method, params in (
            ("settings.set", {"changes": {"mqtt.host": "evil.invalid"}}),
            ("settings.set", {"changes": {"mqtt": {"host": "evil.invalid", "username": "gym"}}}),
            ("broker.set", {"host": "evil.invalid", "port": 1883}),
        ):
            with pytest.raises(DaemonError, match=r"mqtt\.host: the broker's password is set on this host"):
                await call(method, **params)
        assert not (tmp_path / "settings.toml").exists()
        await call("broker.set", host="other.invalid", port=1883, username="gym", password="another")


async def test_a_password_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        with pytest.raises(DaemonError, match="host"):
            await call("broker.set", host="broker\0.invalid", port=1883, username="gym", password=SECRET)
        assert not (tmp_path / "secrets").exists()
        await call("broker.set", host="a.invalid", port=1883, username="gym", password=SECRET)
        await call("broker.set", host="b.invalid", port=1883, username="gym", password="another")
        [password] = (tmp_path / "secrets").iterdir()
        assert password.read_text() == "another\n"
