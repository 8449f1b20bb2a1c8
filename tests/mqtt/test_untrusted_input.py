"""Hostile input of clients that may publish: each is answered or dropped by a rule, and changes nothing.

The rules are those of docs/mqtt.md. Answered with the reason: every command to the node, or to a valid
athlete id. Dropped without an answer: other topics, retained commands, and commands over the rate limit, but
for the first in each second.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from talkpace.config.model import HomeAssistantConfig
from talkpace.control.method_definitions import METHODS
from talkpace.control.methods import Caller, with_handlers
from talkpace.control.node_commands import NodeCommands
from talkpace.mqtt.command_queue import LARGEST_PAYLOAD, MOST_PER_ATHLETE, Argument, CommandQueue
from talkpace.mqtt.node_commands import NodeCommandQueue
from talkpace.mqtt.protocols import IncomingMessage
from talkpace.mqtt.result_queue import ResultQueue
from talkpace.mqtt.topics import Topics

from ..broker import Mosquitto
from ..fake_clock import FakeClock
from ..service.manager_harness import ManagerHarness
from .observer import PATIENCE_S, Observer, observing
from .publisher_harness import PublisherHarness

MEGABYTE = b"1" * 1_000_000
DEEP = b"[" * LARGEST_PAYLOAD
DEEP_OBJECT = b'{"value":' * 400 + b"1" + b"}" * 400


class Attempt(NamedTuple):
    """A message, and text of the error in its result; None where no result is expected."""

    topic: str
    payload: bytes | str
    answer: str | None


COMMAND = "talkpace/gym-pi/anna/command/"
NODE_COMMAND = "talkpace/gym-pi/command/"

ATTEMPTS = [
    # too large
    Attempt(COMMAND + "mute", MEGABYTE, "the limit is 4096"),
    Attempt(COMMAND + "ceiling", MEGABYTE, "the limit is 4096"),
    Attempt(COMMAND + "nonsense", MEGABYTE, "the limit is 4096"),
    Attempt(COMMAND + "mute", b"9" * 4000, "mute"),
    Attempt(COMMAND + "mute", b"1e999", "too large"),
    # nested too deeply
    Attempt(COMMAND + "mute", DEEP, "nested"),
    Attempt(COMMAND + "mute", DEEP_OBJECT, "nested"),
    Attempt(COMMAND + "symptom", DEEP_OBJECT, "nested"),
    # neither JSON nor text
    Attempt(COMMAND + "mute", b"\xff\xfe\x00", "UTF-8"),
    Attempt(COMMAND + "mute", b'{"value":', "not JSON"),
    Attempt(COMMAND + "mute", b'"\\ud800"', "surrogate"),
    Attempt(COMMAND + "mute", b"NaN", "mute"),
    Attempt(COMMAND + "mute", b"-Infinity", "mute"),
    # wrong types
    Attempt(COMMAND + "mute", "true", "valid number"),
    Attempt(COMMAND + "mute", '"60"', "valid number"),
    Attempt(COMMAND + "mute", "[60]", "not a list"),
    Attempt(COMMAND + "mute", '{"seconds": 60}', 'the key "value"'),
    Attempt(COMMAND + "mute", '{"value": 60, "more": 1}', 'the key "value"'),
    Attempt(COMMAND + "mute_time", "null", "valid number"),
    Attempt(COMMAND + "ceiling", '{"value": {"value": 0.6}}', "valid number"),
    Attempt(COMMAND + "session", "1", "'start' or 'end'"),
    Attempt(COMMAND + "activity", "{}", "key"),
    Attempt(COMMAND + "talk_test", "[]", "not a list"),
    # wrong values
    Attempt(COMMAND + "mute", "-1", "greater than or equal to 0"),
    Attempt(COMMAND + "mute", "86401", "less than or equal to 86400"),
    Attempt(COMMAND + "mute_time", "1", "greater than or equal to 60"),
    Attempt(COMMAND + "ceiling", "0", "greater than 0"),
    Attempt(COMMAND + "ceiling", "70", "less than or equal to 1.5"),
    Attempt(COMMAND + "session", "restart", "'start' or 'end'"),
    Attempt(COMMAND + "session", "end", "no session"),
    Attempt(COMMAND + "activity", "sleep", "cardio"),
    Attempt(COMMAND + "talk_test", "maybe", "comfortable"),
    Attempt(COMMAND + "talk_test", "comfortable", "no current heart rate"),
    # unknown names
    Attempt(COMMAND + "shutdown", "now", "no command 'shutdown'"),
    Attempt(COMMAND + "__class__", "1", "no command"),
    Attempt(COMMAND + "mute\u202e", "1", "no command"),
    Attempt(COMMAND + "x" * 10_000, "1", "no command"),
    Attempt("talkpace/gym-pi/eve/command/mute", "60", "no athlete 'eve'"),
    # commands to the node
    Attempt(NODE_COMMAND + "scan", MEGABYTE, "the limit is 4096"),
    Attempt(NODE_COMMAND + "scan", DEEP_OBJECT, "nested"),
    Attempt(NODE_COMMAND + "scan", b"\xff\xfe\x00", "UTF-8"),
    Attempt(NODE_COMMAND + "scan", '{"seconds":', "not JSON"),
    Attempt(NODE_COMMAND + "scan", '{"seconds": "\\ud800"}', "surrogate"),
    Attempt(NODE_COMMAND + "scan", "10", "must be a JSON object"),
    Attempt(NODE_COMMAND + "scan", "now", "must be a JSON object"),
    Attempt(NODE_COMMAND + "scan", "[]", "not a list"),
    Attempt(NODE_COMMAND + "scan", '{"seconds": 1e9}', "less than or equal to 300"),
    Attempt(NODE_COMMAND + "scan", '{"seconds": NaN}', "not JSON"),
    Attempt(NODE_COMMAND + "scan", '{"more": 1}', "more"),
    Attempt(NODE_COMMAND + "pair", "", "address: Field required"),
    Attempt(NODE_COMMAND + "pair", '{"address": "; reboot", "athlete": "anna"}', "not a Bluetooth address"),
    Attempt(NODE_COMMAND + "pair", '{"address": ["A0:9E:1A:00:00:01"], "athlete": "anna"}', "valid string"),
    Attempt(NODE_COMMAND + "forget", '{"address": "' + "x" * 4000 + '"}', "at most 64 characters"),
    Attempt(NODE_COMMAND + "strap_choice", '{"address": "{{ states }}"}', "not a Bluetooth address"),
    Attempt(NODE_COMMAND + "athlete_choice", '{"athlete": "' + "x" * 65 + '"}', "64 characters"),
    Attempt(NODE_COMMAND + "alerts_test", '{"pattern": 1}', "valid string"),
    Attempt(NODE_COMMAND + "settings_set", '{"changes": {"node.id": "x"}}', "no command 'settings_set'"),
    Attempt(NODE_COMMAND + "alerts.test", "", "no command 'alerts.test'"),
    Attempt(NODE_COMMAND + "watch", "", "no command 'watch'"),
    Attempt(NODE_COMMAND + "mute", "60", "must be a JSON object"),
    Attempt(NODE_COMMAND + "x" * 10_000, "", "no command"),
    Attempt("talkpace/gym-pi/command/scan/now", "", None),
    Attempt("talkpace/gym-pi/command/live", "{}", None),
    Attempt("talkpace/other/command/scan", "", None),
    # topics that are no commands
    Attempt("talkpace/gym-pi/anna/command", "60", None),
    Attempt("talkpace/gym-pi/anna/command/mute/now", "60", None),
    Attempt("talkpace/gym-pi/anna/x/command/mute", "60", None),
    Attempt("talkpace/gym-pi//command/mute", "60", None),
    Attempt("talkpace/gym-pi/Anna/command/mute", "60", None),
    Attempt("talkpace/gym-pi/" + "a" * 33 + "/command/mute", "60", None),
    Attempt("talkpace/other/anna/command/mute", "60", None),
    Attempt("/talkpace/gym-pi/anna/command/mute", "60", None),
    # topics that the node subscribes to
    Attempt("homeassistant/status", MEGABYTE, None),
    Attempt("homeassistant/status", "\u0000", None),
    Attempt("homeassistant/device/talkpace_gym-pi/athlete_anna/config", "{}", None),
]


def result_of(topic: str) -> str:
    return topic.partition("/command")[0] + "/result"


async def never(_params: object, _caller: Caller) -> object:
    raise AssertionError("a hostile command to the node must not be carried out")


@asynccontextmanager
async def running_home(
    mosquitto: Mosquitto,
) -> AsyncIterator[tuple[ManagerHarness, PublisherHarness, Observer]]:
    """A publisher with the daemon's commands, and another client at the broker."""
    home = ManagerHarness()
    node_commands = NodeCommands()
    node_commands.attach(with_handlers(dict.fromkeys(METHODS, never)))
    harness = PublisherHarness(
        mosquitto.port,
        homeassistant=HomeAssistantConfig(),
        commands=home.registry,
        node_commands=node_commands,
    )
    harness.publisher.set_athletes({"anna": "Anna"})
    results = ("talkpace/+/+/result", "talkpace/+/result")
    async with observing(mosquitto.port, *results) as observer, harness.running():
        await harness.until_health("connected")
        yield home, harness, observer


