"""The daemon with one virtual strap, on a clock that runs fast. A child; it says what it has come to."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from measuring import rss_mb, written_mb

from talkpace.alert.opening import open_outputs
from talkpace.config import model
from talkpace.service.clock import FastClock
from talkpace.service.daemon import Daemon
from talkpace.strap.door import Door, Notification, StrapEvent, StrapInfo
from talkpace.strap.paced import PacedSource
from talkpace.strap.virtual import beats, workout

_STRAP = StrapInfo("A0:9E:1A:00:00:01", "bench")


class _CountingDoor:
    """Says, after so many hours' worth of beats, what the process holds and has written."""

    def __init__(self, door: Door, hours: Sequence[float]) -> None:
        self.over = asyncio.Event()
        self._door = door
        self._hours = list(hours)
        self._beats = 0

    def __call__(self, event: StrapEvent) -> None:
        self._door(event)
        if not isinstance(event, Notification) or not self._hours:
            return
        self._beats += 1
        if self._beats >= self._hours[0] * 3600:
            gc.collect()
            said = {"hours": self._hours.pop(0), "rss_mb": rss_mb(), "written_mb": written_mb()}
            print(json.dumps(said), flush=True)
        if not self._hours:
            self.over.set()


def _intervals() -> Iterable[Notification]:
    made = beats(workout("intervals"), seed=1, max_heart_rate=190, resting_heart_rate=60)
    return (beat._replace(address=_STRAP.address) for beat in made)


async def main() -> None:
    """Told folder, host, port, speed and hours."""
    told = json.loads(sys.argv[1])
    configuration = model.Configuration(
        node=model.Node(id="bench"),
        athletes=[
            model.Athlete(id="anna", max_heart_rate=190, resting_heart_rate=60, straps=[_STRAP.address])
        ],
        # The longest there are: 100 ms in which this process gets no processor are minutes here.
        warnings=model.Warnings(signal_lost_after_s=120),
        sessions=model.Sessions(end_after_s=3600),
        bluetooth=model.Bluetooth(enabled=False),
        store=model.Store(path=Path(told["folder"]) / "talkpace.db"),
        mqtt=model.Mqtt(enabled=True, host=told["host"], port=told["port"]),
    )
    clock, stop, ready = FastClock(told["speed"]), asyncio.Event(), asyncio.Event()
    daemon = Daemon(configuration, clock=clock, environ={}, outputs=open_outputs(configuration.alerts))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(daemon.run(stop, ready))
        await ready.wait()
        door = _CountingDoor(daemon.room.door, told["hours"])
        strap = tasks.create_task(PacedSource(_intervals, _STRAP, clock, repeat=True).run(door))
        await door.over.wait()
        strap.cancel()
        stop.set()


if __name__ == "__main__":
    asyncio.run(main())
