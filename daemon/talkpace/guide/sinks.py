"""Where the guides' results go. All of these take at once, and never raise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..alert.pacing import Pacing
from ..practice.entries import What

WriteDown = Callable[[str, What], None]
"""an athlete, and what there is to write down of now"""


class GuideAlerts(Protocol):
    """Buzzer and LED."""

    def sign(self, athlete: str, pattern: str, *, at_any_hour: bool = False) -> None:
        """Play a pattern."""
        ...

    def pace(self, athlete: str, pacing: Pacing | None, *, elapsed_ms: int = 0) -> None:
        """Show a breath that repeats."""
        ...

    def muted_since(self, athlete: str, at_ms: int) -> bool:
        """Whether the athlete asked for silence then or later."""
        ...
