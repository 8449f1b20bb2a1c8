"""Calls to BlueZ over D-Bus that bleak has none for: adapters, bonds, disconnecting, a pairing agent.

Without postponed annotations: dbus-fast cannot read the `-> None` of an agent's method among them.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageFlag, MessageType, unpack_variants
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusObjectPath, DBusUInt32
from dbus_fast.errors import DBusFastError
from dbus_fast.service import ServiceInterface, dbus_method

from .errors import NO_ADAPTER, dbus_error, mapped_errors
from .radio import Adapter, BondInfo, Fault, RadioError

BLUEZ = "org.bluez"
_BUS = "org.freedesktop.DBus"
_AGENT_PATH = "/org/talkpace/agent"
_AGENT_MANAGER = "org.bluez.AgentManager1"
_VERSION_IN_MODALIAS = re.compile(r"usb:v1D6Bp0246d([0-9A-F]{2})([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class BluezState:
    """A running BlueZ with its adapters."""

    owner: str
    """its unique name on the bus, which changes with a restart"""
    adapters: dict[str, dict[str, Any]]
    """properties (org.bluez.Adapter1) by adapter name, such as hci0"""

    def version(self) -> tuple[int, int] | None:
        """Return the version from an adapter's device id; None if that was changed or there is no adapter."""
        for properties in self.adapters.values():
            match = _VERSION_IN_MODALIAS.match(str(properties.get("Modalias", "")))
            if match:
                return int(match[1], 16), int(match[2], 16)
        return None

    def adapter(self, name: str) -> Adapter:
        """Return the adapter of that name, or for "" the first that is powered. Raises RadioError."""
        usable = {
            candidate: properties
            for candidate, properties in sorted(self.adapters.items())
            if "central" in properties.get("Roles", ["central"]) and name in ("", candidate)
        }
        if not usable:
            raise RadioError(Fault.NO_ADAPTER, f"{NO_ADAPTER} {name}".rstrip())
        for candidate, properties in usable.items():
            if properties.get("Powered"):
                return Adapter(candidate, generation=self.owner)
        raise RadioError(Fault.ADAPTER_OFF, f"the adapter {next(iter(usable))} is off")


@asynccontextmanager
async def system_bus() -> AsyncIterator[MessageBus]:
    """Connect to the system D-Bus. Raises RadioError."""
    with mapped_errors():
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
    """Call a method, given as interface.member, of BlueZ or of the bus. Raises RadioError."""
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
    with mapped_errors():
        reply = await bus.call(message)
    assert reply is not None
    if reply.message_type is MessageType.ERROR:
        raise dbus_error(str(reply.error_name), ", ".join(str(part) for part in reply.body))
    return list(reply.body)


async def query_bluez() -> BluezState:
    """Query BlueZ for its adapters. Raises RadioError if it does not run or access is denied."""
    async with system_bus() as bus:
        (owner,) = await call(bus, "/org/freedesktop/DBus", f"{_BUS}.GetNameOwner", "s", [BLUEZ])
        objects = await managed_objects(bus)
    adapters = {
        path.rpartition("/")[2]: unpack_variants(interfaces["org.bluez.Adapter1"])
        for path, interfaces in objects.items()
        if "org.bluez.Adapter1" in interfaces
    }
    return BluezState(owner, adapters)


async def managed_objects(bus: MessageBus) -> dict[str, dict[str, Any]]:
    """Return the interfaces of all BlueZ objects, with properties as variants, by object path."""
    (objects,) = await call(bus, "/", f"{_BUS}.ObjectManager.GetManagedObjects")
    return dict(objects)


async def disconnect(path: str) -> None:
    """Disconnect the device at an object path. Raises RadioError."""
    async with system_bus() as bus:
        await call(bus, path, "org.bluez.Device1.Disconnect")


async def forget(path: str) -> None:
    """Remove the device at an object path, with the keys of its bond. Raises RadioError."""
    async with system_bus() as bus:
        await call(bus, path.rpartition("/")[0], "org.bluez.Adapter1.RemoveDevice", "o", [path])


async def query_bond(path: str) -> BondInfo:
    """Return address and bond of the device at an object path. Raises RadioError."""
    async with system_bus() as bus:
        (variants,) = await call(bus, path, f"{_BUS}.Properties.GetAll", "s", ["org.bluez.Device1"])
    properties = unpack_variants(variants)
    return BondInfo(properties["Address"].upper(), is_bonded(properties))


def is_bonded(device: Mapping[str, Any]) -> bool:
    """Return whether a device is bonded, by its properties. BlueZ before 5.65 has only `Paired`."""
    return bool(device.get("Bonded", device.get("Paired")))


class _PairingAgent(ServiceInterface):
    """Agrees to the pairing of one device and refuses any other; a strap has no keys or display."""

    def __init__(self, device_path: str) -> None:
        super().__init__("org.bluez.Agent1")
        self._device_path = device_path

    @dbus_method(name="Release")
    def release(self) -> None:
        """BlueZ does not need the agent any more."""

    @dbus_method(name="Cancel")
    def cancel(self) -> None:
        """BlueZ withdrew its request."""

    @dbus_method(name="RequestAuthorization")
    def request_authorization(self, device: DBusObjectPath) -> None:
        """Agree to pair."""
        self._refuse_others(device)

    @dbus_method(name="RequestConfirmation")
    def request_confirmation(self, device: DBusObjectPath, passkey: DBusUInt32) -> None:  # noqa: ARG002
        """Agree to Just Works pairing, which has no passkey to compare."""
        self._refuse_others(device)

    def _refuse_others(self, device: str) -> None:
        if device != self._device_path:
            raise DBusError("org.bluez.Error.Rejected", "another device is being paired")


@asynccontextmanager
async def pairing_agent(device_path: str) -> AsyncIterator[None]:
    """Agree to the pairing of one device: without an agent BlueZ fails it. Raises RadioError."""
    async with system_bus() as bus:
        bus.export(_AGENT_PATH, _PairingAgent(device_path))
        await call(
            bus, "/org/bluez", f"{_AGENT_MANAGER}.RegisterAgent", "os", [_AGENT_PATH, "NoInputNoOutput"]
        )
        await call(bus, "/org/bluez", f"{_AGENT_MANAGER}.RequestDefaultAgent", "o", [_AGENT_PATH])
        yield  # closing the connection unregisters the agent
