"""The longest stretch in the conversational zone."""

from __future__ import annotations

BRIDGED_BELOW_MS = 10_000
"""Interruptions shorter than this do not end a stretch."""


class LongestStretch:
    """From the first moment in the zone to the last, short interruptions included."""

    def __init__(self) -> None:
        self.longest_ms = 0
        self._start_ms = 0
        self._end_ms: int | None = None

    def held(self, from_ms: int, to_ms: int) -> None:
        """A measurement in the zone held from one time to another."""
        if self._end_ms is None or from_ms - self._end_ms >= BRIDGED_BELOW_MS:
            self._start_ms = from_ms
        self._end_ms = to_ms
        self.longest_ms = max(self.longest_ms, to_ms - self._start_ms)
