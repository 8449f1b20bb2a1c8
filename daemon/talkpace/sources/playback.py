"""Plays recorded or simulated notifications in real time, as a strap would send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import chain

from ..clock import Clock
from .events import BatteryLevel, EventHandler, LinkDown, LinkUp, Notification, StrapInfo

_PAUSE_S = 1.0
"""between two rounds; the interval of a strap's notifications"""


class PacedSource:
    """A StrapSource of the notifications that `notifications` returns for each round.

    Their `at_ms` counts from the start of the round; events carry the clock's time. The source ends after
    one round unless `repeat` is set, or after a round without a notification.
    """

    def __init__(
        self,
        notifications: Callable[[], Iterable[Notification]],
        strap: StrapInfo,
        clock: Clock,
        *,
        repeat: bool = False,
        battery_percent: int | None = None,
    ) -> None:
        self._notifications = notifications
        self._strap = strap
        self._clock = clock
        self._repeat = repeat
        self._battery_percent = battery_percent

    async def run(self, on_event: EventHandler) -> None:
        """Play one round, or repeat until cancelled. Exceptions of `notifications` are passed on."""
        while await self._round(on_event) and self._repeat:
            await self._clock.sleep(_PAUSE_S)

    async def _round(self, on_event: EventHandler) -> int:
        clock, address = self._clock, self._strap.address
        notifications = iter(self._notifications())
        # A file is read whole for its first notification: in a thread, so that no beat of a strap waits.
        first = await asyncio.to_thread(next, notifications, None)
        start_ms = clock.monotonic_ms()
        on_event(LinkUp(start_ms, self._strap))
        if self._battery_percent is not None:
            on_event(BatteryLevel(start_ms, address, self._battery_percent))
        count = 0
        for notification in chain(() if first is None else (first,), notifications):
            # Due times count from the start of the round, so that delays do not add up. A late notification
            # sleeps for 0 s, so that other tasks run even when many are late.
            due_ms = start_ms + notification.at_ms
            await clock.sleep(max(0, due_ms - clock.monotonic_ms()) / 1000)
            on_event(Notification(clock.monotonic_ms(), address, notification.payload, notification.hold_ms))
            count += 1
        on_event(LinkDown(clock.monotonic_ms(), address, "end of the recording"))
        return count
