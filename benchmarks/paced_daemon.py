"""The complete daemon with injected strap events in real time. Run as a child by cpu_ratio."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from paced_straps import address as strap_address
from paced_straps import cpu_per_measurement_ms

from talkpace.alerts.factory import open_outputs
from talkpace.clock import SystemClock
from talkpace.config import model
from talkpace.service.app import Daemon
from talkpace.sources.events import LinkUp, Notification, StrapInfo


async def main() -> None:
    """Take folder, host, port, straps and seconds as JSON; print the CPU time per measurement."""
    parameters = json.loads(sys.argv[1])
    configuration = model.Configuration(
        node=model.NodeConfig(id="bench"),
        athletes=[
            model.AthleteConfig(id=f"athlete-{strap}", max_heart_rate=190, straps=[strap_address(strap)])
            for strap in range(parameters["straps"])
        ],
        warnings=model.WarningsConfig(start_grace_s=0),
        bluetooth=model.BluetoothConfig(enabled=False),
        store=model.StoreConfig(path=Path(parameters["folder"]) / "talkpace.db"),
        mqtt=model.MqttConfig(enabled=True, host=parameters["host"], port=parameters["port"]),
    )
    clock, stop, ready = SystemClock(), asyncio.Event(), asyncio.Event()
    daemon = Daemon(configuration, clock=clock, environ={}, outputs=open_outputs(configuration.alerts))

    def callback(address: str, data: bytearray) -> None:
        daemon.registry.on_event(Notification(clock.monotonic_ms(), address, bytes(data)))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(daemon.run(stop, ready))
        await ready.wait()
        for strap in range(parameters["straps"]):
            info = StrapInfo(strap_address(strap), "bench")
            daemon.registry.on_event(LinkUp(clock.monotonic_ms(), info))
        cpu_ms = await cpu_per_measurement_ms(parameters["straps"], parameters["seconds"], callback)
        print(json.dumps({"cpu_ms": cpu_ms}))
        stop.set()


if __name__ == "__main__":
    asyncio.run(main())
