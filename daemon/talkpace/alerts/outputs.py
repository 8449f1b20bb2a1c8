"""Protocols of buzzer, LED and both together, and the outputs of a terminal."""

from __future__ import annotations

from typing import Protocol, TextIO

from ..config.alert_patterns import Colour
from ..diagnostics import Health, HealthState
from ..errors import TalkpaceError

NO_OUTPUTS = Health(HealthState.UNUSED, "none")
"""health of outputs without a buzzer and an LED"""


class BuzzerDriver(Protocol):
    """A buzzer."""

    @property
    def pitched(self) -> bool:
        """Whether it can sound in different pitches."""
        ...

    def sound(self, tone_hz: int | None) -> None:
        """Sound from now on, in this pitch if `pitched`; None is silence. Raises OSError."""
        ...

    def close(self) -> None:
        """Switch off and release the hardware; may be repeated. Raises OSError."""
        ...


class LedDriver(Protocol):
    """An LED."""

    @property
    def fades(self) -> bool:
        """Whether it can be dimmed."""
        ...

    def light(self, colour: Colour | None) -> None:
        """Light from now on, in this colour if it can; None is dark. Raises OSError."""
        ...

    def glow(self, level: float) -> None:
        """Light with this brightness from 0 to 1; without `fades` it is on above 0.5. Raises OSError."""
        ...

    def close(self) -> None:
        """Switch off and release the hardware; may be repeated. Raises OSError."""
        ...


class Outputs(Protocol):
    """Buzzer and LED. Every method takes effect before it returns, and never raises."""

    @property
    def health(self) -> Health:
        """State of buzzer and LED, with the reason why one of them is off."""
        ...

    @property
    def pitched(self) -> bool:
        """Whether it can sound in different pitches."""
        ...

    @property
    def fades(self) -> bool:
        """Whether the light can be dimmed."""
        ...

    def sound(self, tone_hz: int | None) -> None:
        """Sound in this pitch from now on; None is silence."""
        ...

    def light(self, colour: Colour | None) -> None:
        """Light from now on; None is dark."""
        ...

    def glow(self, level: float) -> None:
        """Light with this brightness from 0 to 1."""
        ...

    def close(self) -> None:
        """Switch everything off; may be repeated."""
        ...


class AlertDeviceError(TalkpaceError):
    """A buzzer or an LED cannot be used as configured; `remedy` is what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class TerminalOutputs:
    """Holds the current sound and light for a terminal display, and rings its bell at each beep."""

    def __init__(self, bell: TextIO | None = None) -> None:
        self.sounding: int | None = None
        """frequency of the current tone in Hz"""
        self.lit: Colour | None = None
        """current colour"""
        self.beeps = 0
        """number of beeps so far, so that a slow display misses none"""
        self._bell = bell if bell is not None and bell.isatty() else None

    @property
    def health(self) -> Health:
        """Always OK."""
        return Health(HealthState.OK, "shown in the terminal")

    @property
    def pitched(self) -> bool:
        """Always False: the bell has one pitch."""
        return False

    @property
    def fades(self) -> bool:
        """Always False."""
        return False

    def sound(self, tone_hz: int | None) -> None:
        """Set the tone, and ring the bell where a beep begins."""
        begins = tone_hz is not None and self.sounding is None
        self.sounding = tone_hz
        if begins:
            self.beeps += 1
            self._ring()

    def light(self, colour: Colour | None) -> None:
        """Set the light."""
        self.lit = colour

    def glow(self, level: float) -> None:
        """Set the light."""
        self.lit = "white" if level > 0 else None

    def close(self) -> None:
        """Switch off."""
        self.sounding = self.lit = None

    def _ring(self) -> None:
        if self._bell is None:
            return
        try:
            self._bell.write("\a")
            self._bell.flush()
        except OSError:
            # The terminal was closed; the display reports that.
            self._bell = None
