"""Fixtures for the publisher's tests; the broker's are in tests/broker.py."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ..broker import Mosquitto
from .desk import Desk


@pytest.fixture
async def desk(mosquitto: Mosquitto) -> AsyncIterator[Desk]:
    """A publisher that is connected to a broker that runs."""
    desk = Desk(mosquitto.port)
    async with desk.running():
        await desk.until_health("connected")
        yield desk
