"""Discovery over a real broker: announced after a connect and a birth, and deleted when outdated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from talkpace.config.habits import HabitsConfig
from talkpace.config.model import HomeAssistantConfig

from ...broker import Mosquitto
from ...fake_clock import FakeClock
from ..observer import PATIENCE_S, observing
from ..publisher_harness import PublisherHarness

NODE = "homeassistant/device/talkpace_gym-pi/node/config"
ANNA = "homeassistant/device/talkpace_gym-pi/athlete_anna/config"
BEN = "homeassistant/device/talkpace_gym-pi/athlete_ben/config"
BIRTH = "homeassistant/status"
WITHOUT_WATER = HabitsConfig.model_validate({"water": {"enabled": False}})
STATUS = "talkpace/gym-pi/status"


async def retained(mosquitto: Mosquitto, pattern: str = "homeassistant/device/#") -> dict[str, str]:
    """The retained messages, by topic."""
    async with observing(mosquitto.port, pattern, "end") as observer:
        await observer.client.publish("end", qos=1)
        await observer.until_on("end")
    return {each.topic: each.text for each in observer.received if each.topic != "end"}


async def test_node_and_athletes_are_announced_before_any_state(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    harness.publisher.set_athletes({"anna": "Anna"})
    harness.publisher.state("node", "fine")
    async with observing(mosquitto.port) as observer, harness.running():
        await observer.until_on("talkpace/gym-pi/node")
    assert [each.topic for each in observer.received[:4]] == [STATUS, NODE, ANNA, "talkpace/gym-pi/node"]
    assert all(each.qos == 1 for each in observer.received[:4])
    assert (await retained(mosquitto)).keys() == {NODE, ANNA}


async def test_the_configured_discovery_prefix_is_used(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig(prefix="ha/discovery"))
    async with observing(mosquitto.port, "ha/#") as observer, harness.running():
        await observer.until_on("ha/discovery/device/talkpace_gym-pi/node/config")


async def test_after_a_birth_devices_and_states_are_published_again_with_a_random_delay(
    mosquitto: Mosquitto,
) -> None:
    clock = FakeClock()
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig(), clock=clock)
    harness.publisher.set_athletes({"anna": "Anna"})
    harness.publisher.state("anna/session", "idle")
    async with observing(mosquitto.port) as observer, harness.running():
        assert await harness.publisher.drain(PATIENCE_S)
        await observer.until_on("talkpace/gym-pi/anna/session")
        await observer.client.publish(BIRTH, "online", qos=1)
        await observer.until_on(BIRTH)
        before = len(observer.received)
        async with asyncio.timeout(PATIENCE_S):
            while len(observer.on("talkpace/gym-pi/anna/session")) < 2:
                await clock.advance(0.5)
                await asyncio.sleep(0)
    assert [each.topic for each in observer.received[before : before + 3]] == [
        NODE,
        ANNA,
        "talkpace/gym-pi/anna/session",
    ]


async def test_a_retained_birth_and_a_last_will_are_ignored(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig(), clock=FakeClock())
    async with observing(mosquitto.port) as observer:
        await observer.client.publish(BIRTH, "online", qos=1, retain=True)
        async with harness.running():
            await observer.client.publish(BIRTH, "offline", qos=1)
            await observer.until_on(BIRTH, 2)
            assert await harness.publisher.drain(PATIENCE_S)
            harness.publisher.set_athletes({"anna": "Anna"})
            await observer.until_on(ANNA)
    assert len(observer.on(NODE)) == 2, "after the connect, and with an athlete to choose"


async def test_a_new_athlete_is_announced_without_the_other_athletes(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    harness.publisher.set_athletes({"ben": "Ben"})
    async with observing(mosquitto.port, "homeassistant/#") as observer, harness.running():
        await observer.until_on(BEN)
        harness.publisher.set_athletes({"ben": "Ben", "anna": "Anna"})
        await observer.until_on(ANNA)
        harness.publisher.set_athletes({"ben": "Ben", "anna": "Anna B."})
        renamed = await observer.until_on(ANNA, 2)
    assert renamed[1].json["device"]["name"] == "Anna B."
    assert len(observer.on(BEN)) == 1


async def test_the_nodes_device_is_announced_again_when_there_are_other_straps_or_athletes_to_choose(
    mosquitto: Mosquitto,
) -> None:
    """Home Assistant takes the options of a select from the discovery document."""
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    async with observing(mosquitto.port, NODE) as observer, harness.running():
        await observer.until_on(NODE)
        harness.publisher.set_straps(["Polar H10 (A0:9E:1A:00:00:01)"])
        await observer.until_on(NODE, 2)
        harness.publisher.set_athletes({"anna": "Anna"})
        await observer.until_on(NODE, 3)
        harness.publisher.set_straps(["Polar H10 (A0:9E:1A:00:00:01)"])
        harness.publisher.set_straps([])
        await observer.until_on(NODE, 4)
    components = [each.json["components"] for each in observer.on(NODE)]
    assert [each["strap_choice"]["options"] for each in components] == [
        [],
        ["Polar H10 (A0:9E:1A:00:00:01)"],
        ["Polar H10 (A0:9E:1A:00:00:01)"],
        [],
    ]
    assert components[-1]["athlete_choice"]["options"] == ["Anna (anna)"]


async def test_the_document_of_an_athlete_removed_since_the_last_run_is_deleted(mosquitto: Mosquitto) -> None:
    before = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    before.publisher.set_athletes({"anna": "Anna", "ben": "Ben"})
    async with before.running():
        assert await before.publisher.drain(PATIENCE_S)
    after = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    after.publisher.set_athletes({"anna": "Anna"})
    async with observing(mosquitto.port, BEN) as observer, after.running():
        await observer.until(lambda: observer.texts(BEN)[-1:] == [""])
    assert (await retained(mosquitto)).keys() == {NODE, ANNA}


async def test_a_removed_component_is_announced_with_its_platform_alone(
    mosquitto: Mosquitto,
) -> None:
    """That makes Home Assistant remove the entity; an omitted component would stay."""
    before = await _announced(mosquitto, HabitsConfig(), lambda anna: "glass" in anna)
    assert before["glass"]["unique_id"]
    for _ in range(2):  # Home Assistant may have been away
        after = await _announced(
            mosquitto, WITHOUT_WATER, lambda anna: anna.get("glass") == {"platform": "button"}
        )
        assert after["water_target"] == {"platform": "sensor"}
        assert after["undo"]["unique_id"]
    again = await _announced(mosquitto, HabitsConfig(), lambda anna: "unique_id" in anna.get("glass", ()))
    assert [key for key, component in again.items() if set(component) == {"platform"}] == []


async def _announced(
    mosquitto: Mosquitto, habits: HabitsConfig, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The components of Anna's device after a run of the publisher that announced a wanted document."""

    def is_wanted(texts: list[str]) -> bool:
        return bool(texts) and wanted(json.loads(texts[-1])["components"])

    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig(), habits=habits)
    harness.publisher.set_athletes({"anna": "Anna"})
    async with observing(mosquitto.port, ANNA) as observer, harness.running():
        await observer.until(lambda: is_wanted(observer.texts(ANNA)))
        assert await harness.publisher.drain(PATIENCE_S)
    components: dict[str, Any] = json.loads((await retained(mosquitto))[ANNA])["components"]
    return components


