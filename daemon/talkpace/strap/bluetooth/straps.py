"""Every wanted strap, kept connected for ever, whatever happens to straps, adapter and BlueZ.

One task looks for straps and connects them, one thing after the other: a scan and a connection under
way at once, or two of either, end in org.bluez.Error.InProgress. Each connected strap is held by a
task of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from random import SystemRandom

from ...service.clock import Clock
from ..door import Door, StrapInfo
from .complaints import Complaints
from .held import HeldStrap
from .limits import ADAPTER_S, CLOSE_S, CONNECT_S, LEAVE_S, opened_within, set_within, within
from .radio import NO_LINK_SURVIVES, OF_THE_ADAPTER, Device, Radio, RadioError, real_radio
from .remedies import explained
from .search import CHECK_MS, Search, Sighting
from .tries import HELD_MS, Backoff, Tries

OK = "ok"
_RADIO = "Bluetooth"
_log = logging.getLogger(__name__)
_random = SystemRandom().random


class BluetoothStraps:
    """A StrapSource: the straps whose addresses `wanted` names, over one adapter ("" for the first).

    `on_health` is told "ok", or what is wrong with the radio in words for a person, at every change.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        adapter: str = "",
        wanted: Callable[[], Collection[str]],
        on_health: Callable[[str], None],
        radio: Radio | None = None,
        random: Callable[[], float] = _random,
    ) -> None:
        self._clock = clock
        self._adapter = adapter
        self._wanted = wanted
        self._on_health = on_health
        self._given_radio = radio
        self._random = random
        self._health: str | None = None
        self._generation: str | None = None
        self._changed = asyncio.Event()
        self._held: dict[str, HeldStrap] = {}
        self._known: dict[str, StrapInfo] = {}
        self._tries: dict[str, Tries] = {}
        self._complaints = Complaints(_log)
        self._radio_backoff = Backoff(first_s=0.5, longest_s=5, random=random)

    def wanted_changed(self) -> None:
        """Look again at which straps are wanted. To be called from the event loop."""
        self._changed.set()

    async def run(self, door: Door) -> None:
        """Let in every wanted strap until cancelled; then all are disconnected, within 3 s."""
        radio = self._given_radio or real_radio(self._adapter)
        search = Search(radio=radio, clock=self._clock, tries=self._tries_of)
        try:
            async with asyncio.TaskGroup() as tasks:
                # A task like those that hold the straps, so that all of them clean up at the same time.
                tasks.create_task(self._keep_connected(radio, search, door, tasks))
        finally:
            for held in self._held.values():  # a task that was cancelled before its first step
                await held.close(LEAVE_S)
            self._held.clear()

    async def _keep_connected(
        self, radio: Radio, search: Search, door: Door, tasks: asyncio.TaskGroup
    ) -> None:
        while True:
            self._changed.clear()
            try:
                await self._check(radio)
                sighting = await self._next(radio, search)
                if sighting is not None:
                    held = await self._connect(radio, search, door, sighting)
                    if held is not None:
                        tasks.create_task(self._hold(held))
            except RadioError as error:
                self._complaints.failed(_RADIO, error.fault, str(explained(error)))
                self._tell_health(str(error))
                await self._clock.sleep(self._radio_backoff.next_ms() / 1000)

    async def _next(self, radio: Radio, search: Search) -> Sighting | None:
        missing = self._missing()
        if not missing:
            self._radio_works()
            await set_within(self._clock, CHECK_MS / 1000, self._changed)
            return None
        return await search.left_over(missing) or await search.scan(
            missing=self._missing,
            changed=self._changed,
            check=lambda: self._check(radio),
            started=self._radio_works,
        )

    def _missing(self) -> set[str]:
        """The wanted straps without a link. Those that nobody wants any more are let go meanwhile."""
        wanted = {address.upper() for address in self._wanted()}
        for address, held in self._held.items():
            if address not in wanted:
                held.end("no longer wanted")
        return wanted - self._held.keys()

    async def _check(self, radio: Radio) -> None:
        try:
            adapter = await within(
                self._clock, ADAPTER_S, "BlueZ does not answer: asking it", radio.adapter()
            )
        except RadioError as error:
            if error.fault in NO_LINK_SURVIVES:
                self._end_all(str(error))
            raise
        if self._generation not in (None, adapter.generation):
            self._end_all("BlueZ was restarted")
        self._generation = adapter.generation

    def _end_all(self, reason: str) -> None:
        for held in self._held.values():
            held.end(reason)

    async def _connect(
        self, radio: Radio, search: Search, door: Door, sighting: Sighting
    ) -> HeldStrap | None:
        device = sighting.device
        address = device.address
        try:
            link = await opened_within(self._clock, CONNECT_S, "connecting", radio.connect(device))
        except RadioError as error:
            self._tries_of(address).failed(self._clock.monotonic_ms())
            if sighting.left_over:
                await self._drop(radio, device)
            if error.fault in OF_THE_ADAPTER:
                raise
            self._complaints.failed(address, error.fault, str(explained(error)))
            return None
        known = self._known.get(address)
        strap = replace(
            known or StrapInfo(address),
            name=device.name or (known.name if known else ""),
            signal_dbm=search.signal_dbm.get(address),
        )
        held = HeldStrap(link, strap, described=known is not None, door=door, clock=self._clock)
        self._held[address] = held
        return held

    async def _drop(self, radio: Radio, device: Device) -> None:
        try:
            await within(self._clock, CLOSE_S, "disconnecting", radio.drop(device))
        except RadioError as error:
            _log.debug("%s: %s", device.address, error)

    async def _hold(self, held: HeldStrap) -> None:
        address = held.strap.address
        try:
            reason = await held.hold()
        except RadioError as error:
            self._tries_of(address).failed(self._clock.monotonic_ms())
            self._complaints.failed(address, error.fault, str(explained(error)))
            return
        finally:
            del self._held[address]
            self._changed.set()
            if held.described:
                self._known[address] = held.strap
        now_ms = self._clock.monotonic_ms()
        held_ms = now_ms - (now_ms if held.up_ms is None else held.up_ms)
        self._tries_of(address).ended(now_ms, held_ms)
        if held_ms >= HELD_MS:
            self._complaints.forget(address)
        self._complaints.failed(address, "lost", reason)

    def _tries_of(self, address: str) -> Tries:
        return self._tries.setdefault(address, Tries(self._random))

    def _radio_works(self) -> None:
        self._radio_backoff.reset()
        self._complaints.recovered(_RADIO, "works again")
        self._tell_health(OK)

    def _tell_health(self, health: str) -> None:
        if health != self._health:
            self._health = health
            self._on_health(health)
