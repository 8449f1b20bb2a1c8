"""Tones for a passive buzzer from hardware PWM, through /sys/class/pwm."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from .outputs import AlertPartError

PWM = Path("/sys/class/pwm")

_NS_PER_S = 1_000_000_000
_ATTRIBUTES = ("period", "duty_cycle", "enable")
_FIRST_TONE_HZ = 2400
_TRIES = 100
_PAUSE_S = 0.02

NO_CHIP = (
    "add dtoverlay=pwm (GPIO 18) to /boot/firmware/config.txt and restart; ls /sys/class/pwm shows the chips"
)
NO_PERMISSION = "udev gives /sys/class/pwm to the group gpio on Raspberry Pi OS; elsewhere add such a rule"
OTHER_CHANNEL = "choose another alerts.buzzer.pwm_channel; the chip's npwm says how many there are"

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
    """A silent buzzer on a channel of a PWM chip. Raises AlertPartError where it cannot be had.

    udev hands a new channel to its group only after it was exported: that is waited for, 2 s at most.
    """
    folder = root / f"pwmchip{chip}"
    node = folder / f"pwm{channel}"
    if not folder.is_dir():
        raise AlertPartError(f"there is no PWM chip at {folder}", NO_CHIP)
    exported_here = not node.is_dir()
    try:
        if exported_here:
            write(folder / "export", str(channel))
        for _ in range(_TRIES):
            if all(os.access(node / name, os.W_OK) for name in _ATTRIBUTES):
                break
            pause(_PAUSE_S)
        else:
            raise AlertPartError(f"{node} did not become writable", NO_PERMISSION)
        return PwmBuzzer(node, active_low=active_low, unexport=exported_here, write=write)
    except PermissionError as error:
        raise AlertPartError(f"no permission for {folder}", NO_PERMISSION) from error
    except OSError as error:
        raise AlertPartError(f"{node} cannot be used: {error.strerror or error}", OTHER_CHANNEL) from error


class PwmBuzzer:
    """A passive buzzer. The kernel refuses a duty cycle beyond the period, and any of period 0."""

    def __init__(self, node: Path, *, active_low: bool, unexport: bool, write: Write) -> None:
        """Takes over a channel in whatever state it was left, and silences it. Raises OSError."""
        self._node = node
        self._unexport = unexport
        self._write = write
        self._open = True
        if self._read("period") != "0":
            self._be_silent()
        self._set("period", _NS_PER_S // _FIRST_TONE_HZ)
        polarity = "inversed" if active_low else "normal"
        if (node / "polarity").exists() and self._read("polarity") != polarity:
            self._set("polarity", polarity)

    def sound(self, tone_hz: int | None) -> None:
        """Sound in this pitch. Raises OSError."""
        if tone_hz is None:
            self._be_silent()
            return
        period_ns = _NS_PER_S // tone_hz
        self._set("duty_cycle", 0)
        self._set("period", period_ns)
        self._set("duty_cycle", period_ns // 2)
        self._set("enable", 1)

    def close(self) -> None:
        """Be silent, and give the channel back where it was taken; may be repeated. Raises OSError."""
        if not self._open:
            return
        self._open = False
        self._be_silent()
        if self._unexport:
            self._write(self._node.parent / "unexport", self._node.name.removeprefix("pwm"))

    def _be_silent(self) -> None:
        self._set("duty_cycle", 0)
        self._set("enable", 0)

    def _set(self, name: str, value: int | str) -> None:
        self._write(self._node / name, str(value))

    def _read(self, name: str) -> str:
        return (self._node / name).read_text(encoding="ascii").strip()
