"""What the Bluetooth edge needs of a radio; `BleakRadio` is the real one.

No method has a time limit of its own: the caller gives one (`within`). Every method may be cancelled
at any time, and raises RadioError for whatever the outside world does wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from ...errors import StrapError


class Fault(Enum):
    """Kinds of failure, as far as they ask for different answers."""

    NO_BUS = auto()
    """the system's D-Bus cannot be reached"""
    DENIED = auto()
    """this user may not talk to BlueZ"""
    NO_BLUEZ = auto()
    NO_ADAPTER = auto()
    ADAPTER_OFF = auto()
    BUSY = auto()
    """org.bluez.Error.InProgress"""
    TIMED_OUT = auto()
    VANISHED = auto()
    """BlueZ has dropped the device from its cache, or never knew it"""
    NEEDS_BOND = auto()
    """refused for lack of authentication or encryption"""
    BOND_BROKEN = auto()
    """bonded, and yet no link holds: the strap may have lost its keys"""
    NOT_OFFERED = auto()
    """the device has no such characteristic, or it cannot do that"""
    FAILED = auto()
    """anything else; mostly the air"""


OF_THE_ADAPTER = frozenset({Fault.NO_BUS, Fault.DENIED, Fault.NO_BLUEZ, Fault.NO_ADAPTER, Fault.ADAPTER_OFF})
"""Faults that no strap is to blame for."""

NO_LINK_SURVIVES = frozenset({Fault.NO_BLUEZ, Fault.NO_ADAPTER, Fault.ADAPTER_OFF})
"""After these, a link that still calls itself connected is none."""


class RadioError(StrapError):
    """The radio or a strap did not do what was asked; the text says what, for a person."""

    def __init__(self, fault: Fault, says: str) -> None:
        super().__init__(says)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the radio knows it at the moment; grows stale within minutes."""

    address: str
    """in capitals"""
    name: str = ""
    handle: object = field(default=None, compare=False, repr=False)
    """the radio's own"""


@dataclass(frozen=True, slots=True)
class Advert:
    """A device was heard."""

    device: Device
    signal_dbm: int


@dataclass(frozen=True, slots=True)
class Adapter:
    """The adapter in use, present and powered."""

    name: str
    generation: str
    """changes when BlueZ is restarted: links of an earlier generation are gone"""


@dataclass(frozen=True, slots=True)
class Known:
    """How this host knows a device that it is connected to."""

    address: str
    """in capitals; bonding tells the lasting one behind a private one that changes"""
    bonded: bool


class Scan(Protocol):
    """A scan under way."""

    async def close(self) -> None:
        """Stop it."""
        ...


class Link(Protocol):
    """A connection to one device. To be closed even after it was lost."""

    async def subscribe(self, heard: Callable[[bytes], None], *, bonding: bool = False) -> None:
        """Call `heard` with each Heart Rate Measurement from now on, straight from the event loop.

        bonding: agree where the device wants to be bonded for that.
        """
        ...

    async def read(self, uuid: str) -> bytes:
        """The value of a characteristic, from the device."""
        ...

    async def bond(self) -> None:
        """Pair, without asking anybody, and let BlueZ remember the keys."""
        ...

    async def known(self) -> Known:
        """How this host knows the device by now."""
        ...

    async def lost(self) -> None:
        """Return once the connection is gone."""
        ...

    async def close(self) -> None:
        """Disconnect; the device is free to advertise again."""
        ...


class Radio(Protocol):
    """A Bluetooth LE central. Scanning and connecting at once is the caller's to avoid."""

    async def adapter(self) -> Adapter:
        """The adapter in use. Raises RadioError with a fault OF_THE_ADAPTER where it is of no use."""
        ...

    async def connected(self) -> list[Device]:
        """Devices with a Heart Rate Service that this host is connected to, whoever asked for it."""
        ...

    async def scan(self, heard: Callable[[Advert], None]) -> Scan:
        """Listen for devices with a Heart Rate Service until the scan is closed."""
        ...

    async def connect(self, device: Device) -> Link:
        """Connect and discover the services, or take over a connection that exists already."""
        ...

    async def drop(self, device: Device) -> None:
        """End a connection at BlueZ that no Link stands for."""
        ...

    async def forget(self, device: Device) -> None:
        """Make this host forget a device, with the keys of its bond."""
        ...


def real_radio(adapter: str) -> Radio:
    """The radio that there is, on the adapter of that name ("" for the first that is on)."""
    from .bleak_radio import BleakRadio  # noqa: PLC0415 - bleak is heavy, and not needed with another radio

    return BleakRadio(adapter)
