"""Outputs that keep what they were told, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Callable

from ..config.patterns import Colour


class RecordedOutputs:
    """Keeps every change with its time in ms, for as long as it lives."""

    def __init__(self, now_ms: Callable[[], int], *, pitched: bool = False, fades: bool = False) -> None:
        self.pitched = pitched
        self.fades = fades
        self.glows: list[tuple[int, float]] = []
        """(at_ms, how brightly)"""
        self.sounds: list[tuple[int, int | None]] = []
        """(at_ms, tone in Hz, or None where it fell silent)"""
        self.lights: list[tuple[int, Colour | None]] = []
        """(at_ms, colour, or None where it went dark)"""
        self.closed = False
        self._now_ms = now_ms

    @property
    def health(self) -> str:
        """Nothing can fail here."""
        return "recorded"

    @property
    def sounding(self) -> int | None:
        """The tone in Hz that sounds now."""
        return self.sounds[-1][1] if self.sounds else None

    @property
    def lit(self) -> Colour | None:
        """The colour that is lit now."""
        return self.lights[-1][1] if self.lights else None

    def sound(self, tone_hz: int | None) -> None:
        """Keep it."""
        self.sounds.append((self._now_ms(), tone_hz))

    def light(self, colour: Colour | None) -> None:
        """Keep it."""
        self.lights.append((self._now_ms(), colour))

    def glow(self, level: float) -> None:
        """Keep it."""
        self.glows.append((self._now_ms(), level))

    def close(self) -> None:
        """Fall silent and dark, where it is not."""
        if self.sounding is not None:
            self.sound(None)
        if self.lit is not None:
            self.light(None)
        self.closed = True
