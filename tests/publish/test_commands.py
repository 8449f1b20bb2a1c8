"""Commands over a real broker: carried out or refused, and always answered."""

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
from talkpace.publish.arguments import LARGEST_PAYLOAD
from talkpace.publish.flood import MOST_FOR_ONE

from ..broker import Mosquitto
from .desk import Desk
from .listening import PATIENCE_S, Listener, listener

RESULT = "talkpace/gym-pi/anna/result"


def command(name: str, athlete: str = "anna") -> str:
    return f"talkpace/gym-pi/{athlete}/command/{name}"


@asynccontextmanager
async def sender(mosquitto: Mosquitto) -> AsyncIterator[Listener]:
    async with listener(mosquitto.port, "talkpace/gym-pi/+/result") as one:
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
async def test_a_command_is_carried_out_and_answered(
    mosquitto: Mosquitto, desk: Desk, payload: str, argument: object
) -> None:
    async with sender(mosquitto) as others:
        await others.client.publish(command("mute"), payload, qos=1)
        (result,) = await others.until_on(RESULT)
    assert result.json == {"name": "mute", "ok": True, "error": None}
    assert (result.qos, result.retain) == (1, False)
    assert desk.notebook.commands == [("anna", "mute", argument)]


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
async def test_what_is_no_scalar_and_no_object_is_refused_with_the_reason(
    mosquitto: Mosquitto, desk: Desk, payload: bytes, says: str
) -> None:
    async with sender(mosquitto) as others:
        await others.client.publish(command("mute"), payload, qos=1)
        (result,) = await others.until_on(RESULT)
    assert result.json["ok"] is False
    assert says in result.json["error"]
    assert desk.notebook.commands == []
    assert desk.health == ["connected"]


async def test_a_refusal_goes_out_in_the_words_of_who_refused(mosquitto: Mosquitto, desk: Desk) -> None:
    async with sender(mosquitto) as others:
        await others.client.publish(command("refused"), "", qos=1)
        (result,) = await others.until_on(RESULT)
    assert result.json == {"name": "refused", "ok": False, "error": "this is not the time"}


async def test_a_fault_of_the_store_is_answered_and_harms_nothing_else(
    mosquitto: Mosquitto, desk: Desk
) -> None:
    desk.notebook.fault = StoreError("the disk does not answer \ud800")
    async with sender(mosquitto) as others:
        await others.client.publish(command("mute"), "1", qos=1)
        (result,) = await others.until_on(RESULT)
        desk.notebook.fault = None
        await others.client.publish(command("mute"), "2", qos=1)
        await others.until_on(RESULT, 2)
    assert result.json["error"] == "the disk does not answer ?"
    assert desk.notebook.commands == [("anna", "mute", 2)]


async def test_a_retained_command_is_ignored(mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "talkpace")
    desk = Desk(mosquitto.port)
    async with sender(mosquitto) as others:
        await others.client.publish(command("session"), "start", qos=1, retain=True)
        async with desk.running():
            await desk.until_health("connected")
            await others.client.publish(command("mute"), "1", qos=1)
            await others.until_on(RESULT)
    assert desk.notebook.commands == [("anna", "mute", 1)]
    assert [each.json["name"] for each in others.seen] == ["mute"]
    assert "retained" in caplog.text


@pytest.mark.parametrize("athlete", ["Anna", "a b", "x" * 33, "änna", ""])
async def test_a_command_to_what_can_be_no_athlete_is_ignored(
    mosquitto: Mosquitto, desk: Desk, athlete: str
) -> None:
    async with sender(mosquitto) as others:
        await others.client.publish(command("mute", athlete), "1", qos=1)
        await others.client.publish(command("mute"), "2", qos=1)
        await others.until_on(RESULT)
    assert desk.notebook.commands == [("anna", "mute", 2)]
    assert len(others.seen) == 1


async def test_a_flood_is_dropped_with_an_answer_and_delays_nobody_else(
    mosquitto: Mosquitto, desk: Desk
) -> None:
    assert await desk.publisher.drained(PATIENCE_S)
    async with sender(mosquitto) as others:
        for number in range(500):
            await others.client.publish(command("mute"), str(number), qos=0)
        await others.client.publish(command("mute", "ben"), "1", qos=1)
        desk.publisher.post([desk.outbox.put("anna/event", "{}")])
        await others.until_on("talkpace/gym-pi/ben/result")
        await others.until(lambda: any(not each.json["ok"] for each in others.on(RESULT)))
        assert await desk.publisher.drained(PATIENCE_S)
    refused = [each.json["error"] for each in others.on(RESULT) if not each.json["ok"]]
    assert all("too many" in each for each in refused)
    to_anna = [each for each in desk.notebook.commands if each[0] == "anna"]
    assert len(to_anna) >= MOST_FOR_ONE
    assert len(to_anna) + len(refused) < 500
    assert ("ben", "mute", 1) in desk.notebook.commands
    assert desk.health == ["connected"]


class TestResponseTopic:
    @asynccontextmanager
    async def requester(self, mosquitto: Mosquitto) -> AsyncIterator[Listener]:
        async with listener(mosquitto.port, "#", version=aiomqtt.ProtocolVersion.V5) as one:
            yield one

    @pytest.fixture
    async def desk(self, mosquitto: Mosquitto) -> AsyncIterator[Desk]:
        desk = Desk(mosquitto.port, version="5")
        async with desk.running():
            await desk.until_health("connected")
            yield desk

    async def ask(self, others: Listener, response_topic: str, correlation: bytes | None) -> None:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ResponseTopic = response_topic
        if correlation is not None:
            properties.CorrelationData = correlation
        await others.client.publish(command("mute"), "1", qos=1, properties=properties)

    async def test_gets_the_result_too_with_its_correlation_data(
        self, mosquitto: Mosquitto, desk: Desk
    ) -> None:
        async with self.requester(mosquitto) as others:
            await self.ask(others, "phone/answers", b"\x00\xff42")
            (answer,) = await others.until_on("phone/answers")
            (result,) = await others.until_on(RESULT)
        assert answer.text == result.text
        assert answer.properties.CorrelationData == b"\x00\xff42"
        assert not hasattr(result.properties, "CorrelationData")

    async def test_gets_it_without_correlation_data_too(self, mosquitto: Mosquitto, desk: Desk) -> None:
        async with self.requester(mosquitto) as others:
            await self.ask(others, "phone/answers", None)
            await others.until_on("phone/answers")

    async def test_is_not_one_of_the_nodes_own(self, mosquitto: Mosquitto, desk: Desk) -> None:
        """Or anybody could have the node say anything of itself."""
        async with self.requester(mosquitto) as others:
            await self.ask(others, "talkpace/gym-pi/anna/summary", None)
            await self.ask(others, "phone/answers", None)
            await others.until_on("phone/answers")
        assert others.on("talkpace/gym-pi/anna/summary") == []


async def test_without_anybody_to_carry_them_out_commands_are_not_subscribed_to(mosquitto: Mosquitto) -> None:
    from talkpace.publish.publisher import Publisher
    from talkpace.service.clock import SystemClock

    desk = Desk(mosquitto.port)
    desk.publisher = Publisher(
        settings=desk.settings,
        node="gym-pi",
        clock=SystemClock(),
        outbox=desk.outbox,
        commands=None,
        on_health=desk.health.append,
        password=None,
    )
    async with desk.running():
        assert await desk.publisher.drained(PATIENCE_S)
    await asyncio.to_thread(mosquitto.wait_for_log, "Received DISCONNECT")
    assert not any("command" in line for line in mosquitto.log)
