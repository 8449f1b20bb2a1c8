"""A value of a recording that holds until the next, as if the strap had sent it once a second."""

from __future__ import annotations

from collections.abc import Iterator

from ..measurement.link_decoder import Measurement
from .rules import HOLD_MS

INTERVAL_MS = 1_000
"""between two notifications of a strap"""


class LongHold:
    """A measurement that holds for longer than usual."""

    def __init__(self, measurement: Measurement, hold_ms: int) -> None:
        self._measurement = measurement._replace(rr_ms=())
        self._next_ms = measurement.at_ms + INTERVAL_MS
        self._until_ms = measurement.at_ms + hold_ms

    @classmethod
    def of(cls, measurement: Measurement) -> LongHold | None:
        """Return the value of a measurement; None where it holds as one of a live strap does."""
        hold_ms = measurement.hold_ms
        return None if hold_ms is None or hold_ms <= HOLD_MS else cls(measurement, hold_ms)

    def repetitions(self, now_ms: int) -> Iterator[Measurement]:
        """Yield the value once for each full second up to `now_ms`, until it holds no more."""
        while self._next_ms <= now_ms and self._next_ms < self._until_ms:
            at_ms = self._next_ms
            self._next_ms += INTERVAL_MS
            yield self._measurement._replace(at_ms=at_ms, hold_ms=self._until_ms - at_ms)
