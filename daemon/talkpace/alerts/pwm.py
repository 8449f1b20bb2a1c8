"""Drive a passive buzzer or a dimmable LED by hardware PWM through /sys/class/pwm."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from ..config.alert_patterns import Colour
from .outputs import AlertDeviceError

PWM = Path("/sys/class/pwm")

_NS_PER_S = 1_000_000_000
_ATTRIBUTES = ("period", "duty_cycle", "enable")
_FIRST_TONE_HZ = 2400
_LED_HZ = 1000
"""high enough not to flicker"""
_GAMMA = 2.2
"""of the eye, to which half the duty cycle looks far brighter than half"""
_TRIES = 100
_PAUSE_S = 0.02

NO_CHIP = (
    "add dtoverlay=pwm (GPIO 18) to /boot/firmware/config.txt and restart; ls /sys/class/pwm shows the chips"
)
NO_PERMISSION = "udev gives /sys/class/pwm to the group gpio on Raspberry Pi OS; elsewhere add such a rule"
OTHER_CHANNEL = "choose another pwm_channel in [alerts]; the chip's npwm says how many there are"

Write = Callable[[Path, str], None]


def write_attribute(path: Path, text: str) -> None:
    """Write an attribute of sysfs in one go. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)


def open_pwm(
    chip: int,
    channel: int,
    *,
    active_low: bool = False,
    root: Path = PWM,
    write: Write = write_attribute,
    pause: Callable[[float], None] = time.sleep,
) -> PwmBuzzer:
    """A silent buzzer on a channel of a PWM chip. Raises AlertPartError where it cannot be used."""
    return PwmBuzzer(_open_channel(chip, channel, active_low=active_low, root=root, write=write, pause=pause))


def open_pwm_led(
    chip: int,
    channel: int,
    *,
    active_low: bool = False,
    root: Path = PWM,
    write: Write = write_attribute,
    pause: Callable[[float], None] = time.sleep,
) -> PwmLed:
    """A dark LED on a channel of a PWM chip. Raises AlertPartError where it cannot be used."""
    return PwmLed(_open_channel(chip, channel, active_low=active_low, root=root, write=write, pause=pause))


def _open_channel(
    chip: int,
    channel: int,
    *,
    active_low: bool,
    root: Path,
    write: Write,
    pause: Callable[[float], None],
) -> _Channel:
    """A channel that is off. Raises AlertPartError where it cannot be used.

    Waits up to 2 s for udev to set the permissions of a channel that was just exported.
    """
    folder = root / f"pwmchip{chip}"
    node = folder / f"pwm{channel}"
    if not folder.is_dir():
        raise AlertDeviceError(f"there is no PWM chip at {folder}", NO_CHIP)
    exported_here = not node.is_dir()
    try:
        if exported_here:
            write(folder / "export", str(channel))
        for _ in range(_TRIES):
            if all(os.access(node / name, os.W_OK) for name in _ATTRIBUTES):
                break
            pause(_PAUSE_S)
        else:
            raise AlertDeviceError(f"{node} did not become writable", NO_PERMISSION)
        return _Channel(node, active_low=active_low, unexport=exported_here, write=write)
    except PermissionError as error:
        raise AlertDeviceError(f"no permission for {folder}", NO_PERMISSION) from error
    except OSError as error:
        raise AlertDeviceError(f"{node} cannot be used: {error.strerror or error}", OTHER_CHANNEL) from error


class _Channel:
    """A PWM channel. The kernel refuses a duty cycle beyond the period, and any of period 0."""

    def __init__(self, node: Path, *, active_low: bool, unexport: bool, write: Write) -> None:
        """Take over a channel in any state and switch it off. Raises OSError."""
        self._node = node
        self._unexport = unexport
        self._write = write
        self._open = True
        if self._read("period") != "0":
            self.off()
        self._period_ns = _NS_PER_S // _FIRST_TONE_HZ
        self._on = False
        self._set("period", self._period_ns)
        polarity = "inversed" if active_low else "normal"
        if (node / "polarity").exists() and self._read("polarity") != polarity:
            self._set("polarity", polarity)

    def on(self, hz: int, share: float) -> None:
        """Switch on with this duty cycle; between two tones there is no gap. Raises OSError."""
        period_ns = _NS_PER_S // hz
        duty_ns = int(period_ns * share)
        if not self._on:
            self._set("duty_cycle", 0)
        if period_ns != self._period_ns:
            if self._on and period_ns < self._period_ns:
                self._set("duty_cycle", period_ns // 2)
            self._set("period", period_ns)
            self._period_ns = period_ns
        self._set("duty_cycle", duty_ns)
        if not self._on:
            self._set("enable", 1)
            self._on = True

    def off(self) -> None:
        """Switch off. Raises OSError."""
        self._on = False
        self._set("duty_cycle", 0)
        self._set("enable", 0)

    def close(self) -> None:
        """Switch off, and unexport a channel that was exported here; may be repeated. Raises OSError."""
        if not self._open:
            return
        self._open = False
        self.off()
        if self._unexport:
            self._write(self._node.parent / "unexport", self._node.name.removeprefix("pwm"))

    def _set(self, name: str, value: int | str) -> None:
        self._write(self._node / name, str(value))

    def _read(self, name: str) -> str:
        return (self._node / name).read_text(encoding="ascii").strip()


class PwmBuzzer:
    """A passive buzzer."""

    pitched = True

    def __init__(self, channel: _Channel) -> None:
        self._channel = channel

    def sound(self, tone_hz: int | None) -> None:
        """Sound in this pitch; None is silence. Raises OSError."""
        if tone_hz is None:
            self._channel.off()
        else:
            self._channel.on(tone_hz, 0.5)

    def close(self) -> None:
        """Switch off and release the channel; may be repeated. Raises OSError."""
        self._channel.close()


class PwmLed:
    """A single LED that can be dimmed."""

    fades = True

    def __init__(self, channel: _Channel) -> None:
        self._channel = channel

    def light(self, colour: Colour | None) -> None:
        """Fully lit for any colour. Raises OSError."""
        self.glow(0 if colour is None else 1)

    def glow(self, level: float) -> None:
        """Light with this perceived brightness from 0 to 1. Raises OSError."""
        if level <= 0:
            self._channel.off()
        else:
            self._channel.on(_LED_HZ, min(1.0, level) ** _GAMMA)

    def close(self) -> None:
        """Switch off and release the channel; may be repeated. Raises OSError."""
        self._channel.close()
