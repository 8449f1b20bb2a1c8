"""The Bluetooth LE radio as a protocol, its errors and their remedies; `BleakRadio` implements it.

No method has a timeout of its own: callers use `run_within`. Every method may be cancelled at any time,
and raises RadioError where the radio, BlueZ or a strap fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from ...errors import StrapError


def _uuid(number: int) -> str:
    """Return the 128-bit form of a number assigned by the Bluetooth SIG."""
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


HEART_RATE_SERVICE = _uuid(0x180D)
HEART_RATE_MEASUREMENT = _uuid(0x2A37)
BODY_SENSOR_LOCATION = _uuid(0x2A38)
BATTERY_LEVEL = _uuid(0x2A19)
MANUFACTURER_NAME = _uuid(0x2A29)
MODEL_NUMBER = _uuid(0x2A24)
SERIAL_NUMBER = _uuid(0x2A25)
FIRMWARE_REVISION = _uuid(0x2A26)


class Fault(Enum):
    """Kinds of failure that callers or people react to differently."""

    NO_BUS = auto()
    """the system's D-Bus cannot be reached"""
    DENIED = auto()
    """this user may not use BlueZ"""
    NO_BLUEZ = auto()
    NO_ADAPTER = auto()
    ADAPTER_OFF = auto()
    BUSY = auto()
    """org.bluez.Error.InProgress"""
    TIMED_OUT = auto()
    VANISHED = auto()
    """BlueZ has no such device, or dropped it from its cache"""
    NEEDS_BOND = auto()
    """refused without authentication or encryption"""
    BOND_BROKEN = auto()
    """bonded, but every link ends at once: the strap may have lost its keys"""
    NOT_OFFERED = auto()
    """the device has no such characteristic, or does not support the request"""
    FAILED = auto()
    """anything else, mostly poor reception"""


ADAPTER_FAULTS = frozenset({Fault.NO_BUS, Fault.DENIED, Fault.NO_BLUEZ, Fault.NO_ADAPTER, Fault.ADAPTER_OFF})
"""faults that are not those of a strap"""

LINK_ENDING_FAULTS = frozenset({Fault.NO_BLUEZ, Fault.NO_ADAPTER, Fault.ADAPTER_OFF})
"""faults after which every link is gone, even if BlueZ still reports it as connected"""

PAIR_COMMAND = "`sudo talkpace pair ADDRESS --athlete ID`"
_WEAR_IT = "wear the strap, moisten its electrodes, come nearer, and try again"

REMEDIES: dict[Fault, str] = {
    Fault.NO_BUS: "start it with `sudo systemctl start dbus`; in a container, mount /run/dbus",
    Fault.DENIED: "`sudo usermod -aG bluetooth $USER`, then log in again",
    Fault.NO_BLUEZ: "`sudo apt install bluez`, then `sudo systemctl enable --now bluetooth`",
    Fault.NO_ADAPTER: "plug one in, and see `bluetoothctl list`; on a Raspberry Pi, "
    "/boot/firmware/config.txt must not say dtoverlay=disable-bt",
    Fault.ADAPTER_OFF: "`sudo rfkill unblock bluetooth`, then `bluetoothctl power on`",
    Fault.BUSY: "wait a moment and try again; if it stays so, `sudo systemctl restart bluetooth`",
    Fault.TIMED_OUT: _WEAR_IT,
    Fault.VANISHED: _WEAR_IT,
    Fault.NEEDS_BOND: "remove the strap from other devices, `bluetoothctl remove ADDRESS` here, then "
    f"{PAIR_COMMAND}",
    Fault.BOND_BROKEN: "wear it and come nearer; if that does not help, it has lost its keys, as after a "
    f"reset or with another phone: {PAIR_COMMAND} bonds it again",
    Fault.NOT_OFFERED: "it must offer the Heart Rate Service: on a watch, switch on its heart-rate broadcast",
    Fault.FAILED: _WEAR_IT,
}


class RadioError(StrapError):
    """A request to the radio or to a strap failed; the message is for a person."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault

    def with_remedy(self) -> StrapError:
        """Return the error with its remedy, in one line."""
        return StrapError(f"{self}: {REMEDIES[self.fault]}")


@dataclass(frozen=True, slots=True)
class Device:
    """A device found by the radio; valid for a few minutes."""

    address: str
    """in upper case"""
    name: str = ""
    handle: object = field(default=None, compare=False, repr=False)
    """internal to the radio"""


@dataclass(frozen=True, slots=True)
class Advertisement:
    """An advertisement received from a device."""

    device: Device
    signal_dbm: int


@dataclass(frozen=True, slots=True)
class Adapter:
    """The adapter in use, present and powered."""

    name: str
    generation: str
    """changes when BlueZ restarts: links of an earlier generation are gone"""


@dataclass(frozen=True, slots=True)
class BondInfo:
    """Address and bond of a connected device, as BlueZ reports them."""

    address: str
    """in upper case; once bonded the identity address, in place of a private one that changes"""
    bonded: bool


class Scan(Protocol):
    """A running scan."""

    async def close(self) -> None:
        """Stop it."""
        ...


class Link(Protocol):
    """A connection to one device. Close it even after it was lost."""

    async def subscribe(self, on_payload: Callable[[bytes], None], *, bonding: bool = False) -> None:
        """Call `on_payload` with each Heart Rate Measurement from now on, from the event loop.

        With `bonding`, agree if the device asks to be bonded first.
        """
        ...

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic from the device."""
        ...

    async def bond(self) -> None:
        """Pair without confirmation, and let BlueZ store the keys."""
        ...

    async def bond_info(self) -> BondInfo:
        """Return the device's present address and bond."""
        ...

    async def lost(self) -> None:
        """Return once the connection is gone."""
        ...

    async def close(self) -> None:
        """Disconnect; the device is free to advertise again."""
        ...


class Radio(Protocol):
    """A Bluetooth LE central. Callers must not scan and connect at the same time."""

    async def adapter(self) -> Adapter:
        """Return the adapter in use. Raises RadioError with one of ADAPTER_FAULTS if there is none."""
        ...

    async def connected(self) -> list[Device]:
        """List devices with a Heart Rate Service that this host is connected to, by any program."""
        ...

    async def scan(self, on_advertisement: Callable[[Advertisement], None]) -> Scan:
        """Scan for devices with a Heart Rate Service until the scan is closed."""
        ...

    async def connect(self, device: Device) -> Link:
        """Connect and discover the services, or take over an existing connection."""
        ...

    async def drop(self, device: Device) -> None:
        """End a connection that BlueZ holds without a Link."""
        ...

    async def forget(self, device: Device) -> None:
        """Remove a device from BlueZ, with the keys of its bond."""
        ...
