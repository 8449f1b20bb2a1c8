"""Connects and bonds a strap and shows its first heart rates, for `talkpace pair`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...clock import Clock, SystemClock
from ...measurement.link_decoder import LinkDecoder, Measurement
from ..events import StrapInfo
from .connection import read_battery, read_description
from .radio import ADAPTER_FAULTS, Advertisement, Device, Fault, Link, Radio, RadioError
from .timeouts import (
    ADAPTER_S,
    CLOSE_S,
    CONNECT_S,
    SCAN_START_S,
    SUBSCRIBE_S,
    close_within,
    open_within,
    run_within,
    wait_for_event,
)

FIND_S = 30
BOND_S = 30
REBOND_TRIES = 3
"""a daemon that wants the strap too may connect in between"""
_QUEUE_SIZE = 100


@dataclass(frozen=True, slots=True)
class PairingResult:
    """A strap that was connected and subscribed to."""

    strap: StrapInfo
    """with its identity address, if it was found under a private one and is bonded"""
    battery_percent: int | None
    bonded: bool
    """whether the strap required a bond"""
    measurements: int
    """how many were received"""


async def pair(
    radio: Radio,
    address: str,
    *,
    seconds: float = 10,
    on_step: Callable[[str], None] = lambda _: None,
    on_measurement: Callable[[Measurement], None] = lambda _: None,
    clock: Clock | None = None,
) -> PairingResult:
    """Find a strap, connect it, bond if it requires that, and show its heart rates for `seconds`.

    A bond that does not work any more is removed and made again. `on_step` gets a line for a person at
    each step. The strap is disconnected at the end, so that the daemon can connect to it.
    Raises StrapError, with a remedy.
    """
    pairing = _Pairing(radio, clock or SystemClock(), on_step)
    try:
        try:
            return await pairing.run(address.upper(), seconds, on_measurement)
        except RadioError as error:
            if error.fault is not Fault.BOND_BROKEN:
                raise
            on_step(f"{error}; bonding it again")
        return await pairing.run_with_new_bond(address.upper(), seconds, on_measurement)
    except RadioError as error:
        raise error.with_remedy() from error


class _Pairing:
    def __init__(self, radio: Radio, clock: Clock, on_step: Callable[[str], None]) -> None:
        self._radio = radio
        self._clock = clock
        self._on_step = on_step
        self._changed = asyncio.Event()
        self._queue: deque[tuple[int, bytes]] = deque(maxlen=_QUEUE_SIZE)
        """notifications not shown yet, with their times; the oldest are dropped when it is full"""
        self._device: Device | None = None
        """the strap as last found"""

    async def run(
        self, address: str, seconds: float, on_measurement: Callable[[Measurement], None]
    ) -> PairingResult:
        """Find and connect the strap, and show its heart rates."""
        self._device, signal_dbm = await self.find(address)
        return await self.connect(self._device, signal_dbm, seconds, on_measurement)

    async def run_with_new_bond(
        self, address: str, seconds: float, on_measurement: Callable[[Measurement], None]
    ) -> PairingResult:
        """Remove the bond, then `run`."""
        assert self._device is not None
        await run_within(self._clock, ADAPTER_S, "removing the bond", self._radio.forget(self._device))
        for tries_left in reversed(range(REBOND_TRIES)):
            try:
                return await self.run(address, seconds, on_measurement)
            except RadioError as error:
                if not tries_left or error.fault in ADAPTER_FAULTS:
                    raise
                self._on_step(f"{error}; trying again")
        raise AssertionError("unreachable")

    async def find(self, address: str) -> tuple[Device, int | None]:
        """Return the strap and its signal strength, None if this host is connected to it already."""
        self._on_step(f"scanning for {address}")
        self._changed.clear()
        self._queue.clear()
        for device in await run_within(self._clock, ADAPTER_S, "querying BlueZ", self._radio.connected()):
            if device.address == address:
                return device, None
        found: list[Advertisement] = []

        def on_advertisement(advertisement: Advertisement) -> None:
            if advertisement.device.address == address:
                found.append(advertisement)
                self._changed.set()

        scanning = self._radio.scan(on_advertisement)
        scan = await open_within(self._clock, SCAN_START_S, "starting a scan", scanning)
        try:
            await wait_for_event(self._clock, FIND_S, self._changed)
        finally:
            await close_within(self._clock, CLOSE_S, scan)
        if not found:
            raise RadioError(Fault.TIMED_OUT, f"{address} was not found within {FIND_S} s")
        return found[-1].device, found[-1].signal_dbm

    async def connect(
        self,
        device: Device,
        signal_dbm: int | None,
        seconds: float,
        on_measurement: Callable[[Measurement], None],
    ) -> PairingResult:
        """Connect and bond a found strap, and show its heart rates."""
        self._on_step(f"connecting {device.name or device.address}")
        link = await open_within(self._clock, CONNECT_S, "connecting", self._radio.connect(device))
        try:
            await self._subscribe(link)
            battery_percent = await read_battery(link, self._clock)
            strap = StrapInfo(device.address, device.name, signal_dbm=signal_dbm)
            strap = await read_description(link, self._clock, strap)
            measurements = await self._show(link, seconds, on_measurement)
            bond = await run_within(self._clock, ADAPTER_S, "querying BlueZ", link.bond_info())
        finally:
            await close_within(self._clock, CLOSE_S, link)
        strap = replace(strap, address=bond.address)
        return PairingResult(strap, battery_percent, bond.bonded, measurements)

    async def _subscribe(self, link: Link) -> None:
        def on_payload(payload: bytes) -> None:
            self._queue.append((self._clock.monotonic_ms(), payload))
            self._changed.set()

        try:
            await run_within(self._clock, BOND_S, "subscribing", link.subscribe(on_payload, bonding=True))
        except RadioError as error:
            if error.fault is not Fault.NEEDS_BOND:
                raise
            if (await run_within(self._clock, ADAPTER_S, "querying BlueZ", link.bond_info())).bonded:
                raise RadioError(Fault.BOND_BROKEN, f"the strap is bonded, but {error}") from error
            self._on_step("bonding, as the strap requires it")
            await run_within(self._clock, BOND_S, "bonding", link.bond())
            await run_within(self._clock, SUBSCRIBE_S, "subscribing", link.subscribe(on_payload))

    async def _show(self, link: Link, seconds: float, on_measurement: Callable[[Measurement], None]) -> int:
        decoder = LinkDecoder()
        count = 0
        lost = asyncio.create_task(link.lost())
        lost.add_done_callback(lambda _: self._changed.set())
        end_ms = self._clock.monotonic_ms() + round(seconds * 1000)
        try:
            while True:
                while self._queue:
                    decoded = decoder.decode(*self._queue.popleft())
                    if isinstance(decoded, Measurement):
                        count += 1
                        on_measurement(decoded)
                remaining_ms = end_ms - self._clock.monotonic_ms()
                if remaining_ms <= 0:
                    return count
                if lost.done():
                    raise RadioError(Fault.FAILED, "the connection to the strap was lost")
                self._changed.clear()
                await wait_for_event(self._clock, remaining_ms / 1000, self._changed)
        finally:
            lost.cancel()
