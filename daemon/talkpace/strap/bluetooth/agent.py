"""The answer to BlueZ while it pairs: without an agent, every pairing ends in AuthenticationFailed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dbus_fast import DBusError
from dbus_fast.annotations import DBusObjectPath, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from .bluez import call, system_bus

_PATH = "/org/talkpace/agent"
_MANAGER = "org.bluez.AgentManager1"


# dbus-fast cannot read the `-> None` of a module with postponed annotations.
class _Agent(ServiceInterface):
    """Agrees to whatever concerns one device, and to nothing else; the strap has no keys or display."""

    def __init__(self, device_path: str) -> None:
        super().__init__("org.bluez.Agent1")
        self._device_path = device_path

    @dbus_method(name="Release")
    def release(self) -> None:
        """BlueZ needs the agent no longer."""

    @dbus_method(name="Cancel")
    def cancel(self) -> None:
        """BlueZ has withdrawn its question."""

    @dbus_method(name="RequestAuthorization")
    def request_authorization(self, device: DBusObjectPath) -> None:
        """May it pair?"""
        self._only_ours(device)

    @dbus_method(name="RequestConfirmation")
    def request_confirmation(self, device: DBusObjectPath, passkey: DBusUInt32) -> None:  # noqa: ARG002
        """Is it the one? Just Works pairing, which has no passkey to compare."""
        self._only_ours(device)

    def _only_ours(self, device: str) -> None:
        if device != self._device_path:
            raise DBusError("org.bluez.Error.Rejected", "another device is being paired")


@asynccontextmanager
async def pairing_agent(device_path: str) -> AsyncIterator[None]:
    """Agree to the pairing of one device meanwhile. Raises RadioError."""
    async with system_bus() as bus:
        bus.export(_PATH, _Agent(device_path))
        await call(bus, "/org/bluez", f"{_MANAGER}.RegisterAgent", "os", [_PATH, "NoInputNoOutput"])
        await call(bus, "/org/bluez", f"{_MANAGER}.RequestDefaultAgent", "o", [_PATH])
        yield  # closing the connection unregisters the agent
