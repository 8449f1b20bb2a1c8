"""`talkpace scan`: which straps are in range."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...service.clock import Clock, SystemClock
from .describe import read_battery
from .limits import ADAPTER_S, CLOSE_S, SCAN_START_S, closed_within, opened_within, within
from .radio import Advert, Device, Radio, RadioError, real_radio
from .remedies import explained

BATTERY_CONNECT_S = 10
"""A scan asks many straps one after the other; one that takes longer keeps its battery to itself."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A strap in range."""

    address: str
    name: str
    signal_dbm: int | None
    """None for one that this host is connected to: it does not advertise"""
    connected: bool = False
    battery_percent: int | None = None


async def scan(
    seconds: float,
    adapter: str = "",
    *,
    with_battery: bool = False,
    on_found: Callable[[Found], None] = lambda _: None,
    radio: Radio | None = None,
    clock: Clock | None = None,
) -> list[Found]:
    """The straps heard within `seconds`, strongest first, then those connected to this host.

    `on_found` is called for each as soon as it is heard, and again with a new name or battery. With
    `with_battery`, those that are not connected are connected for a moment, one after another.
    Raises StrapError, with a remedy.
    """
    clock = clock or SystemClock()
    radio = radio or real_radio(adapter)
    try:
        return await _Survey(radio, clock, on_found).run(seconds, with_battery=with_battery)
    except RadioError as error:
        raise explained(error) from error


class _Survey:
    def __init__(self, radio: Radio, clock: Clock, on_found: Callable[[Found], None]) -> None:
        self._radio = radio
        self._clock = clock
        self._on_found = on_found
        self._found: dict[str, Found] = {}
        self._devices: dict[str, Device] = {}

    async def run(self, seconds: float, *, with_battery: bool) -> list[Found]:
        await self._listen(seconds)
        if with_battery:
            for found in self._sorted():
                if not found.connected:
                    self._note(replace(found, battery_percent=await self._battery(found)))
        return self._sorted()

    async def _listen(self, seconds: float) -> None:
        connected = await within(
            self._clock, ADAPTER_S, "asking for connected straps", self._radio.connected()
        )
        for device in connected:
            self._note(Found(device.address, device.name, signal_dbm=None, connected=True))
        scan = await opened_within(
            self._clock, SCAN_START_S, "starting to scan", self._radio.scan(self._heard)
        )
        try:
            await self._clock.sleep(seconds)
        finally:
            await closed_within(self._clock, CLOSE_S, scan)

    def _heard(self, advert: Advert) -> None:
        device = advert.device
        self._devices[device.address] = device
        known = self._found.get(device.address)
        name = device.name or (known.name if known else "")
        self._note(Found(device.address, name, advert.signal_dbm))

    def _note(self, found: Found) -> None:
        known = self._found.get(found.address)
        self._found[found.address] = found
        if known is None or replace(known, signal_dbm=found.signal_dbm) != found:
            self._on_found(found)

    async def _battery(self, found: Found) -> int | None:
        device = self._devices[found.address]
        try:
            link = await opened_within(
                self._clock, BATTERY_CONNECT_S, "connecting", self._radio.connect(device)
            )
            try:
                return await read_battery(link, self._clock)
            finally:
                await closed_within(self._clock, CLOSE_S, link)
        except RadioError as error:
            _log.debug("%s: %s", found.address, error)
            return None

    def _sorted(self) -> list[Found]:
        weakest = -1000
        return sorted(
            self._found.values(),
            key=lambda found: weakest if found.signal_dbm is None else found.signal_dbm,
            reverse=True,
        )
