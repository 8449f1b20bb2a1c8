"""The least that a strap on MQTT can cost: decode the heart rate, forward it, nothing else. A child."""

from __future__ import annotations

import asyncio
import json
import sys

import aiomqtt
from straps import cpu_per_measurement_ms


async def main() -> None:
    """Told host, port, straps and seconds; says CPU time per measurement."""
    told = json.loads(sys.argv[1])
    async with aiomqtt.Client(told["host"], told["port"]) as client:
        under_way: set[asyncio.Task[None]] = set()

        async def notified(address: str, data: bytearray) -> None:
            wide = data[0] & 1
            heart_rate = int.from_bytes(data[1:3], "little") if wide else data[1]
            await client.publish(f"heart/{address}", heart_rate, qos=0)

        def callback(address: str, data: bytearray) -> None:
            # As bleak does with a callback that is a coroutine function.
            task = asyncio.create_task(notified(address, data))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

        cpu_ms = await cpu_per_measurement_ms(told["straps"], told["seconds"], callback)
        print(json.dumps({"cpu_ms": cpu_ms}))


if __name__ == "__main__":
    asyncio.run(main())
