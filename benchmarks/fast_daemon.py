"""The daemon with one virtual strap on a fast clock. Run as a child by daemon_process."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from processes import rss_mb, written_mb

from talkpace.alerts.factory import open_outputs
from talkpace.clock import FastClock
from talkpace.config import model
from talkpace.service.app import Daemon
from talkpace.sources.events import EventHandler, Notification, StrapEvent, StrapInfo
from talkpace.sources.playback import PacedSource
from talkpace.sources.simulator import find_workout, simulate

_STRAP = StrapInfo("A0:9E:1A:00:00:01", "bench")


class _CountingHandler:
    """An event handler that prints memory and written data after given hours of beats."""

    def __init__(self, on_event: EventHandler, hours: Sequence[float]) -> None:
        self.over = asyncio.Event()
        self._on_event = on_event
        self._hours = list(hours)
        self._beats = 0

    def __call__(self, event: StrapEvent) -> None:
        self._on_event(event)
        if not isinstance(event, Notification) or not self._hours:
            return
        self._beats += 1
        if self._beats >= self._hours[0] * 3600:
            gc.collect()
            figures = {"hours": self._hours.pop(0), "rss_mb": rss_mb(), "written_mb": written_mb()}
            print(json.dumps(figures), flush=True)
        if not self._hours:
            self.over.set()


def _intervals() -> Iterable[Notification]:
    notifications = simulate(find_workout("intervals"), seed=1, max_heart_rate=190, resting_heart_rate=60)
    return (beat._replace(address=_STRAP.address) for beat in notifications)


async def main() -> None:
    """Take folder, host, port, speed and hours as JSON; print one JSON line at each of the hours."""
    parameters = json.loads(sys.argv[1])
    configuration = model.Configuration(
        node=model.NodeConfig(id="bench"),
        athletes=[
            model.AthleteConfig(id="anna", max_heart_rate=190, resting_heart_rate=60, straps=[_STRAP.address])
        ],
        # The longest limits: 100 ms without CPU time are minutes on this clock.
        warnings=model.WarningsConfig(signal_lost_after_s=120),
        sessions=model.SessionsConfig(end_after_s=3600),
        bluetooth=model.BluetoothConfig(enabled=False),
        store=model.StoreConfig(path=Path(parameters["folder"]) / "talkpace.db"),
        mqtt=model.MqttConfig(enabled=True, host=parameters["host"], port=parameters["port"]),
    )
    clock, stop, ready = FastClock(parameters["speed"]), asyncio.Event(), asyncio.Event()
    daemon = Daemon(configuration, clock=clock, environ={}, outputs=open_outputs(configuration.alerts))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(daemon.run(stop, ready))
        await ready.wait()
        on_event = _CountingHandler(daemon.registry.on_event, parameters["hours"])
        strap = tasks.create_task(PacedSource(_intervals, _STRAP, clock, repeat=True).run(on_event))
        await on_event.over.wait()
        strap.cancel()
        stop.set()


if __name__ == "__main__":
    asyncio.run(main())
