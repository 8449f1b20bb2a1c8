"""When a strap that could not be connected, or was lost, is tried again."""

from __future__ import annotations

from collections.abc import Callable

HELD_MS = 30_000
"""a link that lasted so long was a good one: what failed before is forgotten"""
AWAY_MS = 15_000
"""a strap unheard for so long was away; controllers report one that is near every 10 s at least"""


class Backoff:
    """Growing pauses: `first_s`, doubling to `longest_s`, each shortened by up to half at random."""

    def __init__(self, first_s: float, longest_s: float, random: Callable[[], float]) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._random = random
        self._failures = 0

    def next_ms(self) -> int:
        """The pause after one more failure."""
        whole_s = min(self._longest_s, self._first_s * (1 << min(self._failures, 20)))
        self._failures += 1
        return round(1000 * whole_s * (1 - self._random() / 2))

    def reset(self) -> None:
        """All is well again."""
        self._failures = 0


class Tries:
    """One strap's tries. It is tried for ever, and at once when it is back after having been away."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._backoff = Backoff(first_s=0.5, longest_s=30, random=random)
        self._quiet_from_ms: int | None = None
        self.due_ms = -(10**15)
        """not to be tried before"""
        self.last_ms = -(10**15)
        """end of the last try"""

    def failed(self, now_ms: int) -> None:
        """It could not be connected."""
        self.last_ms = now_ms
        self.due_ms = now_ms + self._backoff.next_ms()
        self._quiet_from_ms = now_ms

    def ended(self, now_ms: int, held_ms: int) -> None:
        """A link ended that lasted `held_ms`; a short one counts as a failure."""
        if held_ms < HELD_MS:
            self.failed(now_ms)
            return
        self._backoff.reset()
        self.last_ms = self.due_ms = self._quiet_from_ms = now_ms

    def listening(self, now_ms: int) -> None:
        """A scan begins: silence before it means nothing."""
        self._quiet_from_ms = now_ms

    def heard(self, now_ms: int) -> None:
        """It advertises."""
        if self._quiet_from_ms is not None and now_ms - self._quiet_from_ms >= AWAY_MS:
            self._backoff.reset()
            self.due_ms = now_ms
        self._quiet_from_ms = now_ms
