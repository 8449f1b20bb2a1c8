"""What a lamp of kind "homeassistant" gets is what Home Assistant itself sends to an MQTT light."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiomqtt
import pytest

from talkpace.alerts.lamps.display import Light
from talkpace.alerts.lamps.json_light import JsonSchemaFormat

from ..house_broker.clients import connected
from ..house_broker.shipped_broker import OBSERVER, ShippedBroker
from .home_assistant import HomeAssistant

# The first test may have to install Home Assistant.
pytestmark = [pytest.mark.long(3), pytest.mark.timeout(900)]

COMMAND, STATE = "room/desk/set", "room/desk/state"
LIGHT = {
    "name": "talkpace desk",
    "unique_id": "talkpace_desk",
    "schema": "json",
    "command_topic": COMMAND,
    "state_topic": STATE,
    "brightness": True,
    "supported_color_modes": ["rgb"],
}
ENTITY = "light.talkpace_desk"
FORM = JsonSchemaFormat(COMMAND, STATE)


async def test_home_assistant_sends_the_same_and_understands_what_is_restored(
    home: HomeAssistant, broker_host: ShippedBroker
) -> None:
    async with connected(broker_host, OBSERVER, COMMAND) as device:
        await device.publish(
            "homeassistant/light/talkpace_desk/config", json.dumps(LIGHT), qos=1, retain=True
        )
        await asyncio.to_thread(home.until_states, light__talkpace_desk="unknown")
        before = {"state": "ON", "brightness": 40, "color_mode": "rgb", "color": {"r": 9, "g": 8, "b": 7}}
        await device.publish(STATE, json.dumps(before), qos=1, retain=True)
        await asyncio.to_thread(home.until_states, light__talkpace_desk="on")

        colour, brightness = (255, 128, 0), 128
        await asyncio.to_thread(
            home.call, "light.turn_on", ENTITY, rgb_color=list(colour), brightness=brightness
        )
        [ours] = FORM.show(Light(colour, brightness / 255))
        assert await next_command(device) == json.loads(ours.payload)

        [restoration] = FORM.restoration(json.dumps(before).encode()) or ()
        await asyncio.to_thread(home.call, "light.turn_on", ENTITY, rgb_color=[9, 8, 7], brightness=40)
        assert await next_command(device) == json.loads(restoration.payload)

        await asyncio.to_thread(home.call, "light.turn_off", ENTITY)
        [off] = FORM.off
        assert await next_command(device) == json.loads(off.payload)


async def next_command(device: aiomqtt.Client) -> Any:
    """The next command that Home Assistant sends."""
    message = await anext(device.messages)
    assert isinstance(message.payload, bytes)
    return json.loads(message.payload)
