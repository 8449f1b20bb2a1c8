"""When a lamp changes: seldom in zones, slowly in a warning."""

from __future__ import annotations

from dataclasses import dataclass

from .look import Look, Rgb

STEADY_MS = 2000
"""least time between two changes, except within a warning"""
FLASH_STEP_MS = 1000
"""a warning is bright and dim for so long each: half a flash in a second, where WCAG 2.3.1 allows three"""
SLOW_FLASH_STEP_MS = 2000
"""the same over Zigbee, whose radio carries few messages"""
FLASHING_MS = 10_000
WARNING_PERIOD_MS = 30_000
"""a warning flashes at the start of each such period, and is steady for the rest of it"""
TEST_MS = 8000
_DIM = 0.25
"""brightness of the dim half: never dark, so that nobody stands in the dark"""


@dataclass(frozen=True, slots=True)
class Light:
    """What a lamp shows."""

    colour: Rgb
    brightness: float
    """above 0, up to 1"""


class Display:
    """Decides what one lamp shows. All times are ms of one monotonic clock."""

    def __init__(self, *, brightness: float, flash_step_ms: int = FLASH_STEP_MS) -> None:
        self.due_ms: int | None = None
        """when `show` has to be called again; None while nothing will change"""
        self._brightness = brightness
        self._flash_step_ms = flash_step_ms
        self._look: Look | None = None
        self._since_ms = 0
        self._light: Light | None = None
        self._changed_ms: int | None = None
        self._test: tuple[Look, int] | None = None

    def test(self, look: Look, now_ms: int) -> None:
        """Show this for 8 s, whatever else there is to show."""
        self._test = look, now_ms + TEST_MS

    def show(self, look: Look | None, now_ms: int) -> Light | None:
        """Return what to show from now on; None is what the lamp showed before."""
        self.due_ms = None
        if self._test is not None:
            tested, until_ms = self._test
            if now_ms < until_ms:
                look = tested
                self._wait_for(until_ms)
            else:
                self._test = None
        if look != self._look:
            self._look, self._since_ms = look, now_ms
        light = self._light_of(look, now_ms)
        if light != self._light:
            gap_ms = self._flash_step_ms if look is not None and look.flashes else STEADY_MS
            if self._changed_ms is None or now_ms >= self._changed_ms + gap_ms:
                self._light, self._changed_ms = light, now_ms
            else:
                self._wait_for(self._changed_ms + gap_ms)
        return self._light

    def _light_of(self, look: Look | None, now_ms: int) -> Light | None:
        if look is None:
            return None
        brightness = self._brightness * look.level
        if look.flashes:
            period, elapsed_ms = divmod(now_ms - self._since_ms, WARNING_PERIOD_MS)
            step = elapsed_ms // self._flash_step_ms
            is_flashing = elapsed_ms < FLASHING_MS
            until_ms = (step + 1) * self._flash_step_ms if is_flashing else WARNING_PERIOD_MS
            self._wait_for(self._since_ms + period * WARNING_PERIOD_MS + until_ms)
            if is_flashing and step % 2:
                brightness *= _DIM
        return Light(look.colour, brightness)

    def _wait_for(self, at_ms: int) -> None:
        self.due_ms = at_ms if self.due_ms is None else min(self.due_ms, at_ms)
