"""Commands over a real broker: executed or refused, and always answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from talkpace.errors import StoreError
from talkpace.mqtt.command_queue import LARGEST_PAYLOAD, MOST_PER_ATHLETE

from ..broker import Mosquitto
from .observer import PATIENCE_S, Observer, observing
from .publisher_harness import PublisherHarness

RESULT = "talkpace/gym-pi/anna/result"


def command(name: str, athlete: str = "anna") -> str:
    return f"talkpace/gym-pi/{athlete}/command/{name}"


@asynccontextmanager
async def sender(mosquitto: Mosquitto) -> AsyncIterator[Observer]:
    async with observing(mosquitto.port, "talkpace/gym-pi/+/result") as one:
        yield one


@pytest.mark.parametrize(
    ("payload", "argument"),
    [
        ("300", 300),
        ("1.5", 1.5),
        ("true", True),
        ('"start"', "start"),
        ("start", "start"),
        ("", None),
        ("null", None),
        ('{"value": 3}', {"value": 3}),
    ],
)
async def test_a_command_is_executed_and_answered(
    mosquitto: Mosquitto, harness: PublisherHarness, payload: str, argument: object
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish(command("mute"), payload, qos=1)
        (result,) = await observer.until_on(RESULT)
    assert result.json == {"name": "mute", "ok": True, "error": None}
    assert (result.qos, result.retain) == (1, False)
    assert harness.sink.commands == [("anna", "mute", argument)]


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"x" * (LARGEST_PAYLOAD + 1), "4096"),
        (b'{"value": ', "not JSON"),
        (b"[1, 2]", "list"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * LARGEST_PAYLOAD, "nested"),
        (b'{"a":' * 600 + b"1" + b"}" * 600, "nested"),
        (b"1e999", "too large"),
        (b'"\\ud800"', "surrogate"),
    ],
)
async def test_a_payload_that_is_no_scalar_and_no_object_is_refused_with_the_reason(
    mosquitto: Mosquitto, harness: PublisherHarness, payload: bytes, says: str
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish(command("mute"), payload, qos=1)
        (result,) = await observer.until_on(RESULT)
    assert result.json["ok"] is False
    assert says in result.json["error"]
    assert harness.sink.commands == []
    assert harness.health == ["connected"]


async def test_the_result_has_the_error_of_the_command_sink(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish(command("refused"), "", qos=1)
        (result,) = await observer.until_on(RESULT)
    assert result.json == {"name": "refused", "ok": False, "error": "this is not the time"}


async def test_a_store_error_is_answered_and_the_next_command_is_executed(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    harness.sink.fault = StoreError("the disk does not answer \ud800")
    async with sender(mosquitto) as observer:
        await observer.client.publish(command("mute"), "1", qos=1)
        (result,) = await observer.until_on(RESULT)
        harness.sink.fault = None
        await observer.client.publish(command("mute"), "2", qos=1)
        await observer.until_on(RESULT, 2)
    assert result.json["error"] == "the disk does not answer ?"
    assert harness.sink.commands == [("anna", "mute", 2)]


async def test_a_retained_command_is_ignored(mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "talkpace")
    harness = PublisherHarness(mosquitto.port)
    async with sender(mosquitto) as observer:
        await observer.client.publish(command("session"), "start", qos=1, retain=True)
        async with harness.running():
            await harness.until_health("connected")
            await observer.client.publish(command("mute"), "1", qos=1)
            await observer.until_on(RESULT)
    assert harness.sink.commands == [("anna", "mute", 1)]
    assert [each.json["name"] for each in observer.received] == ["mute"]
    assert "retained" in caplog.text


@pytest.mark.parametrize("athlete", ["Anna", "a b", "x" * 33, "änna", ""])
async def test_a_command_to_an_invalid_athlete_id_is_ignored(
    mosquitto: Mosquitto, harness: PublisherHarness, athlete: str
) -> None:
    async with sender(mosquitto) as observer:
        await observer.client.publish(command("mute", athlete), "1", qos=1)
        await observer.client.publish(command("mute"), "2", qos=1)
        await observer.until_on(RESULT)
    assert harness.sink.commands == [("anna", "mute", 2)]
    assert len(observer.received) == 1


async def test_commands_over_the_rate_limit_are_dropped_and_do_not_delay_other_athletes(
    mosquitto: Mosquitto, harness: PublisherHarness
) -> None:
    assert await harness.publisher.drain(PATIENCE_S)
    async with sender(mosquitto) as observer:
        for number in range(500):
            await observer.client.publish(command("mute"), str(number), qos=0)
        await observer.client.publish(command("mute", "ben"), "1", qos=1)
        harness.publisher.post([harness.outbox.put("anna/event", "{}")])
        await observer.until_on("talkpace/gym-pi/ben/result")
        await observer.until(lambda: any(not each.json["ok"] for each in observer.on(RESULT)))
        assert await harness.publisher.drain(PATIENCE_S)
    refused = [each.json["error"] for each in observer.on(RESULT) if not each.json["ok"]]
    assert all("too many" in each for each in refused)
    to_anna = [each for each in harness.sink.commands if each[0] == "anna"]
    assert len(to_anna) >= MOST_PER_ATHLETE
    assert len(to_anna) + len(refused) < 500
    assert len(to_anna) + harness.publisher.losses.commands == 500
    assert ("ben", "mute", 1) in harness.sink.commands
    assert harness.health == ["connected"]


class TestResponseTopic:
    @asynccontextmanager
    async def requester(self, mosquitto: Mosquitto) -> AsyncIterator[Observer]:
        async with observing(mosquitto.port, "#", version=aiomqtt.ProtocolVersion.V5) as one:
            yield one

    @pytest.fixture
    async def harness(self, mosquitto: Mosquitto) -> AsyncIterator[PublisherHarness]:
        harness = PublisherHarness(mosquitto.port, version="5")
        async with harness.running():
            await harness.until_health("connected")
            yield harness

    async def ask(self, observer: Observer, response_topic: str, correlation: bytes | None) -> None:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ResponseTopic = response_topic
        if correlation is not None:
            properties.CorrelationData = correlation
        await observer.client.publish(command("mute"), "1", qos=1, properties=properties)

    async def test_the_response_topic_gets_the_result_with_the_correlation_data(
        self, mosquitto: Mosquitto, harness: PublisherHarness
    ) -> None:
        async with self.requester(mosquitto) as observer:
            await self.ask(observer, "phone/answers", b"\x00\xff42")
            (answer,) = await observer.until_on("phone/answers")
            (result,) = await observer.until_on(RESULT)
        assert answer.text == result.text
        assert answer.properties.CorrelationData == b"\x00\xff42"
        assert not hasattr(result.properties, "CorrelationData")

    async def test_the_response_topic_gets_the_result_without_correlation_data(
        self, mosquitto: Mosquitto, harness: PublisherHarness
    ) -> None:
        async with self.requester(mosquitto) as observer:
            await self.ask(observer, "phone/answers", None)
            await observer.until_on("phone/answers")

    async def test_a_response_topic_below_the_node_is_ignored(
        self, mosquitto: Mosquitto, harness: PublisherHarness
    ) -> None:
        """Otherwise anybody could forge messages of the node."""
        async with self.requester(mosquitto) as observer:
            await self.ask(observer, "talkpace/gym-pi/anna/summary", None)
            await self.ask(observer, "phone/answers", None)
            await observer.until_on("phone/answers")
        assert observer.on("talkpace/gym-pi/anna/summary") == []


async def test_without_a_command_sink_there_is_no_subscription_to_commands(mosquitto: Mosquitto) -> None:
    from talkpace.clock import SystemClock
    from talkpace.mqtt.publisher import Publisher

    harness = PublisherHarness(mosquitto.port)
    harness.publisher = Publisher(
        settings=harness.settings,
        node="gym-pi",
        clock=SystemClock(),
        outbox=harness.outbox,
        commands=None,
        on_health=lambda _health: None,
        password=None,
    )
    async with harness.running():
        assert await harness.publisher.drain(PATIENCE_S)
    await asyncio.to_thread(mosquitto.wait_for_log, "Received DISCONNECT")
    assert not any("/command/" in line for line in mosquitto.log)
