"""What `talkpace doctor` looks at: from D-Bus to an adapter that is on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from ...service.clock import Clock, SystemClock
from ...service.finding import Finding
from .bluez import BlueZ, ask_bluez, system_bus
from .limits import DOCTOR_S, within
from .radio import Fault, RadioError
from .remedies import REMEDIES

OLDEST = (5, 55)
"""what bleak needs of BlueZ"""
HOST = Path("/sys/class/bluetooth")

T = TypeVar("T")


async def bluetooth_findings(
    adapter: str = "", *, clock: Clock | None = None, host: Path = HOST
) -> list[Finding]:
    """Whether straps could be heard here; ends with the first thing that makes the rest pointless.

    `host` is where the kernel shows its adapters.
    """
    clock = clock or SystemClock()
    findings: list[Finding] = []
    try:
        await _limited(clock, _reach_bus())
        findings.append(Finding("D-Bus", ok=True, says="the system's D-Bus is reached"))
        bluez = await _limited(clock, ask_bluez())
        findings.append(Finding("BlueZ", ok=True, says="BlueZ is running, and may be used"))
        findings.append(_version(bluez.version() or await _version_of_tool(clock)))
        findings.extend(_adapter(bluez, adapter))
    except RadioError as error:
        check = "D-Bus" if not findings else "BlueZ"
        if error.fault is Fault.NO_BLUEZ and not _has_adapter(host):  # systemd starts it with the first one
            error = RadioError(Fault.NO_ADAPTER, f"{error}, as there is no Bluetooth adapter for it")
        findings.append(failed(check, error))
    return findings


def _has_adapter(host: Path) -> bool:
    return any(host.glob("hci*"))


async def _limited(clock: Clock, work: Coroutine[Any, Any, T]) -> T:
    return await within(clock, DOCTOR_S, "asking over D-Bus", work)


async def _reach_bus() -> None:
    async with system_bus():
        pass


def _adapter(bluez: BlueZ, wanted: str) -> list[Finding]:
    check = "Bluetooth adapter"
    try:
        name = bluez.adapter(wanted).name
    except RadioError as error:
        return [failed(check, error)]
    address = bluez.adapters[name].get("Address", "")
    return [Finding(check, ok=True, says=f"{name} ({address}) is there and on")]


def _version(version: tuple[int, int] | None) -> Finding:
    check = "BlueZ version"
    if version is None:
        return Finding(check, ok=True, says="BlueZ does not tell its version; 5.55 or later is needed")
    says = f"BlueZ {version[0]}.{version[1]:02}"
    if version >= OLDEST:
        return Finding(check, ok=True, says=says)
    return Finding(
        check,
        ok=False,
        says=f"{says} is too old; 5.55 or later is needed",
        remedy="`sudo apt update && sudo apt full-upgrade`, or a newer release of the system",
    )


async def _version_of_tool(clock: Clock) -> tuple[int, int] | None:
    async def ask() -> bytes:
        process = await asyncio.create_subprocess_exec(
            "bluetoothctl",
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return (await process.communicate())[0]

    try:
        said = await _limited(clock, ask())
    except (OSError, RadioError):
        return None
    found = re.search(rb"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def failed(check: str, error: RadioError) -> Finding:
    """What the radio did not do, and what to do about it."""
    remedy = REMEDIES[error.fault]
    if error.fault is Fault.TIMED_OUT:
        remedy = "`sudo systemctl restart bluetooth`"
    return Finding(check, ok=False, says=str(error), remedy=remedy)
