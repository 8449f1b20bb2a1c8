"""Tell faults of the node that last, each once, and that they are over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

FAULT_AFTER_MS = 300_000
"""a part must have failed, or worked again, for so long without a break"""


@dataclass(frozen=True, slots=True)
class FaultChange:
    """A part of the node that has failed for a while, or works again."""

    part: str
    has_failed: bool


class FaultWatch:
    """Follows which parts have failed; what is short, or comes and goes, is told at most once."""

    def __init__(self, *, lasts_ms: int = FAULT_AFTER_MS) -> None:
        self._lasts_ms = lasts_ms
        self._faults: set[str] = set()
        self._since_ms: dict[str, int] = {}
        """since when a part has not been as it was told"""

    def update(self, failed: Collection[str], now_ms: int) -> list[FaultChange]:
        """Return what is to be told now; `failed` are the parts that do not work at `now_ms`."""
        differing = set(failed) ^ self._faults
        self._since_ms = {part: self._since_ms.get(part, now_ms) for part in sorted(differing)}
        due = [part for part, since_ms in self._since_ms.items() if now_ms - since_ms >= self._lasts_ms]
        for part in due:
            del self._since_ms[part]
        self._faults ^= set(due)
        return [FaultChange(part, has_failed=part in self._faults) for part in due]
