"""A household: its broker on the shipped configuration, its Home Assistant, and a node with one athlete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..house_broker.household import Household, password_of
from .forgetting import forget_everything
from .installed import home_assistant_python
from .node import Node
from .running import HomeAssistant


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    one = Household(tmp_path_factory.mktemp("household") / "mosquitto")
    one.broker.start()
    yield one
    one.broker.kill()


@pytest.fixture(scope="session")
def running_home(house: Household, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    """Home Assistant takes some seconds to start, so all tests share one."""
    python = home_assistant_python()
    mqtt = {
        "broker": "localhost",
        "port": house.broker.port,
        "username": "homeassistant",
        "password": password_of("homeassistant"),
        "certificate": house.authority.read_text(),
        "discovery": True,
        "discovery_prefix": "homeassistant",
    }
    one = HomeAssistant(python, tmp_path_factory.mktemp("home"), mqtt)
    try:
        one.start()
        assert one.complaints() == []
        yield one
    finally:
        one.stop()


@pytest.fixture
def home(running_home: HomeAssistant, house: Household) -> Iterator[HomeAssistant]:
    """One that knows of no node, and has complained of nothing once the test is over."""
    forget_everything(house, running_home)
    running_home.complaints()
    yield running_home
    assert running_home.complaints() == []


@pytest.fixture
def node(house: Household, tmp_path: Path) -> Iterator[Node]:
    """A Raspberry Pi, still off."""
    one = Node(tmp_path, house)
    yield one
    one.off()
