"""Alerts in a terminal: a state to be drawn, and the terminal's own bell."""

from __future__ import annotations

from typing import TextIO

from ..config.patterns import Colour

_BELL = "\a"


class TerminalOutputs:
    """Holds what sounds and lights now, for a picture that is drawn again and again.

    Given a terminal, it also rings its bell at each beep; to anything else it writes nothing.
    """

    def __init__(self, bell: TextIO | None = None) -> None:
        self.sounding: int | None = None
        """the tone in Hz that sounds now"""
        self.lit: Colour | None = None
        """the colour that is lit now"""
        self.beeps = 0
        """how often it has sounded, so that a slow picture need not miss a short beep"""
        self._bell = bell if bell is not None and bell.isatty() else None

    @property
    def health(self) -> str:
        """Where the alerts go."""
        return "shown in the terminal"

    @property
    def pitched(self) -> bool:
        """A terminal's bell has one pitch."""
        return False

    @property
    def fades(self) -> bool:
        """The picture shows light or none."""
        return False

    def sound(self, tone_hz: int | None) -> None:
        """Ring where a beep begins."""
        begins = tone_hz is not None and self.sounding is None
        self.sounding = tone_hz
        if begins:
            self.beeps += 1
            self._ring()

    def light(self, colour: Colour | None) -> None:
        """Show it."""
        self.lit = colour

    def glow(self, level: float) -> None:
        """Show it."""
        self.lit = "white" if level > 0 else None

    def close(self) -> None:
        """Be silent and dark."""
        self.sounding = self.lit = None

    def _ring(self) -> None:
        if self._bell is None:
            return
        try:
            self._bell.write(_BELL)
            self._bell.flush()
        except OSError:
            # The terminal is gone; who draws the picture will find out and say so.
            self._bell = None
