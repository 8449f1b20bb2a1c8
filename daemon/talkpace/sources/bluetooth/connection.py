"""One strap while it is connected: its notifications, battery and description, until the link ends."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from enum import Enum, auto

from ...clock import Clock
from ...measurement.characteristics import decode_battery, decode_body_location, decode_text
from ..events import BatteryLevel, EventHandler, LinkDown, LinkUp, Notification, StrapDescribed, StrapInfo
from .radio import (
    BATTERY_LEVEL,
    BODY_SENSOR_LOCATION,
    FIRMWARE_REVISION,
    MANUFACTURER_NAME,
    MODEL_NUMBER,
    SERIAL_NUMBER,
    Link,
    RadioError,
)
from .timeouts import CLOSE_S, READ_S, STOP_S, SUBSCRIBE_S, close_within, run_within

SILENCE_MS = 30_000
"""a link without a notification for so long is gone: after a crash of bluetoothd none is reported lost"""
BATTERY_EVERY_S = 600

_log = logging.getLogger(__name__)


class ConnectionState(Enum):
    """The life of a strap's connection; it only moves on."""

    SUBSCRIBING = auto()
    """connected, and LinkUp not sent yet"""
    UP = auto()
    """LinkUp was sent"""
    ENDING = auto()
    """notifications are ignored, and the link is about to be closed"""
    CLOSED = auto()


class StrapConnection:
    """A link from its subscription to its end."""

    def __init__(
        self, link: Link, strap: StrapInfo, *, described: bool, on_event: EventHandler, clock: Clock
    ) -> None:
        self._link = link
        self._on_event = on_event
        self._clock = clock
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """the reason of the end, or an exception of `on_event`"""
        self._last_notification_ms = 0
        self.state = ConnectionState.SUBSCRIBING
        self.strap = strap
        self.described = described
        """whether the optional fields of `strap` were read"""
        self.up_ms: int | None = None
        """when LinkUp was sent"""

    def end(self, reason: str) -> None:
        """End the connection; `run` closes the link and returns the reason."""
        if self.state is not ConnectionState.CLOSED:
            self.state = ConnectionState.ENDING
        if not self._ended.done():
            self._ended.set_result(reason)

    async def run(self) -> str:
        """Pass on events until the link ends, and return the reason. The link is closed in any case.

        Raises RadioError where subscribing to the strap fails.
        """
        close_s: float = CLOSE_S
        reason = "stopping"
        try:
            subscription = self._link.subscribe(self._on_payload)
            await run_within(self._clock, SUBSCRIBE_S, "subscribing", subscription)
            self._set_up(self._clock.monotonic_ms())
            reason = await self._until_ended()
        except asyncio.CancelledError:
            close_s = STOP_S
            raise
        finally:
            try:
                await self.close(close_s)
            finally:
                self.state = ConnectionState.CLOSED
                if self.up_ms is not None:
                    self._on_event(LinkDown(self._clock.monotonic_ms(), self.strap.address, reason))
        return reason

    async def close(self, timeout_s: float) -> None:
        """Disconnect; `run` does so by itself."""
        await close_within(self._clock, timeout_s, self._link)

    def _on_payload(self, payload: bytes) -> None:
        at_ms = self._clock.monotonic_ms()
        if self.state in {ConnectionState.ENDING, ConnectionState.CLOSED}:
            return
        try:
            self._set_up(at_ms)
            self._last_notification_ms = at_ms
            self._on_event(Notification(at_ms, self.strap.address, payload))
        except Exception as error:  # noqa: BLE001 - bleak would only log it; `run` raises it
            self.state = ConnectionState.ENDING
            self._ended.set_exception(error)

    def _set_up(self, at_ms: int) -> None:
        if self.up_ms is not None:
            return
        if self.state is ConnectionState.SUBSCRIBING:
            self.state = ConnectionState.UP
        self.up_ms = self._last_notification_ms = at_ms
        self._on_event(LinkUp(at_ms, self.strap))
        _log.info("%s: connected", self.strap.address)

    async def _until_ended(self) -> str:
        async with asyncio.TaskGroup() as tasks:
            watching = [
                tasks.create_task(work)
                for work in (self._watch_link(), self._watch_silence(), self._read_characteristics())
            ]
            try:
                return await self._ended
            finally:
                for task in watching:
                    task.cancel()

    async def _watch_link(self) -> None:
        await self._link.lost()
        self.end("the link was lost")

    async def _watch_silence(self) -> None:
        while (silent_ms := self._clock.monotonic_ms() - self._last_notification_ms) < SILENCE_MS:
            await self._clock.sleep((SILENCE_MS - silent_ms) / 1000)
        self.end(f"connected, but without a notification for {SILENCE_MS // 1000} s")

    async def _read_characteristics(self) -> None:
        await self._report_battery()
        if not self.described:
            strap = await read_description(self._link, self._clock, self.strap)
            if strap != self.strap:
                self.strap, self.described = strap, True
                self._on_event(StrapDescribed(self._clock.monotonic_ms(), strap))
        while True:
            await self._clock.sleep(BATTERY_EVERY_S)
            await self._report_battery()

    async def _report_battery(self) -> None:
        percent = await read_battery(self._link, self._clock)
        if percent is not None:
            self._on_event(BatteryLevel(self._clock.monotonic_ms(), self.strap.address, percent))


async def read_battery(link: Link, clock: Clock) -> int | None:
    """Read the battery level in percent; None where the strap has none."""
    return decode_battery(await _read(link, clock, BATTERY_LEVEL))


async def read_description(link: Link, clock: Clock, strap: StrapInfo) -> StrapInfo:
    """Return `strap` with the optional fields that can be read from it."""
    return replace(
        strap,
        manufacturer=decode_text(await _read(link, clock, MANUFACTURER_NAME)) or strap.manufacturer,
        model=decode_text(await _read(link, clock, MODEL_NUMBER)) or strap.model,
        serial=decode_text(await _read(link, clock, SERIAL_NUMBER)) or strap.serial,
        firmware=decode_text(await _read(link, clock, FIRMWARE_REVISION)) or strap.firmware,
        body_location=decode_body_location(await _read(link, clock, BODY_SENSOR_LOCATION))
        or strap.body_location,
    )


async def _read(link: Link, clock: Clock, uuid: str) -> bytes:
    try:
        return await run_within(clock, READ_S, f"reading {uuid[4:8]}", link.read(uuid))
    except RadioError as error:
        _log.debug("%s", error)
        return b""
