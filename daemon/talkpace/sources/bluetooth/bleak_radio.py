"""The radio by bleak, on BlueZ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from ...measurement.characteristics import decode_text
from .bluez import disconnect, forget, pairing_agent, query_bluez, query_bond
from .errors import mapped_errors
from .radio import (
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
    Adapter,
    Advertisement,
    BondInfo,
    Device,
    Fault,
    RadioError,
)
from .timeouts import CONNECT_S

_CONNECT_S = CONNECT_S - 3
"""bleak retries for so long if the strap ends each link at once; the rest of the time is to find out why"""
_LINK_FAULTS = frozenset({Fault.FAILED, Fault.TIMED_OUT, Fault.NEEDS_BOND})


class BleakRadio:
    """A Radio on one adapter ("" for the first that is powered)."""

    def __init__(self, adapter: str = "") -> None:
        self._adapter_name = adapter

    async def adapter(self) -> Adapter:
        """Return the adapter in use."""
        return (await query_bluez()).adapter(self._adapter_name)

    async def connected(self) -> list[Device]:
        """List straps that BlueZ is connected to."""
        name = (await self.adapter()).name
        with mapped_errors():
            adapter = await BleakAdapter.get(bluez={"adapter": name})
            return [_device(found) for found in await adapter.get_connected_devices([HEART_RATE_SERVICE])]

    async def scan(self, on_advertisement: Callable[[Advertisement], None]) -> BleakScan:
        """Scan for straps."""
        name = (await self.adapter()).name

        def detected(device: BLEDevice, data: AdvertisementData) -> None:
            on_advertisement(Advertisement(_device(device), data.rssi))

        with mapped_errors():
            scanner = BleakScanner(detected, service_uuids=[HEART_RATE_SERVICE], bluez={"adapter": name})
            await scanner.start()
        return BleakScan(scanner)

    async def connect(self, device: Device) -> BleakLink:
        """Connect to a device of this radio, with a new client for each try."""
        lost = asyncio.Event()
        client = BleakClient(_handle(device), lambda _: lost.set(), timeout=_CONNECT_S)
        try:
            with mapped_errors():
                await client.connect()
        except RadioError as error:
            if error.fault in _LINK_FAULTS and await _bonded(_path(device)):
                message = f"the strap is bonded, but every link ends at once ({error})"
                raise RadioError(Fault.BOND_BROKEN, message) from error
            raise
        return BleakLink(client, _path(device), lost)

    async def drop(self, device: Device) -> None:
        """Make BlueZ disconnect a device."""
        await disconnect(_path(device))

    async def forget(self, device: Device) -> None:
        """Remove a device and its bond from BlueZ."""
        await forget(_path(device))


class BleakScan:
    """A Scan."""

    def __init__(self, scanner: BleakScanner) -> None:
        self._scanner = scanner

    async def close(self) -> None:
        """Stop the scan."""
        with mapped_errors():
            await self._scanner.stop()


class BleakLink:
    """A Link: one client, which is never connected a second time."""

    def __init__(self, client: BleakClient, path: str, lost: asyncio.Event) -> None:
        self._client = client
        self._path = path
        self._lost = lost

    async def subscribe(self, on_payload: Callable[[bytes], None], *, bonding: bool = False) -> None:
        """Start notifications of 0x2A37; they stop with the connection."""

        def notified(_: BleakGATTCharacteristic, payload: bytearray) -> None:
            on_payload(bytes(payload))

        # If the strap asks to be bonded, BlueZ does so by itself, and waits for ever without an agent.
        async with pairing_agent(self._path) if bonding else nullcontext():
            with mapped_errors():
                await self._client.start_notify(HEART_RATE_MEASUREMENT, notified)

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        with mapped_errors():
            return bytes(await self._client.read_gatt_char(uuid))

    async def bond(self) -> None:
        """Pair, with an agent that agrees."""
        async with pairing_agent(self._path):
            with mapped_errors():
                await self._client.pair()

    async def bond_info(self) -> BondInfo:
        """Query BlueZ, which keeps the object path even if bonding changes the address."""
        return await query_bond(self._path)

    async def lost(self) -> None:
        """Return once the connection is gone."""
        await self._lost.wait()

    async def close(self) -> None:
        """Disconnect, and free the client's D-Bus connection."""
        with mapped_errors():
            await self._client.disconnect()


def _device(found: BLEDevice) -> Device:
    name = decode_text((found.name or "").encode("utf-8", "replace"))  # names are untrusted text
    return Device(found.address.upper(), name or "", found)


async def _bonded(path: str) -> bool:
    try:
        return (await query_bond(path)).bonded
    except RadioError:
        return False  # removed meanwhile, or BlueZ stopped


def _handle(device: Device) -> BLEDevice:
    assert isinstance(device.handle, BLEDevice), "a device of another radio"
    return device.handle


def _path(device: Device) -> str:
    return str(_handle(device).details["path"])
