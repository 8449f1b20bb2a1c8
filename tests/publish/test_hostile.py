"""Tries of those who may publish: each is answered or dropped by a stated rule, and changes nothing.

The rules, as docs/mqtt.md states them. Answered, with the reason: whatever reaches the node as a command to
an athlete's id. Dropped, in silence: what no command could be by its topic, what was retained, and the excess
of a flood, of which the first of each second is answered.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from talkpace.config.model import HomeAssistant
from talkpace.publish.arguments import LARGEST_PAYLOAD, Argument
from talkpace.publish.commands import CommandLane
from talkpace.publish.flood import MOST_FOR_ONE
from talkpace.publish.link import Incoming
from talkpace.publish.topics import Topics

from ..broker import Mosquitto
from ..fake_clock import FakeClock
from ..service.home import Home
from .desk import Desk
from .listening import PATIENCE_S, Listener, listener

MEGABYTE = b"1" * 1_000_000
DEEP = b"[" * LARGEST_PAYLOAD
DEEP_OBJECT = b'{"value":' * 400 + b"1" + b"}" * 400


class Try(NamedTuple):
    """What somebody publishes, and what the answer says; None where there is to be none."""

    topic: str
    payload: bytes | str
    answer: str | None


COMMAND = "talkpace/gym-pi/anna/command/"

TRIES = [
    # too much
    Try(COMMAND + "mute", MEGABYTE, "too many; up to 4096"),
    Try(COMMAND + "ceiling", MEGABYTE, "too many; up to 4096"),
    Try(COMMAND + "nonsense", MEGABYTE, "too many; up to 4096"),
    Try(COMMAND + "mute", b"9" * 4000, "mute"),
    Try(COMMAND + "mute", b"1e999", "too large"),
    # too deep
    Try(COMMAND + "mute", DEEP, "nested"),
    Try(COMMAND + "mute", DEEP_OBJECT, "nested"),
    Try(COMMAND + "symptom", DEEP_OBJECT, "nested"),
    # no JSON, no text
    Try(COMMAND + "mute", b"\xff\xfe\x00", "UTF-8"),
    Try(COMMAND + "mute", b'{"value":', "not JSON"),
    Try(COMMAND + "mute", b'"\\ud800"', "surrogate"),
    Try(COMMAND + "mute", b"NaN", "mute"),
    Try(COMMAND + "mute", b"-Infinity", "mute"),
    # wrong kinds
    Try(COMMAND + "mute", "true", "valid number"),
    Try(COMMAND + "mute", '"60"', "valid number"),
    Try(COMMAND + "mute", "[60]", "not a list"),
    Try(COMMAND + "mute", '{"seconds": 60}', 'the key "value"'),
    Try(COMMAND + "mute", '{"value": 60, "more": 1}', 'the key "value"'),
    Try(COMMAND + "mute_time", "null", "valid number"),
    Try(COMMAND + "ceiling", '{"value": {"value": 0.6}}', "valid number"),
    Try(COMMAND + "session", "1", "'start' or 'end'"),
    Try(COMMAND + "activity", "{}", "key"),
    Try(COMMAND + "talk_test", "[]", "not a list"),
    # wrong values
    Try(COMMAND + "mute", "-1", "greater than or equal to 0"),
    Try(COMMAND + "mute", "86401", "less than or equal to 86400"),
    Try(COMMAND + "mute_time", "1", "greater than or equal to 60"),
    Try(COMMAND + "ceiling", "0", "greater than 0"),
    Try(COMMAND + "ceiling", "70", "less than or equal to 1.5"),
    Try(COMMAND + "session", "restart", "'start' or 'end'"),
    Try(COMMAND + "session", "end", "no session"),
    Try(COMMAND + "activity", "sleep", "cardio"),
    Try(COMMAND + "talk_test", "maybe", "comfortable"),
    Try(COMMAND + "talk_test", "comfortable", "no heart rate"),
    # names that nobody has
    Try(COMMAND + "shutdown", "now", "no command 'shutdown'"),
    Try(COMMAND + "__class__", "1", "no command"),
    Try(COMMAND + "mute\u202e", "1", "no command"),
    Try(COMMAND + "x" * 10_000, "1", "no command"),
    Try("talkpace/gym-pi/eve/command/mute", "60", "no athlete 'eve'"),
    # topics that are none
    Try("talkpace/gym-pi/anna/command", "60", None),
    Try("talkpace/gym-pi/anna/command/mute/now", "60", None),
    Try("talkpace/gym-pi/anna/x/command/mute", "60", None),
    Try("talkpace/gym-pi//command/mute", "60", None),
    Try("talkpace/gym-pi/Anna/command/mute", "60", None),
    Try("talkpace/gym-pi/" + "a" * 33 + "/command/mute", "60", None),
    Try("talkpace/other/anna/command/mute", "60", None),
    Try("/talkpace/gym-pi/anna/command/mute", "60", None),
    # what the node itself listens to
    Try("homeassistant/status", MEGABYTE, None),
    Try("homeassistant/status", "\u0000", None),
    Try("homeassistant/device/talkpace_gym-pi/athlete_anna/config", "{}", None),
]


def result_of(topic: str) -> str:
    return topic.partition("/command")[0] + "/result"


@asynccontextmanager
async def at_home(mosquitto: Mosquitto) -> AsyncIterator[tuple[Home, Desk, Listener]]:
    """The daemon's own commands behind the publisher, and somebody else at the broker."""
    home = Home()
    desk = Desk(mosquitto.port, homeassistant=HomeAssistant(), commands=home.room)
    desk.publisher.athletes({"anna": "Anna"})
    async with listener(mosquitto.port, "talkpace/+/+/result") as others, desk.running():
        await desk.until_health("connected")
        yield home, desk, others


