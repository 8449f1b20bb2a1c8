"""Open buzzer and LED as configured. A device that fails is reported once, and off from then on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ..config.alert_patterns import Colour
from ..config.model import AlertsConfig
from ..diagnostics import OK, Health
from .gpio import DEV, ActiveBuzzer, Led, OpenChip, Wiring, led_lines, load_library
from .outputs import NO_OUTPUTS, AlertDeviceError, BuzzerDriver, LedDriver, Outputs
from .pwm import PWM, open_pwm, open_pwm_led

_log = logging.getLogger(__name__)


class _Closable(Protocol):
    def close(self) -> None: ...


P = TypeVar("P", bound=_Closable)


@dataclass(frozen=True, slots=True)
class Host:
    """Library and paths through which the hardware is reached."""

    load: Callable[[], OpenChip] = load_library
    dev: Path = DEV
    pwm: Path = PWM


class OptionalDevice(Generic[P]):
    """A buzzer or an LED that may not be configured, not open, or fail later."""

    def __init__(self, name: str, open_device: Callable[[], P | None]) -> None:
        self.name = name
        self.error: AlertDeviceError | None = None
        self.device: P | None = None
        try:
            self.device = open_device()
        except AlertDeviceError as error:
            self.error = error
        self.configured = self.device is not None or self.error is not None

    def do(self, action: Callable[[P], None]) -> None:
        """Call `action` with the device, if there is one; after an OSError it is closed and reported."""
        if self.device is None:
            return
        try:
            action(self.device)
        except OSError as error:
            self._fail(self.device, error)

    def close(self) -> None:
        """Switch off and release the device; may be repeated."""
        self.do(lambda device: device.close())
        self.device = None

    def _fail(self, device: P, error: OSError) -> None:
        self.device = None
        self.error = AlertDeviceError(
            f"it failed ({error.strerror or error})", "check the wiring, then restart talkpace"
        )
        _log.warning("%s is off: %s; %s", self.name, self.error, self.error.remedy)
        with suppress(OSError):  # most likely the same error again
            device.close()


class WiredOutputs:
    """Outputs of an optional buzzer and an optional LED."""

    def __init__(self, buzzer: OptionalDevice[BuzzerDriver], led: OptionalDevice[LedDriver]) -> None:
        self._buzzer = buzzer
        self._led = led

    @property
    def health(self) -> Health:
        """`NO_OUTPUTS` where neither is configured, `OK`, or what is off and why."""
        configured = [part for part in (self._buzzer, self._led) if part.configured]
        if not configured:
            return NO_OUTPUTS
        reasons = "; ".join(f"{names} off: {error}" for names, error in self.errors())
        return Health.failed(reasons) if reasons else OK

    def errors(self) -> list[tuple[str, AlertDeviceError]]:
        """Return the names of what is off, with the error; the same error of both is returned once."""
        buzzer, led = self._buzzer.error, self._led.error
        if buzzer is not None and led is not None and str(buzzer) == str(led):
            return [(f"{self._buzzer.name} and {self._led.name}", buzzer)]
        named = ((self._buzzer.name, buzzer), (self._led.name, led))
        return [(name, error) for name, error in named if error is not None]

    @property
    def pitched(self) -> bool:
        """Whether the buzzer can sound in different pitches."""
        return self._buzzer.device is not None and self._buzzer.device.pitched

    @property
    def fades(self) -> bool:
        """Whether the LED can be dimmed."""
        return self._led.device is not None and self._led.device.fades

    def sound(self, tone_hz: int | None) -> None:
        """Sound from now on; None is silence."""
        self._buzzer.do(lambda buzzer: buzzer.sound(tone_hz))

    def light(self, colour: Colour | None) -> None:
        """Light from now on; None is dark."""
        self._led.do(lambda led: led.light(colour))

    def glow(self, level: float) -> None:
        """Light with this brightness from now on."""
        self._led.do(lambda led: led.glow(level))

    def close(self) -> None:
        """Switch everything off; may be repeated."""
        self._buzzer.close()
        self._led.close()


def open_outputs(settings: AlertsConfig, host: Host | None = None) -> Outputs:
    """Open what is configured. Never raises: `health` and a warning report what could not be opened.

    Takes up to 2 s while udev sets the permissions of a PWM channel.
    """
    where = host or Host()
    outputs = WiredOutputs(
        OptionalDevice("buzzer", lambda: _buzzer(settings, where)),
        OptionalDevice("LED", lambda: _led(settings, where)),
    )
    for names, error in outputs.errors():
        _log.warning("%s off: %s; %s", names, error, error.remedy)
    return outputs


def buzzer_wiring(settings: AlertsConfig) -> Wiring | None:
    """Return the wiring of an active buzzer, if one is configured."""
    buzzer = settings.buzzer
    if buzzer.kind != "active":
        return None
    return Wiring(settings.chip, (buzzer.line,), buzzer.active_low)


def led_wiring(settings: AlertsConfig) -> Wiring | None:
    """Return the wiring of an LED on GPIO lines, if one is configured."""
    lines = led_lines(settings.led)
    return Wiring(settings.chip, lines, settings.led.active_low) if lines else None


def _buzzer(settings: AlertsConfig, host: Host) -> BuzzerDriver | None:
    buzzer = settings.buzzer
    if buzzer.kind == "passive":
        return open_pwm(buzzer.pwm_chip, buzzer.pwm_channel, active_low=buzzer.active_low, root=host.pwm)
    if (wiring := buzzer_wiring(settings)) is None:
        return None
    return ActiveBuzzer(wiring.request(host.load(), host.dev), buzzer.line)


def _led(settings: AlertsConfig, host: Host) -> LedDriver | None:
    led = settings.led
    if led.kind == "pwm":
        return open_pwm_led(led.pwm_chip, led.pwm_channel, active_low=led.active_low, root=host.pwm)
    if (wiring := led_wiring(settings)) is None:
        return None
    return Led(wiring.request(host.load(), host.dev), settings.led)
