"""A nap under way: it waits, wakes, and is over once it is answered or given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..practice.nap import TOO_LATE_MS, Nap, calls
from .payloads import NapPayload
from .sinks import GuideAlerts


class NapWatch:
    """One athlete's nap. A mute while it calls is an answer; one before is not."""

    def __init__(self, nap: Nap, alerts: GuideAlerts) -> None:
        self.nap = nap
        self.over = False
        """whether nobody is to be woken any more"""
        self.missed = False
        """whether it ended so long ago that it calls no more"""
        self.elapsed_ms = 0
        self._alerts = alerts
        self._calls: Iterator[tuple[int, int]] | None = None
        self._next: tuple[int, int] | None = None
        self._called_at_ms = 0

    @property
    def waking(self) -> bool:
        """Whether it calls."""
        return self._calls is not None and not self.over

    def advance(self, boot: str, now_ms: int, now: datetime) -> bool:
        """Let time pass; answers whether there is something new to publish."""
        if self.over:
            return False
        self.elapsed_ms = self.nap.elapsed_ms(boot, now_ms, now)
        late_ms = self.elapsed_ms - self.nap.duration_ms
        if self._calls is None:
            if late_ms < 0:
                return False
            if late_ms >= TOO_LATE_MS:
                self.over = self.missed = True
                return True
            self._calls, self._called_at_ms = calls(), now_ms
            self._next = next(self._calls)
            self._call(now_ms)
            return True
        if self._alerts.muted_since(self.nap.athlete, self._called_at_ms):
            self.over = True
            return True
        self._call(now_ms)
        return self.over

    def payload(self) -> NapPayload:
        """How it stands."""
        if self.over:
            return NapPayload()
        return NapPayload(
            state="waking" if self.waking else "napping",
            started=self.nap.started,
            until=self.nap.until,
            minutes=self.nap.minutes,
        )

    def _call(self, now_ms: int) -> None:
        """What is due by now; a daemon that was off calls gently first too."""
        assert self._calls is not None
        while self._next is not None and now_ms - self._called_at_ms >= self._next[0]:
            self._alerts.sign(self.nap.athlete, f"nap_{self._next[1]}", at_any_hour=True)
            self._next = next(self._calls, None)
        self.over = self._next is None
