"""The minimum that straps on MQTT cost: decode the heart rate and forward it. Run as a child by cpu_ratio."""

from __future__ import annotations

import asyncio
import json
import sys

import aiomqtt
from paced_straps import cpu_per_measurement_ms


async def main() -> None:
    """Take host, port, straps and seconds as JSON; print the CPU time per measurement."""
    parameters = json.loads(sys.argv[1])
    async with aiomqtt.Client(parameters["host"], parameters["port"]) as client:
        tasks: set[asyncio.Task[None]] = set()

        async def forward(address: str, data: bytearray) -> None:
            wide = data[0] & 1
            heart_rate = int.from_bytes(data[1:3], "little") if wide else data[1]
            await client.publish(f"heart/{address}", heart_rate, qos=0)

        def callback(address: str, data: bytearray) -> None:
            # bleak does the same for a callback that is a coroutine function.
            task = asyncio.create_task(forward(address, data))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        cpu_ms = await cpu_per_measurement_ms(parameters["straps"], parameters["seconds"], callback)
        print(json.dumps({"cpu_ms": cpu_ms}))


if __name__ == "__main__":
    asyncio.run(main())
