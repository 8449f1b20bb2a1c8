"""Between two tests: no retained message, and nothing in Home Assistant that came from one."""

from __future__ import annotations

import asyncio

from ..house_broker.clients import LAST, connected
from ..house_broker.household import OBSERVER, Household
from .running import HomeAssistant


def forget_everything(house: Household, home: HomeAssistant) -> None:
    # As talkpace does when an athlete goes: what is announced first, or values would be missed.
    asyncio.run(_take_back(house, "homeassistant/#"))
    home.until(lambda: f"forgot {_left(home)}", lambda: not _left(home))
    asyncio.run(_take_back(house, "#"))


def _left(home: HomeAssistant) -> list[str]:
    return [
        entity
        for entity in home.states
        if not entity.startswith(("automation.", "scene."))
        and entity.partition(".")[2].startswith(("anna_", "bea_", "talkpace_"))
    ]


async def _take_back(house: Household, pattern: str) -> None:
    async with connected(house, OBSERVER, pattern, "end") as observer:
        await observer.publish("end", LAST, qos=1)
        retained = []
        async for message in observer.messages:
            if message.payload == LAST.encode():
                break
            if message.retain:
                retained.append(message.topic.value)
        for topic in retained:
            await observer.publish(topic, b"", qos=1, retain=True)
