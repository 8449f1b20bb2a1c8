"""When a strap's battery is worth a word."""

from __future__ import annotations

LOW_PERCENT = 15
RECOVERED_PERCENT = 30


class BatteryWatch:
    """Says once that a strap's battery is low, and again only after it has been replaced."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def level(self, address: str, percent: int) -> bool:
        """Whether this reading is to be reported as low."""
        if percent >= RECOVERED_PERCENT:
            self._told.discard(address)
        if percent > LOW_PERCENT or address in self._told:
            return False
        self._told.add(address)
        return True
