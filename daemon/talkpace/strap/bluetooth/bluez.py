"""The little that is asked of BlueZ directly: which adapters there are, and ending a connection."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from dbus_fast import BusType, Message, MessageFlag, MessageType, unpack_variants
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from .radio import Adapter, Fault, Known, RadioError
from .translate import NO_ADAPTER, of_dbus, translated

BLUEZ = "org.bluez"
_BUS = "org.freedesktop.DBus"
_VERSION_IN_MODALIAS = re.compile(r"usb:v1D6Bp0246d([0-9A-F]{2})([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class BlueZ:
    """What BlueZ says of itself."""

    owner: str
    """its name on the bus; another one after a restart"""
    adapters: dict[str, dict[str, Any]]
    """properties (org.bluez.Adapter1) by name, such as hci0"""

    def version(self) -> tuple[int, int] | None:
        """As its adapters' device id tells; None where that was changed, or there is no adapter."""
        for properties in self.adapters.values():
            found = _VERSION_IN_MODALIAS.match(str(properties.get("Modalias", "")))
            if found:
                return int(found[1], 16), int(found[2], 16)
        return None

    def adapter(self, wanted: str) -> Adapter:
        """The adapter of that name, or for "" the first that is on. Raises RadioError."""
        usable = {
            name: properties
            for name, properties in sorted(self.adapters.items())
            if "central" in properties.get("Roles", ["central"]) and wanted in ("", name)
        }
        if not usable:
            raise RadioError(Fault.NO_ADAPTER, f"{NO_ADAPTER} {wanted}".rstrip())
        for name, properties in usable.items():
            if properties.get("Powered"):
                return Adapter(name, generation=self.owner)
        raise RadioError(Fault.ADAPTER_OFF, f"the adapter {next(iter(usable))} is off")


@asynccontextmanager
async def system_bus() -> AsyncIterator[MessageBus]:
    """A connection of its own to the system's D-Bus. Raises RadioError."""
    with translated():
        bus = MessageBus(bus_type=BusType.SYSTEM)
        await bus.connect()
    try:
        yield bus
    finally:
        bus.disconnect()
        with suppress(OSError, EOFError, DBusFastError):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def call(
    bus: MessageBus, path: str, method: str, signature: str = "", body: Sequence[object] = ()
) -> list[Any]:
    """Call a method, given as interface.member, of BlueZ or of the bus itself. Raises RadioError."""
    interface, _, member = method.rpartition(".")
    message = Message(
        destination=_BUS if interface == _BUS else BLUEZ,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=list(body),
        flags=MessageFlag.NO_AUTOSTART,
    )
    with translated():
        reply = await bus.call(message)
    assert reply is not None
    if reply.message_type is MessageType.ERROR:
        raise of_dbus(str(reply.error_name), ", ".join(str(part) for part in reply.body))
    return list(reply.body)


async def ask_bluez() -> BlueZ:
    """BlueZ with its adapters. Raises RadioError where it is not running, or may not be asked."""
    async with system_bus() as bus:
        (owner,) = await call(bus, "/org/freedesktop/DBus", f"{_BUS}.GetNameOwner", "s", [BLUEZ])
        objects = await managed_objects(bus)
    adapters = {
        path.rpartition("/")[2]: unpack_variants(interfaces["org.bluez.Adapter1"])
        for path, interfaces in objects.items()
        if "org.bluez.Adapter1" in interfaces
    }
    return BlueZ(owner, adapters)


async def managed_objects(bus: MessageBus) -> dict[str, dict[str, Any]]:
    """Interfaces with their properties (as variants) of all that BlueZ knows, by object path."""
    (objects,) = await call(bus, "/", f"{_BUS}.ObjectManager.GetManagedObjects")
    return dict(objects)


async def disconnect(path: str) -> None:
    """End the connection of the device at an object path. Raises RadioError."""
    async with system_bus() as bus:
        await call(bus, path, "org.bluez.Device1.Disconnect")


async def forget(path: str) -> None:
    """Remove the device at an object path, with the keys of its bond. Raises RadioError."""
    async with system_bus() as bus:
        await call(bus, path.rpartition("/")[0], "org.bluez.Adapter1.RemoveDevice", "o", [path])


async def known_device(path: str) -> Known:
    """How BlueZ knows the device at an object path. Raises RadioError."""
    async with system_bus() as bus:
        (said,) = await call(bus, path, f"{_BUS}.Properties.GetAll", "s", ["org.bluez.Device1"])
    properties = unpack_variants(said)
    return Known(properties["Address"].upper(), is_bonded(properties))


def is_bonded(device: Mapping[str, Any]) -> bool:
    """By the properties of a device (org.bluez.Device1). Before 5.65 BlueZ knows no `Bonded`."""
    return bool(device.get("Bonded", device.get("Paired")))
