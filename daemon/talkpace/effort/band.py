"""Progress in the conversational band within a session: signals when it is reached, and when enough."""

from __future__ import annotations

from collections.abc import Iterator

from .events import EventName
from .rules import BandRules


class BandWatch:
    """Knows what has been signalled; each signal comes once a session."""

    def __init__(self, rules: BandRules | None) -> None:
        """Without rules there are no signals."""
        self._left: list[tuple[int, EventName]] = []
        if rules is not None and rules.target_ms > 0:
            self._left = [
                (rules.target_ms, EventName.BAND_REACHED),
                (max(rules.enough_ms, rules.target_ms), EventName.BAND_ENOUGH),
            ]

    def held(self, band_ms: int) -> Iterator[EventName]:
        """So much time was held in the band so far."""
        while self._left and band_ms >= self._left[0][0]:
            yield self._left.pop(0)[1]
