"""Reset between tests: delete all retained messages and the entities discovered from them."""

from __future__ import annotations

import asyncio

from ..house_broker.clients import LAST, connected
from ..house_broker.shipped_broker import OBSERVER, ShippedBroker
from .home_assistant import HomeAssistant


def remove_all_devices(broker_host: ShippedBroker, home: HomeAssistant) -> None:
    # Discovery documents first, as talkpace does when an athlete is removed.
    asyncio.run(_delete_retained(broker_host, "homeassistant/#"))
    home.until(lambda: f"removed {_remaining_entities(home)}", lambda: not _remaining_entities(home))
    asyncio.run(_delete_retained(broker_host, "#"))


def _remaining_entities(home: HomeAssistant) -> list[str]:
    return [
        entity
        for entity in home.states
        if not entity.startswith(("automation.", "scene."))
        and entity.partition(".")[2].startswith(("anna_", "bea_", "talkpace_"))
    ]


async def _delete_retained(broker_host: ShippedBroker, pattern: str) -> None:
    async with connected(broker_host, OBSERVER, pattern, "end") as observer:
        await observer.publish("end", LAST, qos=1)
        retained = []
        async for message in observer.messages:
            if message.payload == LAST.encode():
                break
            if message.retain:
                retained.append(message.topic.value)
        for topic in retained:
            await observer.publish(topic, b"", qos=1, retain=True)
