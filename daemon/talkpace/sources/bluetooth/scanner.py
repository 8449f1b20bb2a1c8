"""Finds the next strap to connect: one that BlueZ is still connected to, else one that advertises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from ...clock import Clock
from .radio import Advertisement, Device, Radio
from .timeouts import (
    ADAPTER_S,
    CLOSE_S,
    SCAN_START_S,
    STOP_S,
    RetryState,
    close_within,
    open_within,
    run_within,
    wait_for_event,
)

SILENT_SCAN_MS = 90_000
"""a scan without any advertisement for so long may have stalled: it is restarted"""
CHECK_MS = 10_000
"""interval between checks of the adapter"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A strap that can be connected now."""

    device: Device
    already_connected: bool = False
    """whether BlueZ is connected to it, for a program that has gone"""


class StrapScanner:
    """Finds the next strap to connect. Never call it while a strap is being connected."""

    def __init__(self, *, radio: Radio, clock: Clock, retry_state: Callable[[str], RetryState]) -> None:
        self._radio = radio
        self._clock = clock
        self._retry_state = retry_state
        self.signal_dbm: dict[str, int] = {}
        """signal strength of each strap's last advertisement"""

    async def find_connected(self, missing: Collection[str]) -> Candidate | None:
        """Return a missing strap that BlueZ is connected to, and that so does not advertise.

        Raises RadioError.
        """
        connected = await run_within(
            self._clock, ADAPTER_S, "asking for connected straps", self._radio.connected()
        )
        now_ms = self._clock.monotonic_ms()
        for device in connected:
            if device.address in missing and self._retry_state(device.address).due_ms <= now_ms:
                return Candidate(device, already_connected=True)
        return None

    async def scan(
        self,
        *,
        missing: Callable[[], Collection[str]],
        changed: asyncio.Event,
        check: Callable[[], Awaitable[None]],
        started: Callable[[], None],
    ) -> Candidate | None:
        """Scan until a missing strap can be connected; None if the caller should start again.

        `changed` is set by others when `missing` may return other straps; `check` raises what is wrong
        with the adapter; `started` is called once the scan runs. Raises RadioError.
        """
        results = _ScanResults(self._clock, changed)

        def on_advertisement(advertisement: Advertisement) -> None:
            address = advertisement.device.address
            wanted = address in missing()
            results.add(advertisement, wanted=wanted)
            if wanted:
                self.signal_dbm[address] = advertisement.signal_dbm
                self._retry_state(address).advertised(results.latest_ms)

        for address in missing():
            self._retry_state(address).scan_started(results.latest_ms)
        scan = await open_within(
            self._clock, SCAN_START_S, "starting a scan", self._radio.scan(on_advertisement)
        )
        try:
            started()
            candidate = await self._next_candidate(results, missing, check)
        except BaseException:
            await close_within(self._clock, STOP_S, scan)
            raise
        await run_within(self._clock, CLOSE_S, "stopping the scan", scan.close())
        return candidate

    async def listen(self, seconds: float, changed: asyncio.Event) -> None:
        """Scan for so long, or until `changed` is set, for those who observe the radio. Raises RadioError."""
        scan = await open_within(
            self._clock, SCAN_START_S, "starting a scan", self._radio.scan(lambda _advertisement: None)
        )
        try:
            await wait_for_event(self._clock, seconds, changed)
        except BaseException:
            await close_within(self._clock, STOP_S, scan)
            raise
        await run_within(self._clock, CLOSE_S, "stopping the scan", scan.close())

    async def _next_candidate(
        self,
        results: _ScanResults,
        missing: Callable[[], Collection[str]],
        check: Callable[[], Awaitable[None]],
    ) -> Candidate | None:
        checked_ms = self._clock.monotonic_ms()
        while wanted := missing():
            results.changed.clear()
            now_ms = self._clock.monotonic_ms()
            in_range = [address for address in wanted if address in results.advertisements]
            due = [address for address in in_range if self._retry_state(address).due_ms <= now_ms]
            if due:
                longest_ago = min(due, key=lambda address: self._retry_state(address).last_ms)
                return Candidate(results.advertisements[longest_ago].device)
            if now_ms - results.latest_ms >= SILENT_SCAN_MS:
                return None
            if now_ms - checked_ms >= CHECK_MS:
                checked_ms = now_ms
                await check()
                candidate = await self.find_connected(wanted)
                if candidate is not None:
                    return candidate
                continue
            due_times = [self._retry_state(address).due_ms for address in in_range]
            next_ms = min(results.latest_ms + SILENT_SCAN_MS, checked_ms + CHECK_MS, *due_times)
            await wait_for_event(self._clock, (next_ms - now_ms) / 1000, results.changed)
        return None


class _ScanResults:
    """Advertisements of one scan."""

    def __init__(self, clock: Clock, changed: asyncio.Event) -> None:
        self._clock = clock
        self.changed = changed
        self.latest_ms = clock.monotonic_ms()
        """time of the last advertisement of any device"""
        self.advertisements: dict[str, Advertisement] = {}
        """the last of each wanted strap"""

    def add(self, advertisement: Advertisement, *, wanted: bool) -> None:
        self.latest_ms = self._clock.monotonic_ms()
        if wanted:
            self.advertisements[advertisement.device.address] = advertisement
            self.changed.set()
