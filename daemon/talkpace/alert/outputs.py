"""The seam between what is to be heard and seen and what can sound and light."""

from __future__ import annotations

from typing import Protocol

from ..config.patterns import Colour
from ..errors import TalkpaceError

NOTHING = "none"
"""the health of outputs that have neither buzzer nor LED"""


class Sounder(Protocol):
    """A buzzer."""

    @property
    def pitched(self) -> bool:
        """Whether it sounds in the pitch that is asked for."""
        ...

    def sound(self, tone_hz: int | None) -> None:
        """Sound from now on, where the hardware can in this pitch; None is silent. Raises OSError."""
        ...

    def close(self) -> None:
        """Be silent and let go of the hardware; may be repeated. Raises OSError."""
        ...


class Lamp(Protocol):
    """An LED."""

    @property
    def fades(self) -> bool:
        """Whether it can be less than fully lit."""
        ...

    def light(self, colour: Colour | None) -> None:
        """Light from now on, where the hardware can in this colour; None is dark. Raises OSError."""
        ...

    def glow(self, level: float) -> None:
        """Light so brightly, from 0 to 1; what cannot fade is on above a half. Raises OSError."""
        ...

    def close(self) -> None:
        """Be dark and let go of the hardware; may be repeated. Raises OSError."""
        ...


class Outputs(Protocol):
    """Whatever sounds and lights. Every method takes effect before it returns, and never raises."""

    @property
    def health(self) -> str:
        """`none` where there is nothing, else which part works, and why one does not."""
        ...

    @property
    def pitched(self) -> bool:
        """Whether it sounds in the pitch that is asked for."""
        ...

    @property
    def fades(self) -> bool:
        """Whether it can light less than fully."""
        ...

    def sound(self, tone_hz: int | None) -> None:
        """Sound from now on; None is silent."""
        ...

    def light(self, colour: Colour | None) -> None:
        """Light from now on; None is dark."""
        ...

    def glow(self, level: float) -> None:
        """Light so brightly from now on, from 0 to 1."""
        ...

    def close(self) -> None:
        """Leave everything off; may be repeated."""
        ...


class AlertPartError(TalkpaceError):
    """A buzzer or an LED cannot be used as configured. `remedy` is what a person can do about it."""

    def __init__(self, says: str, remedy: str) -> None:
        super().__init__(says)
        self.remedy = remedy
