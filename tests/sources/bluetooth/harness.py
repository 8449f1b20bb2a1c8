"""BluetoothStraps on a fake radio and a fake clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from talkpace.sources.bluetooth.straps import BluetoothStraps
from talkpace.sources.events import StrapEvent

from ...fake_clock import FakeClock, let_run
from .fake_radio import FakeLink, FakeRadio

ANNA = "A0:9E:1A:00:00:01"
BEN = "A0:9E:1A:00:00:02"

E = TypeVar("E")


class StrapsHarness:
    def __init__(self, wanted: list[str]) -> None:
        self.clock = FakeClock()
        self.radio = FakeRadio()
        self.wanted = wanted
        self.health: list[str] = []
        self.events: list[StrapEvent] = []
        self.straps = BluetoothStraps(
            clock=self.clock,
            wanted=lambda: self.wanted,
            on_health=lambda health: self.health.append(health.text),
            open_radio=lambda: self.radio,
            random=lambda: 0.0,
        )
        self.running: asyncio.Task[None] | None = None

    def on_event(self, event: StrapEvent) -> None:
        self.events.append(event)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        self.running = asyncio.create_task(self.straps.run(self.on_event))
        await let_run()
        try:
            yield
        finally:
            self.running.cancel()
            await self.clock.advance(10)
            with suppress(asyncio.CancelledError):
                await self.running

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def link(self, address: str) -> FakeLink:
        """The latest link to a strap."""
        return self.radio.links[address][-1]

    async def advertise(self, address: str, *, seconds: float = 0, signal_dbm: int = -60) -> None:
        """Advertise now, and every half second for `seconds`."""
        self.radio.advertise(address, signal_dbm=signal_dbm)
        await let_run()
        for _ in range(round(seconds * 2)):
            await self.clock.advance(0.5)
            self.radio.advertise(address, signal_dbm=signal_dbm)
            await let_run()

    async def wear(self, address: str, *, seconds: float) -> None:
        """Send a notification from a connected strap every second for `seconds`."""
        for _ in range(round(seconds)):
            self.link(address).beat(b"\x00\x50")
            await self.clock.advance(1)
