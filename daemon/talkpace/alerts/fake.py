"""Fake outputs that record every change, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Callable

from ..config.alert_patterns import Colour
from ..diagnostics import Health, HealthState


class FakeOutputs:
    """Records every change with its monotonic time in ms."""

    def __init__(self, now_ms: Callable[[], int], *, pitched: bool = False, fades: bool = False) -> None:
        self.pitched = pitched
        self.fades = fades
        self.glows: list[tuple[int, float]] = []
        """(at_ms, brightness)"""
        self.sounds: list[tuple[int, int | None]] = []
        """(at_ms, tone in Hz, or None for silence)"""
        self.lights: list[tuple[int, Colour | None]] = []
        """(at_ms, colour, or None for dark)"""
        self.closed = False
        self._now_ms = now_ms

    @property
    def health(self) -> Health:
        """Always OK."""
        return Health(HealthState.OK, "recorded")

    @property
    def sounding(self) -> int | None:
        """Current tone in Hz."""
        return self.sounds[-1][1] if self.sounds else None

    @property
    def lit(self) -> Colour | None:
        """Current colour."""
        return self.lights[-1][1] if self.lights else None

    def sound(self, tone_hz: int | None) -> None:
        """Record it."""
        self.sounds.append((self._now_ms(), tone_hz))

    def light(self, colour: Colour | None) -> None:
        """Record it."""
        self.lights.append((self._now_ms(), colour))

    def glow(self, level: float) -> None:
        """Record it."""
        self.glows.append((self._now_ms(), level))

    def close(self) -> None:
        """Switch off."""
        if self.sounding is not None:
            self.sound(None)
        if self.lit is not None:
            self.light(None)
        self.closed = True
