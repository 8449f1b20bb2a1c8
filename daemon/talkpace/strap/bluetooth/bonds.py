"""What `talkpace doctor` finds of the straps that are known here: above all, whether a bond still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from dbus_fast import Message, unpack_variants
from dbus_fast.aio import MessageBus

from ...service.clock import Clock, SystemClock
from ...service.finding import Finding
from .bluez import BLUEZ, ask_bluez, call, is_bonded, managed_objects, system_bus
from .findings import failed
from .limits import CLOSE_S, DOCTOR_S, set_within, within
from .radio import RadioError
from .remedies import PAIR

TRY_S = 12
"""to see whether a bonded strap lets itself be connected; one that is in range needs 2"""
_ENOUGH_DROPS = 2
_DEVICE = "org.bluez.Device1"


async def strap_findings(
    addresses: Collection[str], adapter: str = "", *, clock: Clock | None = None
) -> list[Finding]:
    """One for each known strap, over an adapter that works.

    Tries to connect those that are bonded and not connected: a strap that has lost its keys ends each
    link at once. The daemon may run meanwhile.
    """
    clock = clock or SystemClock()
    try:
        name = (await within(clock, DOCTOR_S, "asking BlueZ", ask_bluez())).adapter(adapter).name
        async with system_bus() as bus:
            devices = await _devices(bus, name)
            return [
                await _strap(bus, address, devices.get(address), clock)
                for address in sorted(address.upper() for address in addresses)
            ]
    except RadioError as error:
        return [failed("straps", error)]


async def _devices(bus: MessageBus, adapter: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Object path and properties by address."""
    found = {}
    for path, interfaces in (await managed_objects(bus)).items():
        if _DEVICE in interfaces and path.startswith(f"/org/bluez/{adapter}/"):
            properties = unpack_variants(interfaces[_DEVICE])
            found[str(properties["Address"]).upper()] = (path, properties)
    return found


async def _strap(
    bus: MessageBus, address: str, device: tuple[str, dict[str, Any]] | None, clock: Clock
) -> Finding:
    check = f"strap {address}"
    if device is None:
        return Finding(check, ok=True, says="not connected, and not heard lately")
    path, properties = device
    if properties.get("Connected"):
        return Finding(check, ok=True, says="connected")
    if not is_bonded(properties):
        return Finding(check, ok=True, says="not connected at the moment")
    if await _drops(bus, path, clock) < _ENOUGH_DROPS:
        return Finding(check, ok=True, says="bonded, and not connected at the moment")
    return Finding(
        check,
        ok=False,
        says="bonded, but it ends every link at once: it has lost its keys, as with a reset or another phone",
        remedy=f"{PAIR.replace('ADDRESS', address)} bonds it anew",
    )


async def _drops(bus: MessageBus, path: str, clock: Clock) -> int:
    """How often a link came and went without being of use, whoever asked for it, in a few tries."""
    watch = _Watch(path)
    rule = f"type='signal',sender='{BLUEZ}',path='{path}',member='PropertiesChanged'"
    await call(bus, "/org/freedesktop/DBus", "org.freedesktop.DBus.AddMatch", "s", [rule])
    bus.add_message_handler(watch.heard)
    trying = asyncio.create_task(_keep_trying(bus, path, clock))
    try:
        await set_within(clock, TRY_S, watch.known)
    finally:
        trying.cancel()
        bus.remove_message_handler(watch.heard)
        with suppress(RadioError):  # what was begun here; a daemon finds the strap again by itself
            await within(clock, CLOSE_S, "disconnecting", call(bus, path, f"{_DEVICE}.Disconnect"))
    return watch.drops


async def _keep_trying(bus: MessageBus, path: str, clock: Clock) -> None:
    while True:
        with suppress(RadioError):
            await call(bus, path, f"{_DEVICE}.Connect")
        await clock.sleep(1)


class _Watch:
    """Counts links that end before the strap's services are known."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._up = False
        self.drops = 0
        self.known = asyncio.Event()
        """set once it is clear how things are"""

    def heard(self, message: Message) -> None:
        if message.path != self._path or message.member != "PropertiesChanged":
            return
        changed = unpack_variants(message.body[1])
        if changed.get("ServicesResolved"):
            self.known.set()
        if "Connected" in changed:
            self.drops += self._up and not changed["Connected"] and not self.known.is_set()
            self._up = bool(changed["Connected"])
        if self.drops >= _ENOUGH_DROPS:
            self.known.set()
