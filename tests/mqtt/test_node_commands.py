"""Commands to the node over a real broker: one after another, answered with a result, never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from talkpace.control.method_definitions import METHODS
from talkpace.control.node_commands import NODE_COMMANDS
from talkpace.mqtt.command_queue import MOST_PER_ATHLETE
from talkpace.mqtt.node_commands import MOST_WAITING

from ..broker import Mosquitto
from .observer import Observer, observing
from .publisher_harness import PublisherHarness

RESULT = "talkpace/gym-pi/result"
SCAN = "talkpace/gym-pi/command/scan"


@asynccontextmanager
async def sender(mosquitto: Mosquitto) -> AsyncIterator[Observer]:
    async with observing(mosquitto.port, RESULT, "talkpace/gym-pi/+/result") as one:
        yield one


def test_a_command_has_the_name_of_its_method_with_an_underscore_for_the_dot() -> None:
    assert {command.name for command in NODE_COMMANDS} == {
        "alerts_test",
        "scan",
        "pair",
        "forget",
        "strap_choice",
        "athlete_choice",
        "pair_choice",
    }
    assert {command.params for command in NODE_COMMANDS} <= {method.params for method in METHODS.values()}


async def test_a_command_is_carried_out_and_answered_with_its_result(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    harness.node_sink.release(3)
    async with sender(mosquitto) as observer:
        for payload in ('{"seconds": 5}', "", "null"):
            await observer.client.publish(SCAN, payload, qos=1)
        result, *_ = await observer.until_on(RESULT, 3)
    assert result.json == {"name": "scan", "ok": True, "error": None, "result": {"did": "scan"}}
    assert (result.qos, result.retain) == (1, False)
    assert harness.node_sink.begun == [("scan", {"seconds": 5}), ("scan", {}), ("scan", {})]


async def test_a_command_that_fails_is_answered_with_the_reason(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish("talkpace/gym-pi/command/refused", "", qos=1)
        (result,) = await observer.until_on(RESULT)
    assert result.json == {"name": "refused", "ok": False, "error": "there is no radio", "result": None}


async def test_the_response_topic_of_mqtt_5_gets_the_result_too(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port, version="5")
    harness.node_sink.release()
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic = "phone/answers"
    properties.CorrelationData = b"42"
    async with (
        harness.running(),
        observing(mosquitto.port, "#", version=aiomqtt.ProtocolVersion.V5) as observer,
    ):
        await harness.until_health("connected")
        await observer.client.publish(SCAN, "", qos=1, properties=properties)
        (answer,) = await observer.until_on("phone/answers")
        (result,) = await observer.until_on(RESULT)
    assert answer.text == result.text
    assert answer.properties.CorrelationData == b"42"


async def test_commands_to_athletes_do_not_wait_for_one_to_the_node(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish(SCAN, "", qos=1)
        await harness.node_sink.until_begun()
        await observer.client.publish("talkpace/gym-pi/anna/command/mute", "60", qos=1)
        await observer.until_on("talkpace/gym-pi/anna/result")
        assert observer.on(RESULT) == [], "the search is in progress"
        harness.node_sink.release()
        await observer.until_on(RESULT)


async def test_commands_are_carried_out_one_at_a_time_and_at_most_five_wait(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish(SCAN, "", qos=1)
        await harness.node_sink.until_begun()
        for number in range(MOST_WAITING + 1):
            await observer.client.publish(SCAN, f'{{"number": {number}}}', qos=1)
        (refused,) = await observer.until_on(RESULT)
        assert refused.json["error"] == "5 commands to the node wait already; try again later"
        assert len(harness.node_sink.begun) == 1
        harness.node_sink.release(1 + MOST_WAITING)
        results = await observer.until_on(RESULT, 2 + MOST_WAITING)
    assert [each.json["ok"] for each in results] == [False, *[True] * (1 + MOST_WAITING)]
    assert [params.get("number") for _, params in harness.node_sink.begun] == [None, 0, 1, 2, 3, 4]


async def test_retained_commands_are_ignored(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port)
    harness.node_sink.release(2)
    async with sender(mosquitto) as observer:
        await observer.client.publish(SCAN, '{"seconds": 300}', qos=1, retain=True)
        async with harness.running():
            await harness.until_health("connected")
            await observer.client.publish(SCAN, "", qos=1)
            await observer.until_on(RESULT)
    assert harness.node_sink.begun == [("scan", {})]


async def test_commands_over_the_rate_limit_are_dropped_and_answered_once(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    async with sender(mosquitto) as observer:
        for _ in range(10 * MOST_PER_ATHLETE):
            await observer.client.publish("talkpace/gym-pi/command/refused", "", qos=0)
        await observer.client.publish("talkpace/gym-pi/anna/command/mute", "60", qos=1)
        await observer.until(lambda: any("too many" in each.json["error"] for each in observer.on(RESULT)))
        await observer.until_on("talkpace/gym-pi/anna/result")
    assert harness.publisher.losses.commands > 0


async def test_a_lost_connection_cancels_a_command_and_it_is_answered_after_the_next_connect(
    mosquitto: Mosquitto,
) -> None:
    harness = PublisherHarness(mosquitto.port)
    async with harness.running():
        await harness.until_health("connected")
        async with sender(mosquitto) as observer:
            await observer.client.publish(SCAN, "", qos=1)
            await observer.client.publish("talkpace/gym-pi/command/refused", "", qos=1)
            await harness.node_sink.until_begun()
        await asyncio.to_thread(mosquitto.stop)
        await harness.node_sink.until_cancelled()
        await asyncio.to_thread(mosquitto.start)
        async with sender(mosquitto) as observer:
            await observer.until_on(RESULT, 2)
    assert [each.json["name"] for each in observer.on(RESULT)] == ["scan", "refused"]
    assert all("interrupted" in each.json["error"] for each in observer.on(RESULT))
    assert harness.node_sink.cancelled == ["scan"]


async def test_the_end_of_the_daemon_cancels_a_command(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port)
    async with harness.running():
        await harness.until_health("connected")
        async with sender(mosquitto) as observer:
            await observer.client.publish(SCAN, "", qos=1)
            await harness.node_sink.until_begun()
    assert harness.node_sink.cancelled == ["scan"]
