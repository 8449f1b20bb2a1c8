"""The tests' clock: time passes only when a test lets it, and every sleeper is woken in turn."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

PATIENCE_S = 20


async def let_run() -> None:
    """Give every task that can run its turns."""
    for _ in range(60):
        await asyncio.sleep(0)


class FakeClock:
    """A `talkpace.clock.Clock` that stands until `advance`, `set_wall` or, on request, a sleep moves it."""

    def __init__(
        self,
        wall: datetime = datetime(2026, 1, 1, 0, 16, 40, tzinfo=UTC),
        *,
        now_ms: int = 1_000_000,
        zone: tzinfo = UTC,
        sleep_advances: bool = False,
        late_ms: int = 0,
    ) -> None:
        """Start at this wall time and monotonic time.

        With `sleep_advances` a sleep lets its own time pass at once, and `late_ms` more.
        """
        self.in_sync: bool | None = True
        """what `synchronised` returns"""
        self.fixed_wall: datetime | None = None
        """what `wall` returns, if set"""
        self.sleep_error: Exception | None = None
        """raised by `sleep`, if set"""
        self._now_ms = now_ms
        self._zero = wall.astimezone(UTC) - timedelta(milliseconds=now_ms)
        self._zone = zone
        self._sleep_advances, self._late_ms = sleep_advances, late_ms
        self._count = 0
        self._sleepers: list[tuple[int, int, float, asyncio.Future[None]]] = []
        """due time in ms, order, requested seconds"""
        self._slept = asyncio.Event()

    def monotonic_ms(self) -> int:
        return self._now_ms

    def wall(self) -> datetime:
        return self.fixed_wall or (self._zero + timedelta(milliseconds=self._now_ms)).astimezone(self._zone)

    def synchronised(self) -> bool | None:
        return self.in_sync

    async def sleep(self, seconds: float) -> None:
        if self.sleep_error is not None:
            raise self.sleep_error
        if self._sleep_advances:
            self._now_ms += round(seconds * 1000) + self._late_ms
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        # Rounded up, so that what is waited for has come once the sleeper wakes.
        due_ms = self._now_ms + max(0, -int(-seconds * 1000 // 1))
        heapq.heappush(self._sleepers, (due_ms, self._count, seconds, woken))
        self._slept.set()
        await woken

    async def advance(self, seconds: float) -> None:
        """Let so much time pass, and wake every sleeper at its time."""
        end_ms = self._now_ms + round(seconds * 1000)
        await let_run()
        while self._sleepers and self._sleepers[0][0] <= end_ms:
            due_ms, _, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._now_ms = max(self._now_ms, due_ms)
            woken.set_result(None)
            await let_run()
        self._now_ms = end_ms
        await let_run()

    def set_wall(self, wall: datetime) -> None:
        """Jump to this wall time, and wake all whose time has come by then once."""
        self._now_ms = round((wall.astimezone(UTC) - self._zero) / timedelta(milliseconds=1))
        while self._sleepers and self._sleepers[0][0] <= self._now_ms:
            woken = heapq.heappop(self._sleepers)[-1]
            if not woken.done():
                woken.set_result(None)

    def correct_wall(self, by: timedelta) -> None:
        """Step the wall clock alone, as a time service does."""
        self._zero += by

    async def until_sleeping(self, seconds: float | None = None) -> None:
        """Wait in real time until somebody sleeps, for so long if given."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(self._matching(seconds)):
                self._slept.clear()
                await self._slept.wait()

    async def wake(self, seconds: float | None = None) -> None:
        """Wake the first who sleeps for so long, and wait for one if there is none; no time passes."""
        await self.until_sleeping(seconds)
        next(self._matching(seconds)).set_result(None)

    def _matching(self, seconds: float | None) -> Iterator[asyncio.Future[None]]:
        for _, _, requested, woken in sorted(self._sleepers, key=lambda sleeper: sleeper[:2]):
            if not woken.done() and seconds in {None, requested}:
                yield woken