@pytest.mark.parametrize(
    "invalid",
    [
        "no JSON",
        "[" * 100_000,
        "[]",
        '{"components": []}',
        '{"components": {"a": null, "B": {"platform": "sensor"}, "c": {"platform": "light"}}}',
        '{"components": {"d": {"platform": 1}, "": {"platform": "sensor"}}}',
    ],
)
async def test_an_invalid_retained_document_is_replaced(mosquitto: Mosquitto, invalid: str) -> None:
    async with observing(mosquitto.port, ANNA) as observer:
        await observer.client.publish(ANNA, invalid, qos=1, retain=True)
        harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
        harness.publisher.set_athletes({"anna": "Anna"})
        async with harness.running():
            assert await harness.publisher.drain(PATIENCE_S)
    components = json.loads((await retained(mosquitto))[ANNA])["components"]
    assert {"a", "B", "c", "d", ""} & components.keys() == set()
    assert components["undo"]["unique_id"]


async def test_all_documents_are_deleted_when_discovery_is_disabled(mosquitto: Mosquitto) -> None:
    before = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    before.publisher.set_athletes({"anna": "Anna"})
    async with before.running():
        assert await before.publisher.drain(PATIENCE_S)
    after = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig(enabled=False))
    after.publisher.set_athletes({"anna": "Anna"})
    async with observing(mosquitto.port, "homeassistant/#") as observer, after.running():
        await observer.until(
            lambda: {each.topic for each in observer.received if not each.text} == {NODE, ANNA}
        )
    assert await retained(mosquitto) == {}


async def test_documents_of_others_are_not_deleted(mosquitto: Mosquitto) -> None:
    foreign = ["homeassistant/device/talkpace_other/node/config", "homeassistant/sensor/x/config"]
    async with observing(mosquitto.port) as observer:
        for topic in foreign:
            await observer.client.publish(topic, "{}", qos=1, retain=True)
        harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
        async with harness.running():
            assert await harness.publisher.drain(PATIENCE_S)
    assert (await retained(mosquitto, "homeassistant/#")).keys() == {*foreign, NODE}


async def test_a_publisher_without_discovery_announces_and_deletes_nothing(mosquitto: Mosquitto) -> None:
    async with observing(mosquitto.port) as observer:
        await observer.client.publish(ANNA, json.dumps({}), qos=1, retain=True)
        harness = PublisherHarness(mosquitto.port)
        async with harness.running():
            await observer.until_on(STATUS)
            assert await harness.publisher.drain(PATIENCE_S)
    assert await retained(mosquitto) == {ANNA: "{}"}


async def test_devices_are_announced_again_after_the_broker_lost_its_retained_messages(
    mosquitto: Mosquitto,
) -> None:
    harness = PublisherHarness(mosquitto.port, homeassistant=HomeAssistantConfig())
    async with harness.running():
        reports = await harness.until_health("connected")
        await asyncio.to_thread(mosquitto.stop)
        reports = await harness.until_health("lost the connection", since=reports)
        await asyncio.to_thread(mosquitto.start)
        await harness.until_health("connected", since=reports)
        assert await harness.publisher.drain(PATIENCE_S)
        assert (await retained(mosquitto)).keys() == {NODE}
