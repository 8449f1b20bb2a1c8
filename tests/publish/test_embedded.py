"""The demonstration's broker, with the client that people use."""

from __future__ import annotations

import logging
import sys

import pytest

from talkpace.errors import ConfigurationError
from talkpace.publish.embedded import embedded_broker

from .desk import Desk
from .listening import PATIENCE_S, listener


async def test_the_publisher_and_a_listener_meet_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with embedded_broker() as port:
        desk = Desk(port)
        desk.publisher.state("anna/session", "idle")
        async with listener(port) as others, desk.running():
            desk.publisher.post([desk.outbox.put("anna/event", "over")])
            await others.until_on("talkpace/gym-pi/anna/event")
            await others.client.publish("talkpace/gym-pi/anna/command/mute", "1", qos=1)
            await others.until_on("talkpace/gym-pi/anna/result")
            assert await desk.publisher.drained(PATIENCE_S)
    assert others.texts("talkpace/gym-pi/anna/session") == ["idle"]
    assert desk.notebook.commands == [("anna", "mute", 1)]
    assert not any(each.topic.startswith("$") for each in others.seen)
    assert [record.message for record in caplog.records] == []


async def test_two_brokers_do_not_get_in_each_others_way() -> None:
    async with embedded_broker() as one, embedded_broker() as other:
        assert one != other


async def test_without_amqtt_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amqtt.broker", None)
    with pytest.raises(ConfigurationError, match=r"talkpace\[demo\]"):
        async with embedded_broker():
            pass
