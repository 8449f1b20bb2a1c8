"""`talkpace pair`: one strap made known to this host, with its first beats as the proof."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...measurement.link import LinkDecoder, Measurement
from ...service.clock import Clock, SystemClock
from ..door import StrapInfo
from .describe import read_battery, read_description
from .limits import (
    ADAPTER_S,
    CLOSE_S,
    CONNECT_S,
    SCAN_START_S,
    SUBSCRIBE_S,
    closed_within,
    opened_within,
    set_within,
    within,
)
from .radio import OF_THE_ADAPTER, Advert, Device, Fault, Link, Radio, RadioError, real_radio
from .remedies import explained

FIND_S = 30
BOND_S = 30
ANEW_TRIES = 3
"""to bond anew: a daemon that wants the strap too may get in between"""
_MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class Paired:
    """A strap that lets itself be listened to."""

    strap: StrapInfo
    """by its lasting address, where it was found under a private one and is bonded"""
    battery_percent: int | None
    bonded: bool
    """whether it is, as it wanted that"""
    measurements: int
    """how many were shown"""


async def pair(
    address: str,
    adapter: str = "",
    *,
    seconds: float = 10,
    on_step: Callable[[str], None] = lambda _: None,
    on_measurement: Callable[[Measurement], None] = lambda _: None,
    radio: Radio | None = None,
    clock: Clock | None = None,
) -> Paired:
    """Find a strap, connect it, bond where it wants that, and show its beats for `seconds`.

    One that is bonded, and yet does not let itself be connected, is forgotten and bonded anew.

    `on_step` is told what is being done, in words for a person. The strap is disconnected at the end,
    so that the daemon can have it. Raises StrapError, with a remedy.
    """
    clock = clock or SystemClock()
    radio = radio or real_radio(adapter)
    pairing = _Pairing(radio, clock, on_step)
    try:
        try:
            return await pairing.prove(address.upper(), seconds, on_measurement)
        except RadioError as error:
            if error.fault is not Fault.BOND_BROKEN:
                raise
            on_step(f"{error}; it is bonded anew")
        return await pairing.prove_anew(address.upper(), seconds, on_measurement)
    except RadioError as error:
        raise explained(error) from error


class _Pairing:
    def __init__(self, radio: Radio, clock: Clock, on_step: Callable[[str], None]) -> None:
        self._radio = radio
        self._clock = clock
        self._on_step = on_step
        self._news = asyncio.Event()
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=_MOST_WAITING)
        """notifications not shown yet; the oldest go where nobody looks"""
        self._device: Device | None = None
        """the strap as it was found last"""

    async def prove(
        self, address: str, seconds: float, on_measurement: Callable[[Measurement], None]
    ) -> Paired:
        """The whole of it."""
        self._device, signal_dbm = await self.find(address)
        return await self.try_out(self._device, signal_dbm, seconds, on_measurement)

    async def prove_anew(
        self, address: str, seconds: float, on_measurement: Callable[[Measurement], None]
    ) -> Paired:
        """The same, without the bond that there was."""
        assert self._device is not None
        await within(self._clock, ADAPTER_S, "forgetting", self._radio.forget(self._device))
        for left in reversed(range(ANEW_TRIES)):
            try:
                return await self.prove(address, seconds, on_measurement)
            except RadioError as error:
                if not left or error.fault in OF_THE_ADAPTER:
                    raise
                self._on_step(f"{error}; once more")
        raise AssertionError("unreachable")

    async def find(self, address: str) -> tuple[Device, int | None]:
        """The strap, and how strongly it is heard; None where this host is connected to it already."""
        self._on_step(f"looking for {address}")
        self._news.clear()
        self._waiting.clear()
        for device in await within(self._clock, ADAPTER_S, "asking BlueZ", self._radio.connected()):
            if device.address == address:
                return device, None
        found: list[Advert] = []

        def heard(advert: Advert) -> None:
            if advert.device.address == address:
                found.append(advert)
                self._news.set()

        scan = await opened_within(self._clock, SCAN_START_S, "starting to scan", self._radio.scan(heard))
        try:
            await set_within(self._clock, FIND_S, self._news)
        finally:
            await closed_within(self._clock, CLOSE_S, scan)
        if not found:
            raise RadioError(Fault.TIMED_OUT, f"{address} was not heard within {FIND_S} s")
        return found[-1].device, found[-1].signal_dbm

    async def try_out(
        self,
        device: Device,
        signal_dbm: int | None,
        seconds: float,
        on_measurement: Callable[[Measurement], None],
    ) -> Paired:
        """Connect, bond, describe, show."""
        self._on_step(f"connecting {device.name or device.address}")
        link = await opened_within(self._clock, CONNECT_S, "connecting", self._radio.connect(device))
        try:
            await self._subscribe(link)
            battery_percent = await read_battery(link, self._clock)
            strap = StrapInfo(device.address, device.name, signal_dbm=signal_dbm)
            strap = await read_description(link, self._clock, strap)
            measurements = await self._show(link, seconds, on_measurement)
            known = await within(self._clock, ADAPTER_S, "asking BlueZ", link.known())
        finally:
            await closed_within(self._clock, CLOSE_S, link)
        return Paired(replace(strap, address=known.address), battery_percent, known.bonded, measurements)

    async def _subscribe(self, link: Link) -> None:
        def beat(payload: bytes) -> None:
            self._waiting.append((self._clock.monotonic_ms(), payload))
            self._news.set()

        try:
            await within(self._clock, BOND_S, "subscribing", link.subscribe(beat, bonding=True))
        except RadioError as error:
            if error.fault is not Fault.NEEDS_BOND:
                raise
            if (await within(self._clock, ADAPTER_S, "asking BlueZ", link.known())).bonded:
                raise RadioError(Fault.BOND_BROKEN, f"it is bonded, but {error}") from error
            self._on_step("the strap wants to be bonded")
            await within(self._clock, BOND_S, "bonding", link.bond())
            await within(self._clock, SUBSCRIBE_S, "subscribing", link.subscribe(beat))

    async def _show(self, link: Link, seconds: float, on_measurement: Callable[[Measurement], None]) -> int:
        decoder = LinkDecoder()
        shown = 0
        gone = asyncio.create_task(link.lost())
        gone.add_done_callback(lambda _: self._news.set())
        end_ms = self._clock.monotonic_ms() + round(seconds * 1000)
        try:
            while True:
                while self._waiting:
                    said = decoder.decode(*self._waiting.popleft())
                    if isinstance(said, Measurement):
                        shown += 1
                        on_measurement(said)
                left_ms = end_ms - self._clock.monotonic_ms()
                if left_ms <= 0:
                    return shown
                if gone.done():
                    raise RadioError(Fault.FAILED, "the strap was lost again")
                self._news.clear()
                await set_within(self._clock, left_ms / 1000, self._news)
        finally:
            gone.cancel()
