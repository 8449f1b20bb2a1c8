"""Fixtures for the publisher's tests; those for the broker are in tests/broker.py."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ..broker import Mosquitto
from .publisher_harness import PublisherHarness


@pytest.fixture
async def harness(mosquitto: Mosquitto) -> AsyncIterator[PublisherHarness]:
    """A publisher that is connected to a broker."""
    harness = PublisherHarness(mosquitto.port)
    async with harness.running():
        await harness.until_health("connected")
        yield harness
