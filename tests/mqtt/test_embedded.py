"""The embedded broker of the demo, with aiomqtt as its client."""

from __future__ import annotations

import logging
import sys

import pytest

from talkpace.errors import ConfigurationError
from talkpace.mqtt.embedded import embedded_broker

from .observer import PATIENCE_S, observing
from .publisher_harness import PublisherHarness


async def test_publisher_and_subscriber_exchange_messages_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    async with embedded_broker() as port:
        harness = PublisherHarness(port)
        harness.publisher.state("anna/session", "idle")
        async with observing(port) as observer, harness.running():
            harness.publisher.post([harness.outbox.put("anna/event", "over")])
            await observer.until_on("talkpace/gym-pi/anna/event")
            await observer.client.publish("talkpace/gym-pi/anna/command/mute", "1", qos=1)
            await observer.until_on("talkpace/gym-pi/anna/result")
            assert await harness.publisher.drain(PATIENCE_S)
    assert observer.texts("talkpace/gym-pi/anna/session") == ["idle"]
    assert harness.sink.commands == [("anna", "mute", 1)]
    assert not any(each.topic.startswith("$") for each in observer.received)
    assert [record.message for record in caplog.records] == []


async def test_two_brokers_use_different_ports() -> None:
    async with embedded_broker() as one, embedded_broker() as other:
        assert one != other


async def test_without_amqtt_the_error_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amqtt.broker", None)
    with pytest.raises(ConfigurationError, match=r"talkpace\[demo\]"):
        async with embedded_broker():
            pass