def state_of(home: ManagerHarness) -> tuple[Any, ...]:
    """All state that a command could change."""
    return (
        dict(home.states),
        list(home.items),
        list(home.muted),
        list(home.events),
        home.manager.profiles.book.latest("anna"),
        home.registry.pipelines["anna"].active_session,
    )


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[f"{each.topic[-40:]!r}" for each in ATTEMPTS])
async def test_a_hostile_message_changes_nothing_and_is_answered_or_dropped(
    mosquitto: Mosquitto, attempt: Attempt
) -> None:
    async with running_home(mosquitto) as (home, harness, observer):
        before = state_of(home)
        await observer.client.publish(attempt.topic, attempt.payload, qos=1)
        if attempt.answer is not None:
            [answered] = await observer.until_on(result_of(attempt.topic))
            assert answered.json["ok"] is False
            assert attempt.answer in answered.json["error"]
            assert len(answered.text) < 1000
        assert state_of(home) == before
        # The next command is executed.
        await observer.client.publish(COMMAND + "mute", "60", qos=1)
        await observer.until(
            lambda: any(each.json["ok"] for each in observer.on("talkpace/gym-pi/anna/result"))
        )
    assert home.muted == [60]
    assert len(observer.received) == 1 + (attempt.answer is not None)
    assert harness.health == ["connected"]


