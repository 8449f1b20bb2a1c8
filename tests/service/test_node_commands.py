"""Pairing over MQTT, as Home Assistant does it: the real daemon and broker, and a strap on a fake radio."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from talkpace.service import tasks as tasks_module

from ..broker import Mosquitto
from ..mqtt.observer import Observer, observing
from .control_harness import STRAP, Air, daemon, household

TOP = "talkpace/gym"
NODE = "homeassistant/device/talkpace_gym/node/config"
LABEL = f"Polar H10 12345678 ({STRAP})"
TWO = (
    'athletes = [{ id = "anna", name = "Anna", max_heart_rate = 180 },'
    ' { id = "ben", name = "Ben", max_heart_rate = 180 }]'
)
ONE = 'athletes = [{ id = "anna", name = "Anna", max_heart_rate = 180 }]'


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Air:
    radio = Air()
    monkeypatch.setattr(tasks_module, "_open_radio", lambda _adapter: radio)
    return radio


class Remote:
    """A client at the broker that sends commands to the node."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._sent = 0

    async def command(self, name: str, **params: object) -> Any:
        """Send a command; return its result."""
        self._sent += 1
        await self._observer.client.publish(f"{TOP}/command/{name}", json.dumps(params), qos=1)
        results = await self._observer.until_on(f"{TOP}/result", self._sent)
        assert results[-1].json["name"] == name
        return results[-1].json

    async def until_state(self, **values: object) -> Any:
        """Wait until the latest state of the straps has these values."""

        def state() -> Any:
            states = self._observer.on(f"{TOP}/straps")
            return states[-1].json if states else {}

        await self._observer.until(lambda: values.items() <= state().items())
        return state()

    async def until_options(self, key: str, options: list[str]) -> None:
        """Wait until Home Assistant is offered these options."""
        await self._observer.until(
            lambda: (
                [each.json["components"][key]["options"] for each in self._observer.on(NODE) if each.text][
                    -1:
                ]
                == [options]
            )
        )

    def states(self) -> list[Any]:
        return [each.json for each in self._observer.on(f"{TOP}/straps")]


@asynccontextmanager
async def remote(folder: Path, mosquitto: Mosquitto, *lines: str) -> AsyncIterator[Remote]:
    mqtt = f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {mosquitto.port} }}'
    async with (
        observing(mosquitto.port) as observer,
        daemon(household(folder, mqtt, *lines, bluetooth=True)),
    ):
        one = Remote(observer)
        await observer.until_on(f"{TOP}/node")
        yield one


async def test_a_strap_is_found_chosen_paired_and_forgotten(
    tmp_path: Path, mosquitto: Mosquitto, air: Air
) -> None:
    async with remote(tmp_path, mosquitto, TWO) as gym:
        await gym.until_options("athlete_choice", ["Anna (anna)", "Ben (ben)"])
        await gym.until_options("strap_choice", [])
        scan = await gym.command("scan", seconds=2)
        assert scan["ok"], scan
        assert [(one["address"], one["athlete"]) for one in scan["result"]] == [(STRAP, None)]
        found = await gym.until_state(searching=False, in_range=scan["result"])
        assert (found["of_athletes"], found["strap_choice"], found["searched"] is None) == ([], None, False)
        await gym.until_options("strap_choice", [LABEL])
        assert any(state["searching"] for state in gym.states())
        assert any(state["searching"] and state["in_range"] for state in gym.states()), "as they are found"

        assert (await gym.command("strap_choice", address=STRAP.lower()))["ok"]
        await gym.until_state(strap_choice={"id": STRAP, "label": LABEL})
        assert (await gym.command("athlete_choice", athlete="ben"))["ok"]
        await gym.until_state(athlete_choice={"id": "ben", "label": "Ben (ben)"})
        paired = await gym.command("pair_choice")
        assert paired["ok"], paired
        assert (paired["result"]["address"], paired["result"]["athlete"]) == (STRAP, "ben")
        progress = [state["pairing"] for state in gym.states() if state["pairing"]]
        assert any(one["step"] == "connecting Polar H10 12345678" for one in progress)
        assert progress[-1]["heart_rate"] == 80
        known = {"address": STRAP, "name": "Polar H10 12345678", "battery_percent": None, "athlete": "ben"}
        state = await gym.until_state(of_athletes=[known])
        assert [one["athlete"] for one in state["in_range"]] == ["ben"]

        assert (await gym.command("forget", address=STRAP))["ok"]
        await gym.until_state(of_athletes=[])


async def test_what_cannot_be_paired_is_told(tmp_path: Path, mosquitto: Mosquitto, air: Air) -> None:
    async with remote(tmp_path, mosquitto, TWO) as gym:
        for name, params, reason in (
            ("pair_choice", {}, "no strap is chosen"),
            ("strap_choice", {"address": STRAP}, "the last search has not found"),
            ("athlete_choice", {"athlete": "zoe"}, "there is no athlete 'zoe'"),
            ("forget", {"address": STRAP}, "is not paired"),
            ("alerts_test", {"pattern": "tune"}, "there is no alert pattern 'tune'"),
        ):
            result = await gym.command(name, **params)
            assert reason in result["error"]
        await gym.command("scan", seconds=2)
        await gym.command("strap_choice", address=STRAP)
        assert "no athlete is chosen" in (await gym.command("pair_choice"))["error"]
        assert (await gym.command("alerts_test"))["result"] == {"alerts": "recorded"}


async def test_who_trains_alone_need_not_be_chosen(tmp_path: Path, mosquitto: Mosquitto, air: Air) -> None:
    async with remote(tmp_path, mosquitto, ONE) as gym:
        await gym.command("scan", seconds=2)
        await gym.command("strap_choice", address=STRAP)
        paired = await gym.command("pair_choice")
        assert paired["ok"], paired
        assert paired["result"]["athlete"] == "anna"


async def test_a_search_without_the_chosen_strap_drops_the_choice(
    tmp_path: Path, mosquitto: Mosquitto, air: Air, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with remote(tmp_path, mosquitto, ONE) as gym:
        await gym.command("scan", seconds=2)
        await gym.command("strap_choice", address=STRAP)
        await gym.until_state(strap_choice={"id": STRAP, "label": LABEL})
        monkeypatch.setattr(air, "advertise", lambda *_: None)
        assert (await gym.command("scan", seconds=2))["result"] == []
        await gym.until_state(strap_choice=None, in_range=[])
        await gym.until_options("strap_choice", [])


async def test_the_search_of_an_earlier_run_is_not_shown(
    tmp_path: Path, mosquitto: Mosquitto, air: Air
) -> None:
    async with remote(tmp_path, mosquitto, ONE) as gym:
        await gym.command("scan", seconds=2)
        await gym.until_options("strap_choice", [LABEL])
    async with remote(tmp_path, mosquitto, ONE) as gym:
        await gym.until_state(in_range=[], searched=None)
        await gym.until_options("strap_choice", [])
