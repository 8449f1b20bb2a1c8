"""Looking for straps: those a dead daemon left connected, then whoever advertises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from ...service.clock import Clock
from .limits import (
    ADAPTER_S,
    CLOSE_S,
    LEAVE_S,
    SCAN_START_S,
    closed_within,
    opened_within,
    set_within,
    within,
)
from .radio import Advert, Device, Radio
from .tries import Tries

DEAF_MS = 90_000
"""a scan that heard nothing for so long may be dead; it is started anew"""
CHECK_MS = 10_000
"""the adapter is looked after so often"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A strap that can be connected now."""

    device: Device
    left_over: bool = False
    """it is connected already, by somebody who is gone"""


class Search:
    """Finds the next strap to connect. One search at a time; it never scans while anything connects."""

    def __init__(self, *, radio: Radio, clock: Clock, tries: Callable[[str], Tries]) -> None:
        self._radio = radio
        self._clock = clock
        self._tries = tries
        self.signal_dbm: dict[str, int] = {}
        """how strongly each strap was last heard"""

    async def left_over(self, missing: Collection[str]) -> Sighting | None:
        """A missing strap that BlueZ is connected to: it does not advertise. Raises RadioError."""
        connected = await within(
            self._clock, ADAPTER_S, "asking for connected straps", self._radio.connected()
        )
        now_ms = self._clock.monotonic_ms()
        for device in connected:
            if device.address in missing and self._tries(device.address).due_ms <= now_ms:
                return Sighting(device, left_over=True)
        return None

    async def scan(
        self,
        *,
        missing: Callable[[], Collection[str]],
        changed: asyncio.Event,
        check: Callable[[], Awaitable[None]],
        started: Callable[[], None],
    ) -> Sighting | None:
        """Scan until a missing strap can be connected; None to look again from the beginning.

        `changed` is set from outside when `missing` may say something else; `check` looks after the
        adapter and raises what is wrong with it; `started` is called once the scan runs.
        Raises RadioError.
        """
        ear = _Ear(self._clock, changed)

        def heard(advert: Advert) -> None:
            address = advert.device.address
            wanted = address in missing()
            ear.heard(advert, wanted=wanted)
            if wanted:
                self.signal_dbm[address] = advert.signal_dbm
                self._tries(address).heard(ear.heard_ms)

        for address in missing():
            self._tries(address).listening(ear.heard_ms)
        scan = await opened_within(self._clock, SCAN_START_S, "starting to scan", self._radio.scan(heard))
        try:
            started()
            sighting = await self._listen(ear, missing, check)
        except BaseException:
            await closed_within(self._clock, LEAVE_S, scan)
            raise
        await within(self._clock, CLOSE_S, "ending the scan", scan.close())
        return sighting

    async def _listen(
        self, ear: _Ear, missing: Callable[[], Collection[str]], check: Callable[[], Awaitable[None]]
    ) -> Sighting | None:
        checked_ms = self._clock.monotonic_ms()
        while wanted := missing():
            ear.changed.clear()
            now_ms = self._clock.monotonic_ms()
            seen = [address for address in wanted if address in ear.adverts]
            due = [address for address in seen if self._tries(address).due_ms <= now_ms]
            if due:
                longest_ago = min(due, key=lambda address: self._tries(address).last_ms)
                return Sighting(ear.adverts[longest_ago].device)
            if now_ms - ear.heard_ms >= DEAF_MS:
                return None
            if now_ms - checked_ms >= CHECK_MS:
                checked_ms = now_ms
                await check()
                left_over = await self.left_over(wanted)
                if left_over is not None:
                    return left_over
                continue
            next_ms = min(
                ear.heard_ms + DEAF_MS, checked_ms + CHECK_MS, *(self._tries(a).due_ms for a in seen)
            )
            await set_within(self._clock, (next_ms - now_ms) / 1000, ear.changed)
        return None


class _Ear:
    """What one scan has heard so far."""

    def __init__(self, clock: Clock, changed: asyncio.Event) -> None:
        self._clock = clock
        self.changed = changed
        self.heard_ms = clock.monotonic_ms()
        self.adverts: dict[str, Advert] = {}

    def heard(self, advert: Advert, *, wanted: bool) -> None:
        self.heard_ms = self._clock.monotonic_ms()
        if wanted:
            self.adverts[advert.device.address] = advert
            self.changed.set()
