"""The announcements over a real broker: after a connect, after a birth, and taken back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from talkpace.config.model import HomeAssistant
from talkpace.config.practice import Practice

from ...broker import Mosquitto
from ...fake_clock import FakeClock
from ..desk import Desk
from ..listening import PATIENCE_S, listener

NODE = "homeassistant/device/talkpace_gym-pi/node/config"
ANNA = "homeassistant/device/talkpace_gym-pi/athlete_anna/config"
BEN = "homeassistant/device/talkpace_gym-pi/athlete_ben/config"
BIRTH = "homeassistant/status"
WITHOUT_WATER = Practice.model_validate({"water": {"enabled": False}})
STATUS = "talkpace/gym-pi/status"


async def retained(mosquitto: Mosquitto, pattern: str = "homeassistant/device/#") -> dict[str, str]:
    """What somebody who comes now finds."""
    async with listener(mosquitto.port, pattern, "end") as others:
        await others.client.publish("end", qos=1)
        await others.until_on("end")
    return {each.topic: each.text for each in others.seen if each.topic != "end"}


async def test_node_and_athletes_are_announced_before_any_state(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant())
    desk.publisher.athletes({"anna": "Anna"})
    desk.publisher.state("node", "fine")
    async with listener(mosquitto.port) as others, desk.running():
        await others.until_on("talkpace/gym-pi/node")
    assert [each.topic for each in others.seen[:4]] == [STATUS, NODE, ANNA, "talkpace/gym-pi/node"]
    assert all(each.qos == 1 for each in others.seen[:4])
    assert (await retained(mosquitto)).keys() == {NODE, ANNA}


async def test_another_prefix_is_used_where_home_assistant_uses_one(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant(prefix="ha/discovery"))
    async with listener(mosquitto.port, "ha/#") as others, desk.running():
        await others.until_on("ha/discovery/device/talkpace_gym-pi/node/config")


async def test_a_birth_is_answered_with_everything_after_a_random_while(mosquitto: Mosquitto) -> None:
    clock = FakeClock()
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant(), clock=clock)
    desk.publisher.athletes({"anna": "Anna"})
    desk.publisher.state("anna/session", "idle")
    async with listener(mosquitto.port) as others, desk.running():
        assert await desk.publisher.drained(PATIENCE_S)
        await others.until_on("talkpace/gym-pi/anna/session")
        await others.client.publish(BIRTH, "online", qos=1)
        await others.until_on(BIRTH)
        before = len(others.seen)
        async with asyncio.timeout(PATIENCE_S):
            while len(others.on("talkpace/gym-pi/anna/session")) < 2:
                await clock.advance(0.5)
                await asyncio.sleep(0)
    assert [each.topic for each in others.seen[before : before + 3]] == [
        NODE,
        ANNA,
        "talkpace/gym-pi/anna/session",
    ]


async def test_a_retained_birth_and_a_farewell_are_no_birth(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant(), clock=FakeClock())
    async with listener(mosquitto.port) as others:
        await others.client.publish(BIRTH, "online", qos=1, retain=True)
        async with desk.running():
            await others.client.publish(BIRTH, "offline", qos=1)
            await others.until_on(BIRTH, 2)
            assert await desk.publisher.drained(PATIENCE_S)
            desk.publisher.athletes({"anna": "Anna"})
            await others.until_on(ANNA)
    assert len(others.on(NODE)) == 1


async def test_an_athlete_who_comes_later_is_announced_alone(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant())
    async with listener(mosquitto.port, "homeassistant/#") as others, desk.running():
        await others.until_on(NODE)
        desk.publisher.athletes({"anna": "Anna"})
        await others.until_on(ANNA)
        desk.publisher.athletes({"anna": "Anna B."})
        renamed = await others.until_on(ANNA, 2)
    assert renamed[1].json["device"]["name"] == "Anna B."
    assert len(others.on(NODE)) == 1


async def test_an_athlete_who_is_gone_since_the_last_run_is_taken_back(mosquitto: Mosquitto) -> None:
    before = Desk(mosquitto.port, homeassistant=HomeAssistant())
    before.publisher.athletes({"anna": "Anna", "ben": "Ben"})
    async with before.running():
        assert await before.publisher.drained(PATIENCE_S)
    after = Desk(mosquitto.port, homeassistant=HomeAssistant())
    after.publisher.athletes({"anna": "Anna"})
    async with listener(mosquitto.port, BEN) as others, after.running():
        await others.until(lambda: others.texts(BEN)[-1:] == [""])
    assert (await retained(mosquitto)).keys() == {NODE, ANNA}


async def test_what_a_device_had_and_has_no_more_is_told_with_its_platform_alone(
    mosquitto: Mosquitto,
) -> None:
    """Home Assistant removes an entity for that; one that is merely left out stays there."""
    before = await _announced(mosquitto, Practice(), lambda anna: "glass" in anna)
    assert before["glass"]["unique_id"]
    for _ in range(2):  # Home Assistant may have been away
        after = await _announced(
            mosquitto, WITHOUT_WATER, lambda anna: anna.get("glass") == {"platform": "button"}
        )
        assert after["water_target"] == {"platform": "sensor"}
        assert after["undo"]["unique_id"]
    again = await _announced(mosquitto, Practice(), lambda anna: "unique_id" in anna.get("glass", ()))
    assert [key for key, component in again.items() if set(component) == {"platform"}] == []


async def _announced(
    mosquitto: Mosquitto, practice: Practice, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """What Anna's device has after a run of the daemon that has announced what is wanted."""

    def is_wanted(texts: list[str]) -> bool:
        return bool(texts) and wanted(json.loads(texts[-1])["components"])

    desk = Desk(mosquitto.port, homeassistant=HomeAssistant(), practice=practice)
    desk.publisher.athletes({"anna": "Anna"})
    async with listener(mosquitto.port, ANNA) as others, desk.running():
        await others.until(lambda: is_wanted(others.texts(ANNA)))
        assert await desk.publisher.drained(PATIENCE_S)
    components: dict[str, Any] = json.loads((await retained(mosquitto))[ANNA])["components"]
    return components


