"""How many tries to get in are allowed in a minute: for each address, and for all together."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from .refusal import RefusedError

EACH_ADDRESS = 10
ALL_TOGETHER = 30
_WINDOW_S = 60.0


class RateLimit:
    """Counts tries within the last minute. Sessions that exist are not affected."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._monotonic_s = monotonic_s
        self._tries: deque[tuple[float, str]] = deque(maxlen=ALL_TOGETHER)

    def count(self, address: str) -> None:
        """Count one try. Raises RefusedError where there were too many; then it does not count."""
        now = self._monotonic_s()
        while self._tries and self._tries[0][0] <= now - _WINDOW_S:
            self._tries.popleft()
        own = sum(1 for _, one in self._tries if one == address)
        if own >= EACH_ADDRESS or len(self._tries) >= ALL_TOGETHER:
            raise RefusedError(429, "too many tries; wait a minute, then try again")
        self._tries.append((now, address))
