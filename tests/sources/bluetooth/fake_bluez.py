"""A private D-Bus with as much of BlueZ on it as the radio asks for, so that bleak itself is tested.

Without postponed annotations: dbus-fast cannot read a `-> None` among them.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from dbus_fast import DBusError, Message, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusBytes, DBusInt16, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from talkpace.sources.bluetooth.radio import BATTERY_LEVEL, HEART_RATE_MEASUREMENT, HEART_RATE_SERVICE

DBUS_DAEMON = shutil.which("dbus-daemon")
ADDRESS = "A0:9E:1A:00:00:01"
ADAPTER = "/org/bluez/hci0"
DEVICE = f"{ADAPTER}/dev_{ADDRESS.replace(':', '_')}"
SERVICE = f"{DEVICE}/service000c"
BEATS = f"{SERVICE}/char000d"
BATTERY = f"{SERVICE}/char0010"

Options = Annotated[dict[str, Variant], DBusSignature("a{sv}")]
Texts = Annotated[list[str], DBusSignature("as")]
READ = PropertyAccess.READ


@asynccontextmanager
async def private_bus(folder: Path) -> AsyncIterator[str]:
    """The address of a bus of our own."""
    assert DBUS_DAEMON is not None
    address = f"unix:path={folder / 'bus'}"
    daemon = await asyncio.create_subprocess_exec(
        DBUS_DAEMON,
        "--session",
        "--nofork",
        "--nopidfile",
        "--print-address",
        f"--address={address}",
        stdout=asyncio.subprocess.PIPE,
    )
    assert daemon.stdout is not None
    async with asyncio.timeout(10):
        await daemon.stdout.readline()
    try:
        yield address
    finally:
        daemon.terminate()
        await daemon.wait()


class FakeAdapter(ServiceInterface):
    def __init__(self, bluez: "FakeBlueZ") -> None:
        super().__init__("org.bluez.Adapter1")
        self._bluez = bluez
        self.powered = True
        self.discovering = False
        self.modalias = "usb:v1D6Bp0246d0542"
        self.refuses = ""

    @dbus_property(READ, name="Powered")
    def powered_(self) -> DBusBool:
        return self.powered

    @dbus_property(READ, name="Address")
    def address(self) -> DBusStr:
        return "B8:27:EB:00:00:01"

    @dbus_property(READ, name="Modalias")
    def modalias_(self) -> DBusStr:
        return self.modalias

    @dbus_property(READ, name="Roles")
    def roles(self) -> Texts:
        return ["central", "peripheral"]

    @dbus_method(name="SetDiscoveryFilter")
    def set_discovery_filter(self, _filter: Options) -> None:
        pass

    @dbus_method(name="StartDiscovery")
    def start_discovery(self) -> None:
        if self.refuses:
            raise DBusError(self.refuses, "Operation already in progress")
        self.discovering = True
        self._bluez.device.advertise()

    @dbus_method(name="StopDiscovery")
    def stop_discovery(self) -> None:
        self.discovering = False

    @dbus_method(name="RemoveDevice")
    def remove_device(self, device: DBusObjectPath) -> None:
        assert device == DEVICE
        self._bluez.device.paired = False
        self._bluez.device.emit_properties_changed({"Paired": False})


IDENTITY = "A0:9E:1A:00:00:77"
"""the lasting address, which bonding tells"""


class FakeDevice(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.bluez.Device1")
        self.connected = False
        self.linked = asyncio.Event()
        """set when a link comes or goes"""
        self.paired = False
        self.wants_bond = False
        self.lost_keys = False
        """it ends each link at once, for as long as it is bonded here"""
        self.wants_encryption = False
        """BlueZ sees that itself, and bonds while it subscribes"""
        self.given_address = ADDRESS

    def advertise(self) -> None:
        self.emit_properties_changed({"RSSI": -61})

    def link(self, *, up: bool) -> None:
        self.connected = up
        self.linked.set()
        self.emit_properties_changed({"Connected": up, "ServicesResolved": up})

    @dbus_property(READ, name="Address")
    def address(self) -> DBusStr:
        return self.given_address

    @dbus_property(READ, name="Alias")
    def alias(self) -> DBusStr:
        return "H10\x1b"

    @dbus_property(READ, name="Adapter")
    def adapter(self) -> DBusObjectPath:
        return ADAPTER

    @dbus_property(READ, name="UUIDs")
    def uuids(self) -> Texts:
        return [HEART_RATE_SERVICE]

    @dbus_property(READ, name="RSSI")
    def rssi(self) -> DBusInt16:
        return -61

    @dbus_property(READ, name="Connected")
    def connected_(self) -> DBusBool:
        return self.connected

    @dbus_property(READ, name="ServicesResolved")
    def services_resolved(self) -> DBusBool:
        return self.connected

    @dbus_property(READ, name="Paired")
    def paired_(self) -> DBusBool:
        return self.paired

    @dbus_property(name="Trusted")
    def trusted(self) -> DBusBool:
        return self.paired

    @trusted.setter
    def set_trusted(self, value: DBusBool) -> None:
        pass

    @dbus_method(name="Connect")
    def connect(self) -> None:
        self.emit_properties_changed({"Connected": True})
        if self.lost_keys and self.paired:
            self.link(up=False)
            raise DBusError("org.bluez.Error.Failed", "br-connection-canceled")
        self.link(up=True)

    @dbus_method(name="Disconnect")
    def disconnect(self) -> None:
        self.link(up=False)

    @dbus_method(name="Pair")
    async def pair(self) -> None:
        await self.ask_agent()
        self.paired = True
        self.emit_properties_changed({"Paired": True})

    async def ask_agent(self) -> None:
        raise DBusError("org.bluez.Error.AuthenticationFailed", "No agent available")


class FakeService(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.bluez.GattService1")

    @dbus_property(READ, name="UUID")
    def uuid(self) -> DBusStr:
        return HEART_RATE_SERVICE

    @dbus_property(READ, name="Device")
    def device(self) -> DBusObjectPath:
        return DEVICE


class FakeCharacteristic(ServiceInterface):
    def __init__(self, uuid: str, value: bytes, device: FakeDevice) -> None:
        super().__init__("org.bluez.GattCharacteristic1")
        self._uuid = uuid
        self._value = value
        self._device = device
        self.notifying = False

    def notify(self, value: bytes) -> None:
        self.emit_properties_changed({"Value": value})

    @dbus_property(READ, name="UUID")
    def uuid(self) -> DBusStr:
        return self._uuid

    @dbus_property(READ, name="Service")
    def service(self) -> DBusObjectPath:
        return SERVICE

    @dbus_property(READ, name="Flags")
    def flags(self) -> Texts:
        return ["read", "notify"]

    @dbus_property(READ, name="Value")
    def value(self) -> DBusBytes:
        return self._value

    @dbus_method(name="ReadValue")
    def read_value(self, _options: Options) -> DBusBytes:
        return self._value

    @dbus_method(name="StartNotify")
    async def start_notify(self) -> None:
        if self._device.wants_encryption and not self._device.paired:
            await self._device.ask_agent()
            self._device.paired = True
            self._device.given_address = IDENTITY
        if self._device.wants_bond and not self._device.paired:
            raise DBusError("org.bluez.Error.NotPermitted", "Not paired")
        self.notifying = True


class FakeAgentManager(ServiceInterface):
    """Keeps the agent that was registered, and asks it as BlueZ does for Just Works pairing."""

    def __init__(self, bluez: "FakeBlueZ") -> None:
        super().__init__("org.bluez.AgentManager1")
        self._bluez = bluez

    @dbus_method(name="RegisterAgent")
    def register_agent(self, agent: DBusObjectPath, capability: DBusStr) -> None:
        self._bluez.agent = (agent, capability)

    @dbus_method(name="RequestDefaultAgent")
    def request_default_agent(self, _agent: DBusObjectPath) -> None:
        pass


class FakeBlueZ:
    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self.adapter = FakeAdapter(self)
        self.device = FakeDevice()
        self.device.ask_agent = self._ask_agent  # type: ignore[method-assign]
        self.beats = FakeCharacteristic(HEART_RATE_MEASUREMENT, b"", self.device)
        self.battery = FakeCharacteristic(BATTERY_LEVEL, b"\x57", self.device)
        self.agent: tuple[str, str] | None = None
        self.asks_about = DEVICE
        self._registrant = ""

    async def appear(self) -> None:
        """As bluetoothd does when it starts, with one adapter that knows one strap."""
        self._bus.export("/org/bluez", FakeAgentManager(self))
        self._bus.export(ADAPTER, self.adapter)
        self._bus.export(DEVICE, self.device)
        self._bus.export(SERVICE, FakeService())
        self._bus.export(BEATS, self.beats)
        self._bus.export(BATTERY, self.battery)
        self._bus.add_message_handler(self._note_registrant)
        await self._bus.request_name("org.bluez")

    def unplug(self) -> None:
        self._bus.unexport(ADAPTER)

    def _note_registrant(self, message: Message) -> None:
        if message.member == "RegisterAgent":
            self._registrant = str(message.sender)

    async def _ask_agent(self) -> None:
        if self.agent is None:
            raise DBusError("org.bluez.Error.AuthenticationFailed", "No agent available")
        body: list[Any] = [self.asks_about, 123456]
        reply = await self._bus.call(
            Message(
                destination=self._registrant,
                path=self.agent[0],
                interface="org.bluez.Agent1",
                member="RequestConfirmation",
                signature="ou",
                body=body,
            )
        )
        if reply is None or reply.error_name is not None:
            raise DBusError("org.bluez.Error.AuthenticationRejected", "the agent refused")


@asynccontextmanager
async def fake_bluez(address: str) -> AsyncIterator[FakeBlueZ]:
    """BlueZ on that bus."""
    bus = await MessageBus(bus_address=address).connect()
    bluez = FakeBlueZ(bus)
    await bluez.appear()
    try:
        yield bluez
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
