"""The Bluetooth checks of `talkpace doctor`: D-Bus, BlueZ, the adapter, and the bonds of straps."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from dbus_fast import Message, unpack_variants
from dbus_fast.aio import MessageBus

from ...clock import Clock, SystemClock
from ...diagnostics import Finding
from .bluez import BLUEZ, BluezState, call, is_bonded, managed_objects, query_bluez, system_bus
from .radio import PAIR_COMMAND, REMEDIES, Fault, RadioError
from .timeouts import CLOSE_S, DOCTOR_S, run_within, wait_for_event

OLDEST_BLUEZ = (5, 55)
"""the oldest version that bleak works with"""
KERNEL_ADAPTERS = Path("/sys/class/bluetooth")

BOND_CHECK_S = 12
"""to see whether a bonded strap stays connected; one in range takes 2 s"""
_DROPS_OF_BROKEN_BOND = 2
_DEVICE = "org.bluez.Device1"

T = TypeVar("T")


async def bluetooth_findings(
    adapter: str = "", *, clock: Clock | None = None, host: Path = KERNEL_ADAPTERS
) -> list[Finding]:
    """Check D-Bus, BlueZ and the adapter; stop at the first failure that makes the rest pointless.

    `host` is the folder in which the kernel lists its adapters.
    """
    clock = clock or SystemClock()
    findings: list[Finding] = []
    try:
        await _query(clock, _connect_to_bus())
        findings.append(Finding("D-Bus", ok=True, detail="the system D-Bus can be reached"))
        bluez = await _query(clock, query_bluez())
        findings.append(Finding("BlueZ", ok=True, detail="BlueZ is running and may be used"))
        findings.append(_version_finding(bluez.version() or await _bluetoothctl_version(clock)))
        findings.extend(_adapter_findings(bluez, adapter))
    except RadioError as error:
        check = "D-Bus" if not findings else "BlueZ"
        # systemd starts BlueZ when the first adapter appears.
        if error.fault is Fault.NO_BLUEZ and not _has_adapter(host):
            error = RadioError(Fault.NO_ADAPTER, f"{error}, as there is no Bluetooth adapter for it")
        findings.append(_failure(check, error))
    return findings


def _has_adapter(host: Path) -> bool:
    return any(host.glob("hci*"))


async def _query(clock: Clock, work: Coroutine[Any, Any, T]) -> T:
    return await run_within(clock, DOCTOR_S, "a D-Bus call", work)


async def _connect_to_bus() -> None:
    async with system_bus():
        pass


def _adapter_findings(bluez: BluezState, adapter: str) -> list[Finding]:
    check = "Bluetooth adapter"
    try:
        name = bluez.adapter(adapter).name
    except RadioError as error:
        return [_failure(check, error)]
    address = bluez.adapters[name].get("Address", "")
    return [Finding(check, ok=True, detail=f"{name} ({address}) is present and powered")]


def _version_finding(version: tuple[int, int] | None) -> Finding:
    check = "BlueZ version"
    if version is None:
        return Finding(check, ok=True, detail="the version of BlueZ is unknown; 5.55 or later is needed")
    detail = f"BlueZ {version[0]}.{version[1]:02}"
    if version >= OLDEST_BLUEZ:
        return Finding(check, ok=True, detail=detail)
    return Finding(
        check,
        ok=False,
        detail=f"{detail} is too old; 5.55 or later is needed",
        remedy="`sudo apt update && sudo apt full-upgrade`, or a newer release of the system",
    )


async def _bluetoothctl_version(clock: Clock) -> tuple[int, int] | None:
    async def run() -> bytes:
        process = await asyncio.create_subprocess_exec(
            "bluetoothctl",
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return (await process.communicate())[0]

    try:
        output = await _query(clock, run())
    except (OSError, RadioError):
        return None
    match = re.search(rb"(\d+)\.(\d+)", output)
    return (int(match[1]), int(match[2])) if match else None


async def strap_findings(
    addresses: Collection[str], adapter: str = "", *, clock: Clock | None = None
) -> list[Finding]:
    """Check the bond of each strap, over a working adapter.

    Straps that are bonded and not connected are connected briefly: one that has lost its keys ends each
    link at once. The daemon may be running.
    """
    clock = clock or SystemClock()
    try:
        name = (await run_within(clock, DOCTOR_S, "querying BlueZ", query_bluez())).adapter(adapter).name
        async with system_bus() as bus:
            devices = await _devices(bus, name)
            return [
                await _strap_finding(bus, address, devices.get(address), clock)
                for address in sorted(address.upper() for address in addresses)
            ]
    except RadioError as error:
        return [_failure("straps", error)]


async def _devices(bus: MessageBus, adapter: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return object path and properties of each device, by address."""
    found = {}
    for path, interfaces in (await managed_objects(bus)).items():
        if _DEVICE in interfaces and path.startswith(f"/org/bluez/{adapter}/"):
            properties = unpack_variants(interfaces[_DEVICE])
            found[str(properties["Address"]).upper()] = (path, properties)
    return found