def everything(home: Home) -> tuple[Any, ...]:
    """All that a command could change."""
    return (
        dict(home.states),
        list(home.items),
        list(home.muted),
        list(home.events),
        home.household.profiles.book.latest("anna"),
        home.room.pipelines["anna"].kept,
    )


@pytest.mark.parametrize("one", TRIES, ids=[f"{each.topic[-40:]!r}" for each in TRIES])
async def test_a_try_changes_nothing_and_is_answered_or_dropped(mosquitto: Mosquitto, one: Try) -> None:
    async with at_home(mosquitto) as (home, desk, others):
        before = everything(home)
        await others.client.publish(one.topic, one.payload, qos=1)
        if one.answer is not None:
            [answered] = await others.until_on(result_of(one.topic))
            assert answered.json["ok"] is False
            assert one.answer in answered.json["error"]
            assert len(answered.text) < 1000
        assert everything(home) == before
        # And the next one is carried out as if nothing had been.
        await others.client.publish(COMMAND + "mute", "60", qos=1)
        await others.until(lambda: any(each.json["ok"] for each in others.on("talkpace/gym-pi/anna/result")))
    assert home.muted == [60]
    assert len(others.seen) == 1 + (one.answer is not None)
    assert desk.health == ["connected"]


async def test_a_command_that_was_retained_is_dropped_whenever_the_node_comes(mosquitto: Mosquitto) -> None:
    async with listener(mosquitto.port, "nothing") as others:
        for name, payload in [("ceiling", "0.3"), ("mute", "86400"), ("session", "end")]:
            await others.client.publish(COMMAND + name, payload, qos=1, retain=True)
    async with at_home(mosquitto) as (home, _, others):
        before = everything(home)
        await others.client.publish(COMMAND + "nonsense", "", qos=1)
        await others.until_on("talkpace/gym-pi/anna/result")
        assert everything(home) == before
    assert len(others.seen) == 1


class Counting:
    """Carries nothing out, and counts how many commands come in one turn of the event loop."""

    def __init__(self) -> None:
        self.turn = 0
        self.in_turn: Counter[int] = Counter()

    def command(self, athlete: str, name: str, argument: Argument) -> None:
        self.in_turn[self.turn] += 1

    async def turn_for_ever(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)


async def test_a_flood_leaves_every_turn_of_the_loop_to_others_too(mosquitto: Mosquitto) -> None:
    """A beat's alert is a turn of the same loop: it waits for one command at most, never for a queue."""
    counting = Counting()
    desk = Desk(mosquitto.port, commands=counting)
    async with desk.running(), listener(mosquitto.port, "talkpace/gym-pi/+/result") as others:
        await desk.until_health("connected")
        turning = asyncio.create_task(counting.turn_for_ever())
        for number in range(1000):
            athlete = f"athlete-{number % 10}"
            await others.client.publish(f"talkpace/gym-pi/{athlete}/command/mute", "60", qos=0)
        await others.client.publish(COMMAND + "mute", "60", qos=1)
        await others.until_on("talkpace/gym-pi/anna/result")
        turning.cancel()
    assert sum(counting.in_turn.values()) >= MOST_FOR_ONE
    assert max(counting.in_turn.values()) == 1


async def test_a_thousand_commands_at_once_change_no_more_than_a_few_could(mosquitto: Mosquitto) -> None:
    async with at_home(mosquitto) as (home, desk, others):
        for number in range(1000):
            await others.client.publish(COMMAND + "ceiling", json.dumps(0.3 + number / 2000), qos=0)
        await others.until(lambda: any(not each.json["ok"] for each in others.seen))
        assert await desk.publisher.drained(PATIENCE_S)
        heard = [each.json for each in others.seen]
    refused = {each["error"] for each in heard if not each["ok"]}
    assert refused <= {
        "too many commands in a second: some are dropped",
        "10 changes within a minute are enough; try again later",
    }
    assert len(home.items) == 10, "each of them is kept for good"
    assert len(heard) < 1000
    assert desk.health == ["connected"]


async def test_what_is_too_large_is_answered_at_the_door_and_never_waits(mosquitto: Mosquitto) -> None:
    """Or a few hundred of them, waiting for their turn, would fill the memory of a small machine."""
    notebook = Desk(mosquitto.port).notebook
    lane = CommandLane(Topics("talkpace", "gym-pi"), notebook, FakeClock())
    assert lane.admit(Incoming(COMMAND + "mute", b"1" * LARGEST_PAYLOAD, retained=False))
    assert not lane.admit(Incoming(COMMAND + "mute", b"1" * (LARGEST_PAYLOAD + 1), retained=False))
    assert not lane.settled.is_set(), "there is an answer to be sent"
    assert notebook.commands == []


async def test_a_stranger_among_the_announcements_is_taken_back(mosquitto: Mosquitto) -> None:
    strange = "homeassistant/device/talkpace_gym-pi/athlete_eve/config"
    async with at_home(mosquitto), listener(mosquitto.port, strange) as others:
        await others.client.publish(strange, "{}", qos=1, retain=True)
        await others.until(lambda: others.texts(strange)[-1:] == [""])
