"""Two Pis with a mosquitto of their own each, bridged to the household's broker: three real brokers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import aiomqtt
import pytest

from talkpace.publish.topics import DELIVERY

from ..broker import HOST, Mosquitto, free_port
from .clients import LAST, PATIENCE_S, connected, seen_until_last
from .household import OBSERVER, SHIPPED, Household, password_of, settle


def bridged(folder: Path, house: Household, node: str) -> Mosquitto:
    """A Pi's broker, by the shipped file with its three kinds of places edited."""
    folder.mkdir()
    port = free_port()
    text = (
        settle((SHIPPED / "bridge.conf").read_text(), house.authority.parent.parent, port)
        .replace("listener 1883", f"listener {port}")
        .replace("gym-pi", node)
        .replace("homeassistant.local:8883", f"localhost:{house.broker.port}")
        .replace("CHANGE-ME", password_of(node))
        .replace("restart_timeout 5 60", "restart_timeout 1")
    )
    configuration = folder / "bridge.conf"
    configuration.write_text(text)
    broker = Mosquitto(folder)
    broker.follow(configuration, port)
    return broker


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Household]:
    one = Household(tmp_path / "household", ("gym-pi", "attic-pi", "homeassistant"))
    # What the files' comments say to add: a block for the second node, and a line for each bridge.
    blocks = one.acl.read_text().split("user ")
    node = next(block for block in blocks if block.startswith("gym-pi"))
    one.acl.write_text(
        one.acl.read_text().replace(
            f"user {node}",
            f"user {node}topic write talkpace-bridge/gym-pi\n"
            f"user {node.replace('gym-pi', 'attic-pi')}topic write talkpace-bridge/attic-pi\n",
        )
    )
    one.allow(
        "user homeassistant",
        "topic read talkpace/attic-pi/#",
        "topic write talkpace/attic-pi/+/command/+",
    )
    one.broker.start()
    yield one
    one.broker.kill()


@pytest.fixture
def pis(tmp_path: Path, house: Household) -> Iterator[dict[str, Mosquitto]]:
    with ExitStack() as stack:
        started = {}
        for node in ("gym-pi", "attic-pi"):
            broker = bridged(tmp_path / node, house, node)
            stack.callback(broker.kill)
            broker.start()
            started[node] = broker
        yield started


def test_the_bridge_names_every_topic_that_a_node_publishes() -> None:
    lines = (SHIPPED / "bridge.conf").read_text().splitlines()
    for suffix, delivery in DELIVERY.items():
        level = suffix if suffix in {"status", "node"} else f"+/{suffix}"
        way = "in 1" if suffix == "command" else f"out {delivery.qos}"
        topic = f"{level}/+" if suffix == "command" else level
        assert f"topic talkpace/gym-pi/{topic} {way}" in lines


async def test_what_each_pi_says_meets_at_the_household_and_commands_find_their_pi(
    house: Household, pis: dict[str, Mosquitto]
) -> None:
    async with (
        connected(house, "homeassistant", "#") as dashboard,
        aiomqtt.Client(HOST, pis["gym-pi"].port, timeout=PATIENCE_S) as gym,
        aiomqtt.Client(HOST, pis["attic-pi"].port, timeout=PATIENCE_S) as attic,
    ):
        await gym.subscribe("talkpace/+/+/command/+", qos=1)
        await attic.subscribe("talkpace/+/+/command/+", qos=1)
        await gym.publish("talkpace/gym-pi/status", "online", qos=1, retain=True)
        await gym.publish("talkpace/gym-pi/anna/summary", "{}", qos=1, retain=True)
        await gym.publish("homeassistant/device/talkpace_gym-pi/node/config", "{}", qos=1, retain=True)
        await gym.publish("talkpace/attic-pi/bea/summary", "forged", qos=1)
        await gym.publish("somebody/elses/lamp", "on", qos=1)
        await gym.publish("talkpace/gym-pi/anna/result", LAST, qos=1)
        assert await seen_until_last(dashboard) == [
            "talkpace/gym-pi/status",
            "talkpace/gym-pi/anna/summary",
            "homeassistant/device/talkpace_gym-pi/node/config",
        ]

        await dashboard.publish("talkpace/attic-pi/bea/command/mute", "60", qos=1)
        await dashboard.publish("talkpace/attic-pi/bea/command/session", LAST, qos=1)
        await dashboard.publish("talkpace/gym-pi/anna/command/session", LAST, qos=1)
        assert await seen_until_last(attic) == ["talkpace/attic-pi/bea/command/mute"]
        assert await seen_until_last(gym) == []


async def test_a_summary_made_while_the_household_was_away_arrives_when_it_is_back(
    house: Household, pis: dict[str, Mosquitto]
) -> None:
    house.broker.stop()
    async with aiomqtt.Client(HOST, pis["gym-pi"].port, timeout=PATIENCE_S) as gym:
        await gym.publish("talkpace/gym-pi/anna/summary", "{}", qos=1, retain=True)
        await gym.publish("talkpace/gym-pi/anna/event", LAST, qos=1)
        house.broker.start()
        async with connected(house, OBSERVER, "talkpace/gym-pi/#") as observer:
            seen = await seen_until_last(observer)
    assert seen.count("talkpace/gym-pi/anna/summary") == 1
