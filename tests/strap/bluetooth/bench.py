"""BluetoothStraps on a fake radio and a fake clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from talkpace.strap.bluetooth.straps import BluetoothStraps
from talkpace.strap.door import StrapEvent

from ...fake_clock import FakeClock, let_run
from .fake_radio import FakeLink, FakeRadio

ANNA = "A0:9E:1A:00:00:01"
BEN = "A0:9E:1A:00:00:02"

E = TypeVar("E")


class Bench:
    def __init__(self, wanted: list[str]) -> None:
        self.clock = FakeClock()
        self.radio = FakeRadio()
        self.wanted = wanted
        self.health: list[str] = []
        self.events: list[StrapEvent] = []
        self.straps = BluetoothStraps(
            clock=self.clock,
            wanted=lambda: self.wanted,
            on_health=self.health.append,
            radio=self.radio,
            random=lambda: 0.0,
        )
        self.running: asyncio.Task[None] | None = None

    def door(self, event: StrapEvent) -> None:
        self.events.append(event)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        self.running = asyncio.create_task(self.straps.run(self.door))
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
        """Let a strap advertise now, and every half second for so long."""
        self.radio.advertise(address, signal_dbm=signal_dbm)
        await let_run()
        for _ in range(round(seconds * 2)):
            await self.clock.advance(0.5)
            self.radio.advertise(address, signal_dbm=signal_dbm)
            await let_run()

    async def wear(self, address: str, *, seconds: float) -> None:
        """Let a connected strap send a beat every second for so long."""
        for _ in range(round(seconds)):
            self.link(address).beat(b"\x00\x50")
            await self.clock.advance(1)
