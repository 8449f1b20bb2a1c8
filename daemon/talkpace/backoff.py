"""Exponential backoff with jitter, for everything that reconnects."""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom

STABLE_AFTER_S = 30.0
"""a connection that lasted this long was a good one: the next delay is the first again"""
_MOST_DOUBLINGS = 20

_random = SystemRandom().random


class Backoff:
    """Delays that start at `first_s` and double up to `longest_s`.

    Each is multiplied by a random factor between the two of `jitter`, so that several clients do not
    reconnect at the same moment, and is never above `longest_s`.
    """

    def __init__(
        self,
        first_s: float,
        longest_s: float,
        *,
        jitter: tuple[float, float] = (0.5, 1.0),
        random: Callable[[], float] = _random,
    ) -> None:
        """`random` returns a number from 0 to below 1; at 0 a delay is the longest that `jitter` allows."""
        self._first_s = first_s
        self._longest_s = longest_s
        self._jitter = jitter
        self._random = random
        self._failures = 0

    def next_s(self, connected_s: float = 0) -> float:
        """Return the delay before the next try, after a connection that lasted `connected_s` (0: none)."""
        if connected_s >= STABLE_AFTER_S:
            self.reset()
        base_s = min(self._longest_s, self._first_s * (1 << min(self._failures, _MOST_DOUBLINGS)))
        self._failures += 1
        least, most = self._jitter
        return min(self._longest_s, base_s * (most - (most - least) * self._random()))

    def reset(self) -> None:
        """Start again at `first_s`."""
        self._failures = 0
