"""Lets recorded or made-up beats in as a strap would: each when its time has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..service.clock import Clock
from .door import BatteryLevel, Door, LinkDown, LinkUp, Notification, StrapInfo

_PAUSE_S = 1.0
"""between two rounds, as between two notifications of a strap"""


class PacedSource:
    """A strap whose notifications come from `beats`, called anew for each round.

    Their `at_ms` count from the beginning of a round; they are let in with the clock's time. Without
    `repeat` the source is exhausted after one round; a round without a notification ends it too.
    """

    def __init__(
        self,
        beats: Callable[[], Iterable[Notification]],
        strap: StrapInfo,
        clock: Clock,
        *,
        repeat: bool = False,
        battery_percent: int | None = None,
    ) -> None:
        self._beats = beats
        self._strap = strap
        self._clock = clock
        self._repeat = repeat
        self._battery_percent = battery_percent

    async def run(self, door: Door) -> None:
        """Let in one round, or one after the other until cancelled. What `beats` raises comes through."""
        while await self._round(door) and self._repeat:
            await self._clock.sleep(_PAUSE_S)

    async def _round(self, door: Door) -> int:
        clock, address = self._clock, self._strap.address
        start_ms = clock.monotonic_ms()
        door(LinkUp(start_ms, self._strap))
        if self._battery_percent is not None:
            door(BatteryLevel(start_ms, address, self._battery_percent))
        count = 0
        for beat in self._beats():
            # Measured from the start of the round, so that lateness does not add up. A beat that is late
            # still sleeps for nothing, or a long run of them would keep everyone else waiting.
            due_ms = start_ms + beat.at_ms
            await clock.sleep(max(0, due_ms - clock.monotonic_ms()) / 1000)
            door(Notification(clock.monotonic_ms(), address, beat.payload))
            count += 1
        door(LinkDown(clock.monotonic_ms(), address, "no more beats"))
        return count
