"""Fixtures: a broker with the shipped configuration, Home Assistant, and a talkpace daemon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..house_broker.shipped_broker import ShippedBroker, password_of
from .daemon_node import DaemonNode
from .home_assistant import HomeAssistant
from .installation import home_assistant_python
from .reset import remove_all_devices


@pytest.fixture(scope="session")
def broker_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShippedBroker]:
    one = ShippedBroker(tmp_path_factory.mktemp("household") / "mosquitto")
    one.allow("user homeassistant", "topic readwrite room/#")  # a lamp
    one.mosquitto.start()
    yield one
    one.mosquitto.kill()


@pytest.fixture(scope="session")
def running_home(
    broker_host: ShippedBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HomeAssistant]:
    """Home Assistant, shared by all tests as it takes some seconds to start."""
    python = home_assistant_python()
    mqtt = {
        "broker": "localhost",
        "port": broker_host.mosquitto.port,
        "username": "homeassistant",
        "password": password_of("homeassistant"),
        "certificate": broker_host.authority.read_text(),
        "discovery": True,
        "discovery_prefix": "homeassistant",
    }
    one = HomeAssistant(python, tmp_path_factory.mktemp("home"), mqtt)
    try:
        one.start()
        assert one.unexpected_warnings() == []
        yield one
    finally:
        one.stop()


@pytest.fixture
def home(running_home: HomeAssistant, broker_host: ShippedBroker) -> Iterator[HomeAssistant]:
    """Home Assistant without any talkpace device; fails the test if it logs an unexpected warning."""
    if not running_home.is_connected:  # an earlier test failed to restart it
        running_home.start()
    remove_all_devices(broker_host, running_home)
    running_home.unexpected_warnings()
    yield running_home
    assert running_home.unexpected_warnings() == []


@pytest.fixture
def node(broker_host: ShippedBroker, tmp_path: Path) -> Iterator[DaemonNode]:
    """A talkpace node, not started."""
    one = DaemonNode(tmp_path, broker_host)
    yield one
    one.stop()