@pytest.mark.parametrize(
    "odd",
    [
        "no JSON",
        "[" * 100_000,
        "[]",
        '{"components": []}',
        '{"components": {"a": null, "B": {"platform": "sensor"}, "c": {"platform": "light"}}}',
        '{"components": {"d": {"platform": 1}, "": {"platform": "sensor"}}}',
    ],
)
async def test_an_odd_document_of_ours_is_replaced(mosquitto: Mosquitto, odd: str) -> None:
    async with listener(mosquitto.port, ANNA) as others:
        await others.client.publish(ANNA, odd, qos=1, retain=True)
        desk = Desk(mosquitto.port, homeassistant=HomeAssistant())
        desk.publisher.athletes({"anna": "Anna"})
        async with desk.running():
            assert await desk.publisher.drained(PATIENCE_S)
    components = json.loads((await retained(mosquitto))[ANNA])["components"]
    assert {"a", "B", "c", "d", ""} & components.keys() == set()
    assert components["undo"]["unique_id"]


async def test_everything_is_taken_back_where_discovery_is_switched_off(mosquitto: Mosquitto) -> None:
    before = Desk(mosquitto.port, homeassistant=HomeAssistant())
    before.publisher.athletes({"anna": "Anna"})
    async with before.running():
        assert await before.publisher.drained(PATIENCE_S)
    after = Desk(mosquitto.port, homeassistant=HomeAssistant(enabled=False))
    after.publisher.athletes({"anna": "Anna"})
    async with listener(mosquitto.port, "homeassistant/#") as others, after.running():
        await others.until(lambda: {each.topic for each in others.seen if not each.text} == {NODE, ANNA})
    assert await retained(mosquitto) == {}


async def test_what_others_have_announced_stays(mosquitto: Mosquitto) -> None:
    foreign = ["homeassistant/device/talkpace_other/node/config", "homeassistant/sensor/x/config"]
    async with listener(mosquitto.port) as others:
        for topic in foreign:
            await others.client.publish(topic, "{}", qos=1, retain=True)
        desk = Desk(mosquitto.port, homeassistant=HomeAssistant())
        async with desk.running():
            assert await desk.publisher.drained(PATIENCE_S)
    assert (await retained(mosquitto, "homeassistant/#")).keys() == {*foreign, NODE}


async def test_a_replay_announces_nothing_and_takes_nothing_back(mosquitto: Mosquitto) -> None:
    async with listener(mosquitto.port) as others:
        await others.client.publish(ANNA, json.dumps({}), qos=1, retain=True)
        desk = Desk(mosquitto.port)
        async with desk.running():
            await others.until_on(STATUS)
            assert await desk.publisher.drained(PATIENCE_S)
    assert await retained(mosquitto) == {ANNA: "{}"}


async def test_it_is_announced_again_after_the_broker_has_lost_everything(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant())
    async with desk.running():
        said = await desk.until_health("connected")
        await asyncio.to_thread(mosquitto.stop)
        said = await desk.until_health("lost the connection", since=said)
        await asyncio.to_thread(mosquitto.start)
        await desk.until_health("connected", since=said)
        assert await desk.publisher.drained(PATIENCE_S)
        assert (await retained(mosquitto)).keys() == {NODE}
