"""Buzzer and LED as configured. What cannot be had is reported once, and silent from then on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ..config.model import Alerts
from ..config.patterns import Colour
from .gpio import DEV, OpenChip, Wiring, library
from .outputs import NOTHING, AlertPartError, Lamp, Outputs, Sounder
from .parts import ActiveBuzzer, Led, led_lines
from .pwm import PWM, open_pwm, open_pwm_led

_log = logging.getLogger(__name__)


class _Closable(Protocol):
    def close(self) -> None: ...


P = TypeVar("P", bound=_Closable)


@dataclass(frozen=True, slots=True)
class Host:
    """Where the hardware is."""

    load: Callable[[], OpenChip] = library
    dev: Path = DEV
    pwm: Path = PWM


class Part(Generic[P]):
    """A buzzer or an LED that may be missing, or fail later."""

    def __init__(self, name: str, opening: Callable[[], P | None]) -> None:
        self.name = name
        self.trouble: AlertPartError | None = None
        self.device: P | None = None
        try:
            self.device = opening()
        except AlertPartError as error:
            self.trouble = error
        self.wanted = self.device is not None or self.trouble is not None

    def do(self, action: Callable[[P], None]) -> None:
        """Act on the device, where there is one; a failure is reported, and was its last act."""
        if self.device is None:
            return
        try:
            action(self.device)
        except OSError as error:
            self._fail(self.device, error)

    def close(self) -> None:
        """Off, and let go; may be repeated."""
        self.do(lambda device: device.close())
        self.device = None

    def _fail(self, device: P, error: OSError) -> None:
        self.device = None
        self.trouble = AlertPartError(f"it failed ({error.strerror or error})", "restart once it is seen to")
        _log.warning("%s is off: %s; %s", self.name, self.trouble, self.trouble.remedy)
        with suppress(OSError):  # the same failure again, most likely, and that has been reported
            device.close()


class WiredOutputs:
    """A buzzer and an LED, each of which may be missing."""

    def __init__(self, buzzer: Part[Sounder], led: Part[Lamp]) -> None:
        self._buzzer = buzzer
        self._led = led

    @property
    def health(self) -> str:
        """`none` where neither is configured, `ok`, or what is off and why."""
        wanted = [part for part in (self._buzzer, self._led) if part.wanted]
        if not wanted:
            return NOTHING
        return "; ".join(f"{names} off: {trouble}" for names, trouble in self.troubles()) or "ok"

    def troubles(self) -> list[tuple[str, AlertPartError]]:
        """What is off, and why; one reason for both is told once."""
        buzzer, led = self._buzzer.trouble, self._led.trouble
        if buzzer is not None and led is not None and str(buzzer) == str(led):
            return [(f"{self._buzzer.name} and {self._led.name}", buzzer)]
        named = ((self._buzzer.name, buzzer), (self._led.name, led))
        return [(name, trouble) for name, trouble in named if trouble is not None]

    @property
    def pitched(self) -> bool:
        """Whether the buzzer sounds in the pitch that is asked for."""
        return self._buzzer.device is not None and self._buzzer.device.pitched

    @property
    def fades(self) -> bool:
        """Whether the LED can light less than fully."""
        return self._led.device is not None and self._led.device.fades

    def sound(self, tone_hz: int | None) -> None:
        """Sound from now on; None is silent."""
        self._buzzer.do(lambda buzzer: buzzer.sound(tone_hz))

    def light(self, colour: Colour | None) -> None:
        """Light from now on; None is dark."""
        self._led.do(lambda led: led.light(colour))

    def glow(self, level: float) -> None:
        """Light so brightly from now on."""
        self._led.do(lambda led: led.glow(level))

    def close(self) -> None:
        """Leave everything off; may be repeated."""
        self._buzzer.close()
        self._led.close()


def open_outputs(settings: Alerts, host: Host | None = None) -> Outputs:
    """Open what is configured. Never raises; `health` and one warning say what could not be opened.

    May take up to 2 s where a PWM channel has to be waited for.
    """
    where = host or Host()
    outputs = WiredOutputs(
        Part("buzzer", lambda: _buzzer(settings, where)), Part("LED", lambda: _led(settings, where))
    )
    for names, trouble in outputs.troubles():
        _log.warning("%s off: %s; %s", names, trouble, trouble.remedy)
    return outputs


def buzzer_wiring(settings: Alerts) -> Wiring | None:
    """Of an active buzzer, where there is one."""
    buzzer = settings.buzzer
    if buzzer.kind != "active":
        return None
    return Wiring(settings.chip, (buzzer.line,), buzzer.active_low)


def led_wiring(settings: Alerts) -> Wiring | None:
    """Of the LED, where there is one."""
    lines = led_lines(settings.led)
    return Wiring(settings.chip, lines, settings.led.active_low) if lines else None


def _buzzer(settings: Alerts, host: Host) -> Sounder | None:
    buzzer = settings.buzzer
    if buzzer.kind == "passive":
        return open_pwm(buzzer.pwm_chip, buzzer.pwm_channel, active_low=buzzer.active_low, root=host.pwm)
    if (wiring := buzzer_wiring(settings)) is None:
        return None
    return ActiveBuzzer(wiring.request(host.load(), host.dev), buzzer.line)


def _led(settings: Alerts, host: Host) -> Lamp | None:
    led = settings.led
    if led.kind == "pwm":
        return open_pwm_led(led.pwm_chip, led.pwm_channel, active_low=led.active_low, root=host.pwm)
    if (wiring := led_wiring(settings)) is None:
        return None
    return Led(wiring.request(host.load(), host.dev), settings.led)