async def test_retained_commands_are_dropped_after_a_connect(mosquitto: Mosquitto) -> None:
    async with observing(mosquitto.port, "nothing") as observer:
        for name, payload in [("ceiling", "0.3"), ("mute", "86400"), ("session", "end")]:
            await observer.client.publish(COMMAND + name, payload, qos=1, retain=True)
    async with running_home(mosquitto) as (home, _, observer):
        before = state_of(home)
        await observer.client.publish(COMMAND + "nonsense", "", qos=1)
        await observer.until_on("talkpace/gym-pi/anna/result")
        assert state_of(home) == before
    assert len(observer.received) == 1


class CountingCommandSink:
    """A command sink that counts commands by iteration of the event loop."""

    def __init__(self) -> None:
        self.iteration = 0
        self.by_iteration: Counter[int] = Counter()

    def command(self, athlete: str, name: str, argument: Argument) -> None:
        self.by_iteration[self.iteration] += 1

    async def count_iterations(self) -> None:
        while True:
            self.iteration += 1
            await asyncio.sleep(0)


async def test_at_most_one_command_is_executed_in_one_iteration_of_the_event_loop(
    mosquitto: Mosquitto,
) -> None:
    """An alert shares the event loop: it waits for one command at most, never for a whole queue."""
    counting = CountingCommandSink()
    harness = PublisherHarness(mosquitto.port, commands=counting)
    async with harness.running(), observing(mosquitto.port, "talkpace/gym-pi/+/result") as observer:
        await harness.until_health("connected")
        iterating = asyncio.create_task(counting.count_iterations())
        for number in range(1000):
            athlete = f"athlete-{number % 10}"
            await observer.client.publish(f"talkpace/gym-pi/{athlete}/command/mute", "60", qos=0)
        await observer.client.publish(COMMAND + "mute", "60", qos=1)
        await observer.until_on("talkpace/gym-pi/anna/result")
        iterating.cancel()
    assert sum(counting.by_iteration.values()) >= MOST_PER_ATHLETE
    assert max(counting.by_iteration.values()) == 1


async def test_a_thousand_commands_at_once_make_ten_changes_at_most(mosquitto: Mosquitto) -> None:
    async with running_home(mosquitto) as (home, harness, observer):
        for number in range(1000):
            await observer.client.publish(COMMAND + "ceiling", json.dumps(0.3 + number / 2000), qos=0)
        await observer.until(lambda: any(not each.json["ok"] for each in observer.received))
        assert await harness.publisher.drain(PATIENCE_S)
        message = [each.json for each in observer.received]
    refused = {each["error"] for each in message if not each["ok"]}
    assert refused <= {
        "too many commands in a second: some are dropped",
        "10 changes in a minute are the maximum; try again later",
    }
    assert len(home.items) == 10, "every change is stored for good"
    assert len(message) < 1000
    assert harness.health == ["connected"]


async def test_an_oversized_payload_is_answered_at_once_and_never_queued(mosquitto: Mosquitto) -> None:
    """Otherwise a few hundred of them in the queue would fill the memory of a Pi."""
    sink = PublisherHarness(mosquitto.port).sink
    topics = Topics("talkpace", "gym-pi")
    results = ResultQueue(topics)
    node = NodeCommandQueue(None, results)
    queue = CommandQueue(topics, sink, FakeClock(), results=results, node=node)
    assert queue.accept(IncomingMessage(COMMAND + "mute", b"1" * LARGEST_PAYLOAD, retained=False))
    assert not queue.accept(IncomingMessage(COMMAND + "mute", b"1" * (LARGEST_PAYLOAD + 1), retained=False))
    assert not results.empty.is_set(), "there is a result to be sent"
    assert sink.commands == []


async def test_a_forged_discovery_document_is_deleted(mosquitto: Mosquitto) -> None:
    forged = "homeassistant/device/talkpace_gym-pi/athlete_eve/config"
    async with running_home(mosquitto), observing(mosquitto.port, forged) as observer:
        await observer.client.publish(forged, "{}", qos=1, retain=True)
        await observer.until(lambda: observer.texts(forged)[-1:] == [""])