async def _strap_finding(
    bus: MessageBus, address: str, device: tuple[str, dict[str, Any]] | None, clock: Clock
) -> Finding:
    check = f"strap {address}"
    if device is None:
        return Finding(check, ok=True, detail="not connected, and not seen lately")
    path, properties = device
    if properties.get("Connected"):
        return Finding(check, ok=True, detail="connected")
    if not is_bonded(properties):
        return Finding(check, ok=True, detail="not connected at the moment")
    if await _count_drops(bus, path, clock) < _DROPS_OF_BROKEN_BOND:
        return Finding(check, ok=True, detail="bonded, and not connected at the moment")
    return Finding(
        check,
        ok=False,
        detail="bonded, but it ends every link at once: it has lost its keys (reset, or paired elsewhere)",
        remedy=f"{PAIR_COMMAND.replace('ADDRESS', address)} bonds it again",
    )


async def _count_drops(bus: MessageBus, path: str, clock: Clock) -> int:
    """Connect repeatedly; return how many links, also of other programs, ended before they were usable."""
    observer = _LinkObserver(path)
    rule = f"type='signal',sender='{BLUEZ}',path='{path}',member='PropertiesChanged'"
    await call(bus, "/org/freedesktop/DBus", "org.freedesktop.DBus.AddMatch", "s", [rule])
    bus.add_message_handler(observer.on_message)
    connecting = asyncio.create_task(_keep_connecting(bus, path, clock))
    try:
        await wait_for_event(clock, BOND_CHECK_S, observer.decided)
    finally:
        connecting.cancel()
        bus.remove_message_handler(observer.on_message)
        with suppress(RadioError):  # undo our own connection; a daemon connects again by itself
            await run_within(clock, CLOSE_S, "disconnecting", call(bus, path, f"{_DEVICE}.Disconnect"))
    return observer.drops


async def _keep_connecting(bus: MessageBus, path: str, clock: Clock) -> None:
    while True:
        with suppress(RadioError):
            await call(bus, path, f"{_DEVICE}.Connect")
        await clock.sleep(1)


class _LinkObserver:
    """Counts links that end before the strap's services are resolved."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._up = False
        self.drops = 0
        self.decided = asyncio.Event()
        """set once a link was usable, or enough links ended"""

    def on_message(self, message: Message) -> None:
        if message.path != self._path or message.member != "PropertiesChanged":
            return
        changed = unpack_variants(message.body[1])
        if changed.get("ServicesResolved"):
            self.decided.set()
        if "Connected" in changed:
            self.drops += self._up and not changed["Connected"] and not self.decided.is_set()
            self._up = bool(changed["Connected"])
        if self.drops >= _DROPS_OF_BROKEN_BOND:
            self.decided.set()


def _failure(check: str, error: RadioError) -> Finding:
    remedy = REMEDIES[error.fault]
    if error.fault is Fault.TIMED_OUT:
        remedy = "`sudo systemctl restart bluetooth`"
    return Finding(check, ok=False, detail=str(error), remedy=remedy)
