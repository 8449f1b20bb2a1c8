"""Straps in range that nobody owns, as they are seen in whatever scans run. They are never connected."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...clock import Clock

if TYPE_CHECKING:
    from .radio import Adapter, Advertisement, Device, Link, Radio, Scan

FORGET_MS = 300_000
"""a stranger that was not seen for so long is forgotten"""
MOST_STRANGERS = 20
"""beyond that the one that was seen longest ago is forgotten"""
_MOST_LOGGED = 1000
"""addresses that are remembered, so that each is logged once; private addresses change"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A strap in range that nobody owns."""

    address: str
    name: str
    signal_dbm: int
    seen_ms: int
    """monotonic time of its last advertisement"""


class Strangers:
    """Collects the straps in range that nobody owns, without those that are to be ignored."""

    def __init__(self, clock: Clock, *, owned: Callable[[], Collection[str]]) -> None:
        """`owned` returns the addresses of all straps that somebody owns."""
        self._clock = clock
        self._owned = owned
        self._ignored: frozenset[str] = frozenset()
        self._seen: OrderedDict[str, Stranger] = OrderedDict()
        """the one seen longest ago first"""
        self._in_log: OrderedDict[str, None] = OrderedDict()

    def ignore_only(self, addresses: Iterable[str]) -> None:
        """Ignore these straps, and no others."""
        self._ignored = frozenset(addresses)

    def see(self, advertisement: Advertisement) -> None:
        """Take an advertisement of any strap."""
        device = advertisement.device
        address = device.address
        before = self._seen.pop(address, None)
        if address in self._ignored or address in self._owned():
            return
        name = device.name or (before.name if before else "")
        self._seen[address] = Stranger(address, name, advertisement.signal_dbm, self._clock.monotonic_ms())
        if len(self._seen) > MOST_STRANGERS:
            self._seen.popitem(last=False)
        if address not in self._in_log:
            self._log_once(self._seen[address])

    def in_range(self) -> list[Stranger]:
        """Those seen within the last five minutes, strongest first."""
        earliest_ms = self._clock.monotonic_ms() - FORGET_MS
        while self._seen and next(iter(self._seen.values())).seen_ms <= earliest_ms:
            self._seen.popitem(last=False)
        excluded = self._ignored.union(self._owned())
        strangers = [stranger for address, stranger in self._seen.items() if address not in excluded]
        return sorted(strangers, key=lambda stranger: stranger.signal_dbm, reverse=True)

    def name(self, address: str) -> str:
        """The name of one that was seen; empty where it is not known."""
        stranger = self._seen.get(address)
        return "" if stranger is None else stranger.name

    def _log_once(self, stranger: Stranger) -> None:
        self._in_log[stranger.address] = None
        if len(self._in_log) > _MOST_LOGGED:
            self._in_log.popitem(last=False)
        _log.info("a strap that nobody owns is in range; list it: talkpace straps")
        _log.debug(
            "%s: nobody owns this strap (%s, %d dBm)", stranger.address, stranger.name, stranger.signal_dbm
        )


class RadioWithObserver:
    """A radio that also passes the advertisements of every scan to an observer."""

    def __init__(self, radio: Radio, observer: Callable[[Advertisement], None]) -> None:
        self._radio = radio
        self._observer = observer

    async def scan(self, on_advertisement: Callable[[Advertisement], None]) -> Scan:
        """Scan, and let the observer see each advertisement after the caller."""

        def observe(advertisement: Advertisement) -> None:
            on_advertisement(advertisement)
            self._observer(advertisement)

        return await self._radio.scan(observe)

    async def adapter(self) -> Adapter:
        """Return the adapter in use."""
        return await self._radio.adapter()

    async def connected(self) -> list[Device]:
        """List the connected devices with a Heart Rate Service."""
        return await self._radio.connected()

    async def connect(self, device: Device) -> Link:
        """Connect."""
        return await self._radio.connect(device)

    async def drop(self, device: Device) -> None:
        """End a connection that BlueZ holds without a Link."""
        await self._radio.drop(device)

    async def forget(self, device: Device) -> None:
        """Remove a device from BlueZ."""
        await self._radio.forget(device)
