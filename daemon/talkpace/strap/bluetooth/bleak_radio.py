"""The real radio: bleak, on BlueZ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from ...measurement.characteristics import decode_text
from .agent import pairing_agent
from .bluez import ask_bluez, disconnect, forget, known_device
from .limits import CONNECT_S
from .radio import Adapter, Advert, Device, Fault, Known, RadioError
from .translate import translated
from .uuids import HEART_RATE_MEASUREMENT, HEART_RATE_SERVICE

_CONNECT_S = CONNECT_S - 3
"""where the strap ends each link at once, bleak tries again for so long; then there is time to see why"""
_OF_THE_LINK = frozenset({Fault.FAILED, Fault.TIMED_OUT, Fault.NEEDS_BOND})


class BleakRadio:
    """A Radio on one adapter ("" for the first that is on)."""

    def __init__(self, adapter: str = "") -> None:
        self._wanted = adapter

    async def adapter(self) -> Adapter:
        """The adapter in use."""
        return (await ask_bluez()).adapter(self._wanted)

    async def connected(self) -> list[Device]:
        """Straps that BlueZ is connected to."""
        name = (await self.adapter()).name
        with translated():
            adapter = await BleakAdapter.get(bluez={"adapter": name})
            return [_device(found) for found in await adapter.get_connected_devices([HEART_RATE_SERVICE])]

    async def scan(self, heard: Callable[[Advert], None]) -> BleakScan:
        """Listen for straps."""
        name = (await self.adapter()).name

        def detected(device: BLEDevice, advert: AdvertisementData) -> None:
            heard(Advert(_device(device), advert.rssi))

        with translated():
            scanner = BleakScanner(detected, service_uuids=[HEART_RATE_SERVICE], bluez={"adapter": name})
            await scanner.start()
        return BleakScan(scanner)

    async def connect(self, device: Device) -> BleakLink:
        """Connect to a device of this radio, with a client of its own for each try."""
        lost = asyncio.Event()
        client = BleakClient(_handle(device), lambda _: lost.set(), timeout=_CONNECT_S)
        try:
            with translated():
                await client.connect()
        except RadioError as error:
            if error.fault in _OF_THE_LINK and await _bonded(_path(device)):
                raise RadioError(Fault.BOND_BROKEN, f"it is bonded, but no link holds ({error})") from error
            raise
        return BleakLink(client, _path(device), lost)

    async def drop(self, device: Device) -> None:
        """Make BlueZ let go of a device."""
        await disconnect(_path(device))

    async def forget(self, device: Device) -> None:
        """Make BlueZ forget a device."""
        await forget(_path(device))


class BleakScan:
    """A Scan."""

    def __init__(self, scanner: BleakScanner) -> None:
        self._scanner = scanner

    async def close(self) -> None:
        """Stop it."""
        with translated():
            await self._scanner.stop()


class BleakLink:
    """A Link: one client, which is never connected a second time."""

    def __init__(self, client: BleakClient, path: str, lost: asyncio.Event) -> None:
        self._client = client
        self._path = path
        self._lost = lost

    async def subscribe(self, heard: Callable[[bytes], None], *, bonding: bool = False) -> None:
        """Begin the notifications of 0x2A37; bleak ends them with the connection."""

        def notified(_: BleakGATTCharacteristic, payload: bytearray) -> None:
            heard(bytes(payload))

        # BlueZ bonds by itself where the strap asks for it, and waits for ever without an agent.
        async with pairing_agent(self._path) if bonding else nullcontext():
            with translated():
                await self._client.start_notify(HEART_RATE_MEASUREMENT, notified)

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""
        with translated():
            return bytes(await self._client.read_gatt_char(uuid))

    async def bond(self) -> None:
        """Pair with an agent that agrees."""
        async with pairing_agent(self._path):
            with translated():
                await self._client.pair()

    async def known(self) -> Known:
        """As BlueZ has it now, whose object keeps the path that it was found by."""
        return await known_device(self._path)

    async def lost(self) -> None:
        """Return once the connection is gone."""
        await self._lost.wait()

    async def close(self) -> None:
        """Disconnect, and free the client's D-Bus connection."""
        with translated():
            await self._client.disconnect()


def _device(found: BLEDevice) -> Device:
    name = decode_text((found.name or "").encode("utf-8", "replace"))  # anybody may call himself anything
    return Device(found.address.upper(), name or "", found)


async def _bonded(path: str) -> bool:
    try:
        return (await known_device(path)).bonded
    except RadioError:
        return False  # it is forgotten already, or BlueZ is away


def _handle(device: Device) -> BLEDevice:
    assert isinstance(device.handle, BLEDevice), "a device of another radio"
    return device.handle


def _path(device: Device) -> str:
    return str(_handle(device).details["path"])
