"""Lists the straps in range, for `talkpace scan`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...clock import Clock, SystemClock
from .connection import read_battery
from .radio import Advertisement, Device, Radio, RadioError
from .timeouts import ADAPTER_S, CLOSE_S, SCAN_START_S, close_within, open_within, run_within

BATTERY_CONNECT_S = 10
"""to connect to one strap for its battery: many are read one after the other"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundStrap:
    """A strap in range."""

    address: str
    name: str
    signal_dbm: int | None
    """None for a strap that this host is connected to, as it does not advertise"""
    connected: bool = False
    battery_percent: int | None = None


async def scan(
    radio: Radio,
    seconds: float,
    *,
    with_battery: bool = False,
    on_found: Callable[[FoundStrap], None] = lambda _: None,
    clock: Clock | None = None,
) -> list[FoundStrap]:
    """Scan for `seconds`; return the straps found, strongest first, then those connected to this host.

    `on_found` is called for each as soon as it is found, and again with a new name or battery level.
    With `with_battery`, those that are not connected are connected briefly, one after another.
    Raises StrapError, with a remedy.
    """
    try:
        survey = _Survey(radio, clock or SystemClock(), on_found)
        return await survey.run(seconds, with_battery=with_battery)
    except RadioError as error:
        raise error.with_remedy() from error


class _Survey:
    def __init__(self, radio: Radio, clock: Clock, on_found: Callable[[FoundStrap], None]) -> None:
        self._radio = radio
        self._clock = clock
        self._on_found = on_found
        self._found: dict[str, FoundStrap] = {}
        self._devices: dict[str, Device] = {}

    async def run(self, seconds: float, *, with_battery: bool) -> list[FoundStrap]:
        await self._scan(seconds)
        if with_battery:
            for strap in self._sorted():
                if not strap.connected:
                    self._note(replace(strap, battery_percent=await self._read_battery(strap)))
        return self._sorted()

    async def _scan(self, seconds: float) -> None:
        connected = await run_within(
            self._clock, ADAPTER_S, "querying connected straps", self._radio.connected()
        )
        for device in connected:
            self._note(FoundStrap(device.address, device.name, signal_dbm=None, connected=True))
        scan = await open_within(
            self._clock, SCAN_START_S, "starting a scan", self._radio.scan(self._on_advertisement)
        )
        try:
            await self._clock.sleep(seconds)
        finally:
            await close_within(self._clock, CLOSE_S, scan)

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        device = advertisement.device
        self._devices[device.address] = device
        previous = self._found.get(device.address)
        name = device.name or (previous.name if previous else "")
        self._note(FoundStrap(device.address, name, advertisement.signal_dbm))

    def _note(self, strap: FoundStrap) -> None:
        previous = self._found.get(strap.address)
        self._found[strap.address] = strap
        if previous is None or replace(previous, signal_dbm=strap.signal_dbm) != strap:
            self._on_found(strap)

    async def _read_battery(self, strap: FoundStrap) -> int | None:
        device = self._devices[strap.address]
        try:
            link = await open_within(
                self._clock, BATTERY_CONNECT_S, "connecting", self._radio.connect(device)
            )
            try:
                return await read_battery(link, self._clock)
            finally:
                await close_within(self._clock, CLOSE_S, link)
        except RadioError as error:
            _log.debug("%s: %s", strap.address, error)
            return None

    def _sorted(self) -> list[FoundStrap]:
        weakest = -1000
        return sorted(
            self._found.values(),
            key=lambda strap: weakest if strap.signal_dbm is None else strap.signal_dbm,
            reverse=True,
        )
