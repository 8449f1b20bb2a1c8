"""Checks of `talkpace doctor` for buzzer and LED; they do not switch them on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ..config.model import AlertsConfig
from ..diagnostics import Finding
from .factory import Host, buzzer_wiring, led_wiring
from .gpio import CONSUMER, Chip, Wiring, check_lines, find_chip
from .outputs import AlertDeviceError
from .pwm import NO_CHIP, NO_PERMISSION, OTHER_CHANNEL

_LIBRARY, _CHIP = "GPIO library", "GPIO chip"


def gpio_findings(settings: AlertsConfig, host: Host | None = None) -> list[Finding]:
    """Check library, chip, lines and PWM channels of what is configured."""
    where = host or Host()
    wirings = {"buzzer": buzzer_wiring(settings), "LED": led_wiring(settings)}
    wired = {name: wiring for name, wiring in wirings.items() if wiring is not None}
    findings = [*_gpio(settings.chip, wired, where)] if wired else []
    if (buzzer := settings.buzzer).kind == "passive":
        findings.append(_pwm("PWM for the buzzer", buzzer.pwm_chip, buzzer.pwm_channel, where.pwm))
    if (led := settings.led).kind == "pwm":
        findings.append(_pwm("PWM for the LED", led.pwm_chip, led.pwm_channel, where.pwm))
    return findings or [Finding("buzzer and LED", ok=True, detail="none is configured")]


def _gpio(chip_wanted: str, wired: dict[str, Wiring], host: Host) -> Iterator[Finding]:
    try:
        open_chip = host.load()
    except AlertDeviceError as error:
        yield _trouble(_LIBRARY, error)
        return
    yield Finding(_LIBRARY, ok=True, detail="gpiod is installed")
    try:
        chip = find_chip(chip_wanted, open_chip, host.dev)
    except AlertDeviceError as error:
        yield _trouble(_CHIP, error)
        return
    with closing(chip):
        info = chip.get_info()
        yield Finding(_CHIP, ok=True, detail=f"{info.label} ({info.name}) can be used")
        for name, wiring in wired.items():
            yield _lines(f"GPIO lines of the {name}", chip, wiring.lines)


def _lines(check: str, chip: Chip, lines: tuple[int, ...]) -> Finding:
    if (problem := check_lines(chip, lines)) is not None:
        return _trouble(check, problem)
    infos = [chip.get_line_info(line) for line in lines]
    others = [info for info in infos if info.used and info.consumer != CONSUMER]
    if others:
        detail = ", ".join(f"{info.offset} is in use by {info.consumer or 'the kernel'}" for info in others)
        return Finding(
            check, ok=False, detail=detail, remedy="stop the other program, or set another line in [alerts]"
        )
    numbers = ", ".join(map(str, lines))
    if any(info.used for info in infos):
        return Finding(check, ok=True, detail=f"{numbers}: in use by the running talkpace")
    return Finding(check, ok=True, detail=f"{numbers}: free")


def _pwm(check: str, chip: int, channel: int, root: Path) -> Finding:
    folder = root / f"pwmchip{chip}"
    try:
        count = int((folder / "npwm").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return Finding(check, ok=False, detail=f"there is no PWM chip at {folder}", remedy=NO_CHIP)
    if channel >= count:
        return Finding(check, ok=False, detail=f"{folder} has no channel {channel}", remedy=OTHER_CHANNEL)
    node = folder / f"pwm{channel}"
    needed = node / "enable" if node.is_dir() else folder / "export"
    if not os.access(needed, os.W_OK):
        return Finding(check, ok=False, detail=f"no permission to write {needed}", remedy=NO_PERMISSION)
    return Finding(check, ok=True, detail=f"channel {channel} of {folder} can be used")


def _trouble(check: str, error: AlertDeviceError) -> Finding:
    return Finding(check, ok=False, detail=str(error), remedy=error.remedy)
