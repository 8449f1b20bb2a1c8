"""What all checks together do, where one depends on another."""

from __future__ import annotations

import asyncio
from pathlib import Path

from talkpace.config.model import Configuration
from talkpace.service.doctor import check_all


async def test_lamps_are_not_asked_over_a_broker_that_has_just_failed(tmp_path: Path) -> None:
    connections = 0

    def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        configuration = Configuration.model_validate(
            {
                "bluetooth": {"enabled": False},
                "store": {"path": tmp_path / "talkpace.db"},
                "mqtt": {
                    "enabled": True,
                    "host": "127.0.0.1",
                    "port": server.sockets[0].getsockname()[1],
                },
                "alerts": {"lamps": [{"name": "desk", "kind": "zigbee2mqtt", "topic": "zigbee2mqtt/desk"}]},
            }
        )
        findings = {one.check: one for one in await check_all(configuration, {})}
    assert not findings["MQTT broker"].ok
    assert (findings["lamps"].ok, findings["lamps"].remedy) == (False, "see the broker above")
    assert connections == 1
