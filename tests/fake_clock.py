"""A clock that moves only when told, and everything that waits for it moves along."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta


async def let_run() -> None:
    """Give every task that can go on its turns."""
    for _ in range(60):
        await asyncio.sleep(0)


class FakeClock:
    def __init__(self) -> None:
        self._now_ms = 1_000_000
        self._count = 0
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def monotonic_ms(self) -> int:
        return self._now_ms

    def wall(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self._now_ms)

    def synchronised(self) -> bool | None:
        return True

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        # Rounded up, so that what is waited for has come once the sleeper wakes.
        due_ms = self._now_ms + max(0, -int(-seconds * 1000 // 1))
        heapq.heappush(self._sleepers, (due_ms, self._count, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let so much time pass, with every sleeper woken in its turn."""
        end_ms = self._now_ms + round(seconds * 1000)
        await let_run()
        while self._sleepers and self._sleepers[0][0] <= end_ms:
            due_ms, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._now_ms = max(self._now_ms, due_ms)
            woken.set_result(None)
            await let_run()
        self._now_ms = end_ms
        await let_run()
