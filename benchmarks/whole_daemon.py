"""The whole daemon with straps at its door: effort, warning, session, record, publish. A child."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import straps

from talkpace.alert.opening import open_outputs
from talkpace.config import model
from talkpace.service.clock import SystemClock
from talkpace.service.daemon import Daemon
from talkpace.strap.door import LinkUp, Notification, StrapInfo


async def main() -> None:
    """Told folder, host, port, straps and seconds; says CPU time per measurement."""
    told = json.loads(sys.argv[1])
    configuration = model.Configuration(
        node=model.Node(id="bench"),
        athletes=[
            model.Athlete(id=f"athlete-{strap}", max_heart_rate=190, straps=[straps.address(strap)])
            for strap in range(told["straps"])
        ],
        warnings=model.Warnings(start_grace_s=0),
        bluetooth=model.Bluetooth(enabled=False),
        store=model.Store(path=Path(told["folder"]) / "talkpace.db"),
        mqtt=model.Mqtt(enabled=True, host=told["host"], port=told["port"]),
    )
    clock, stop, ready = SystemClock(), asyncio.Event(), asyncio.Event()
    daemon = Daemon(configuration, clock=clock, environ={}, outputs=open_outputs(configuration.alerts))

    def callback(address: str, data: bytearray) -> None:
        daemon.room.door(Notification(clock.monotonic_ms(), address, bytes(data)))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(daemon.run(stop, ready))
        await ready.wait()
        for strap in range(told["straps"]):
            info = StrapInfo(straps.address(strap), "bench")
            daemon.room.door(LinkUp(clock.monotonic_ms(), info))
        cpu_ms = await straps.cpu_per_measurement_ms(told["straps"], told["seconds"], callback)
        print(json.dumps({"cpu_ms": cpu_ms}))
        stop.set()


if __name__ == "__main__":
    asyncio.run(main())
