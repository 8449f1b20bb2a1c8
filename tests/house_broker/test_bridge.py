"""The shipped bridge: two brokers on Pis, each bridged to the household's broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import aiomqtt
import pytest

from talkpace.mqtt.topics import DELIVERY

from ..broker import HOST, Mosquitto, free_port
from .clients import LAST, PATIENCE_S, connected, topics_until_last
from .shipped_broker import OBSERVER, SHIPPED, ShippedBroker, for_test_folder, password_of


def bridged(folder: Path, broker_host: ShippedBroker, node: str) -> Mosquitto:
    """A Pi's broker with the shipped bridge.conf, edited as its comments say."""
    folder.mkdir()
    port = free_port()
    text = (
        for_test_folder((SHIPPED / "bridge.conf").read_text(), broker_host.authority.parent.parent, port)
        .replace("listener 1883", f"listener {port}")
        .replace("gym-pi", node)
        .replace("homeassistant.local:8883", f"localhost:{broker_host.mosquitto.port}")
        .replace("CHANGE-ME", password_of(node))
        .replace("restart_timeout 5 60", "restart_timeout 1")
    )
    configuration = folder / "bridge.conf"
    configuration.write_text(text)
    broker = Mosquitto(folder)
    broker.follow(configuration, port)
    return broker


@pytest.fixture
def broker_host(tmp_path: Path) -> Iterator[ShippedBroker]:
    one = ShippedBroker(tmp_path / "household", ("gym-pi", "attic-pi", "homeassistant"))
    # As the files' comments say: a block for the second node, and a line for each bridge.
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
    one.mosquitto.start()
    yield one
    one.mosquitto.kill()


@pytest.fixture
def pi_brokers(tmp_path: Path, broker_host: ShippedBroker) -> Iterator[dict[str, Mosquitto]]:
    with ExitStack() as stack:
        started = {}
        for node in ("gym-pi", "attic-pi"):
            broker = bridged(tmp_path / node, broker_host, node)
            stack.callback(broker.kill)
            broker.start()
            started[node] = broker
        yield started


def test_the_bridge_names_every_topic_that_a_node_publishes() -> None:
    lines = (SHIPPED / "bridge.conf").read_text().splitlines()
    for suffix, delivery in DELIVERY.items():
        of_node = [suffix] if suffix in {"status", "node", "straps", "command", "result"} else []
        of_athlete = [f"+/{suffix}"] if suffix not in {"status", "node", "straps"} else []
        way = "in 1" if suffix == "command" else f"out {delivery.qos}"
        for level in (*of_node, *of_athlete):
            topic = f"{level}/+" if suffix == "command" else level
            assert f"topic talkpace/gym-pi/{topic} {way}" in lines


async def test_messages_of_both_pis_reach_the_household_and_commands_reach_their_pi(
    broker_host: ShippedBroker, pi_brokers: dict[str, Mosquitto]
) -> None:
    async with (
        connected(broker_host, "homeassistant", "#") as dashboard,
        aiomqtt.Client(HOST, pi_brokers["gym-pi"].port, timeout=PATIENCE_S) as gym,
        aiomqtt.Client(HOST, pi_brokers["attic-pi"].port, timeout=PATIENCE_S) as attic,
    ):
        await gym.subscribe("talkpace/+/+/command/+", qos=1)
        await attic.subscribe("talkpace/+/+/command/+", qos=1)
        await gym.publish("talkpace/gym-pi/status", "online", qos=1, retain=True)
        await gym.publish("talkpace/gym-pi/anna/summary", "{}", qos=1, retain=True)
        await gym.publish("homeassistant/device/talkpace_gym-pi/node/config", "{}", qos=1, retain=True)
        await gym.publish("talkpace/attic-pi/bea/summary", "forged", qos=1)
        await gym.publish("somebody/elses/lamp", "on", qos=1)
        await gym.publish("talkpace/gym-pi/anna/result", LAST, qos=1)
        assert await topics_until_last(dashboard) == [
            "talkpace/gym-pi/status",
            "talkpace/gym-pi/anna/summary",
            "homeassistant/device/talkpace_gym-pi/node/config",
        ]

        await dashboard.publish("talkpace/attic-pi/bea/command/mute", "60", qos=1)
        await dashboard.publish("talkpace/attic-pi/bea/command/session", LAST, qos=1)
        await dashboard.publish("talkpace/gym-pi/anna/command/session", LAST, qos=1)
        assert await topics_until_last(attic) == ["talkpace/attic-pi/bea/command/mute"]
        assert await topics_until_last(gym) == []


async def test_a_summary_published_while_the_household_broker_is_down_arrives_once_it_is_up(
    broker_host: ShippedBroker, pi_brokers: dict[str, Mosquitto]
) -> None:
    broker_host.mosquitto.stop()
    async with aiomqtt.Client(HOST, pi_brokers["gym-pi"].port, timeout=PATIENCE_S) as gym:
        await gym.publish("talkpace/gym-pi/anna/summary", "{}", qos=1, retain=True)
        await gym.publish("talkpace/gym-pi/anna/event", LAST, qos=1)
        broker_host.mosquitto.start()
        async with connected(broker_host, OBSERVER, "talkpace/gym-pi/#") as observer:
            seen = await topics_until_last(observer)
    assert seen.count("talkpace/gym-pi/anna/summary") == 1
