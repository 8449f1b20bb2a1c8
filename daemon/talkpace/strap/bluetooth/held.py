"""One strap while it is connected: its beats go through the door until the link is over."""

from __future__ import annotations

import asyncio
import logging

from ...service.clock import Clock
from ..door import BatteryLevel, Door, LinkDown, LinkUp, Notification, StrapDescribed, StrapInfo
from .describe import read_battery, read_description
from .limits import CLOSE_S, LEAVE_S, SUBSCRIBE_S, closed_within, within
from .radio import Link

SILENCE_MS = 30_000
"""a link without a beat for so long is none, whatever BlueZ says: a killed bluetoothd leaves such"""
BATTERY_EVERY_S = 600

_log = logging.getLogger(__name__)


class HeldStrap:
    """A link from its subscription to its end."""

    def __init__(self, link: Link, strap: StrapInfo, *, described: bool, door: Door, clock: Clock) -> None:
        self._link = link
        self._door = door
        self._clock = clock
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._reason = "stopping"
        self._heard_ms = 0
        self.strap = strap
        self.described = described
        """whether the strap has told all that it tells of itself"""
        self.up_ms: int | None = None
        """when its LinkUp was let in"""

    def end(self, reason: str) -> None:
        """Let go of the strap."""
        if not self._over.done():
            self._over.set_result(reason)

    async def hold(self) -> str:
        """Let the strap in until the link is over, and say why it is. The link is closed in any case.

        Raises RadioError where the strap does not let itself be subscribed to.
        """
        limit_s: float = CLOSE_S
        try:
            await within(self._clock, SUBSCRIBE_S, "subscribing", self._link.subscribe(self._beat))
            self._up(self._clock.monotonic_ms())
            self._reason = await self._until_over()
        except asyncio.CancelledError:
            limit_s = LEAVE_S
            raise
        finally:
            try:
                await self.close(limit_s)
            finally:
                if self.up_ms is not None:
                    self._door(LinkDown(self._clock.monotonic_ms(), self.strap.address, self._reason))
        return self._reason

    async def close(self, limit_s: float) -> None:
        """Disconnect; `hold` does it by itself."""
        await closed_within(self._clock, limit_s, self._link)

    def _beat(self, payload: bytes) -> None:
        at_ms = self._clock.monotonic_ms()
        if self._over.done():
            return
        try:
            self._up(at_ms)
            self._heard_ms = at_ms
            self._door(Notification(at_ms, self.strap.address, payload))
        except Exception as error:  # noqa: BLE001 - bleak would only log it; it belongs to the holding task
            self._over.set_exception(error)

    def _up(self, at_ms: int) -> None:
        if self.up_ms is None:
            self.up_ms = self._heard_ms = at_ms
            self._door(LinkUp(at_ms, self.strap))
            _log.info("%s: connected", self.strap.address)

    async def _until_over(self) -> str:
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(work) for work in (self._watch_link(), self._watch_silence(), self._ask())
            ]
            try:
                return await self._over
            finally:
                for task in beside:
                    task.cancel()

    async def _watch_link(self) -> None:
        await self._link.lost()
        self.end("the link was lost")

    async def _watch_silence(self) -> None:
        while (silent_ms := self._clock.monotonic_ms() - self._heard_ms) < SILENCE_MS:
            await self._clock.sleep((SILENCE_MS - silent_ms) / 1000)
        self.end(f"connected, but silent for {SILENCE_MS // 1000} s")

    async def _ask(self) -> None:
        await self._tell_battery()
        if not self.described:
            said = await read_description(self._link, self._clock, self.strap)
            if said != self.strap:
                self.strap, self.described = said, True
                self._door(StrapDescribed(self._clock.monotonic_ms(), said))
        while True:
            await self._clock.sleep(BATTERY_EVERY_S)
            await self._tell_battery()

    async def _tell_battery(self) -> None:
        percent = await read_battery(self._link, self._clock)
        if percent is not None:
            self._door(BatteryLevel(self._clock.monotonic_ms(), self.strap.address, percent))
