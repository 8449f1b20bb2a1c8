# Runs only in the guest, with the packages installed there.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN003, ANN201, ANN204
"""One virtual strap: advertising, connections, notifications, and misbehaviour."""

import asyncio
import hashlib
import json
import time
from collections import deque
from pathlib import Path

from bumble import hci
from bumble.core import AdvertisingData
from bumble.device import Device, DeviceConfiguration
from bumble.keys import MemoryKeyStore
from bumble.pairing import PairingConfig
from controllers import StrapController
from gatt_services import Delegate, add_services, measurement

ADVERTISING_INTERVAL_MS = 200
PUBLIC, STATIC, PRIVATE = "public", "static", "private"


def plain(address):
    return address.to_string(with_type_qualifier=False)


class Strap:
    """The settings are documented at `VirtualRadio.add` in vm/virtual_straps.py."""

    def __init__(self, label, air, *, address, kind=PUBLIC, name, battery=87, bonds=False, secured=False):
        self.label, self.kind, self.address = label, kind, address
        self.battery = battery
        self.heart_rate, self.rr_ms, self.contact, self.interval_s = 72, None, True, 1.0
        self.advertising, self.steady, self.hangs = False, True, False
        self.playing = None
        self.sent = deque(maxlen=100_000)
        self.has_subscriber = asyncio.Event()
        self._tasks = set()
        public = address if kind != STATIC else "00:00:00:00:00:00"
        self.controller = StrapController(
            label, link=air, public_address=hci.Address(public, hci.Address.PUBLIC_DEVICE_ADDRESS)
        )
        config = DeviceConfiguration(name=name)
        if kind == STATIC:
            config.address = hci.Address(address)
        config.le_privacy_enabled = kind == PRIVATE
        config.irk = hashlib.sha256(address.encode()).digest()[:16]
        self.device = Device.from_config_with_hci(config, self.controller, self.controller)
        self.device.keystore = MemoryKeyStore()
        identity = PairingConfig.AddressType.RANDOM if kind == STATIC else PairingConfig.AddressType.PUBLIC
        self.device.pairing_config_factory = lambda _: PairingConfig(
            sc=True,
            mitm=False,
            bonding=bonds,
            delegate=Delegate(bonds=bonds),
            identity_address_type=identity,
        )
        self._serve(secured=secured)
        # Bumble's link transmits no scan responses, so everything is in the 31 advertised bytes.
        self.device.advertising_data = bytes(
            AdvertisingData(
                [
                    (AdvertisingData.FLAGS, b"\x06"),
                    (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x0d\x18"),
                    (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode()),
                ]
            )
        )
        self.device.on("connection", self._on_connection)

    def _serve(self, *, secured):
        server = self.device.gatt_server
        self.beats, self.level = add_services(
            self.device, self.label, battery=lambda: self.battery, secured=secured
        )
        server.on("characteristic_subscription", self._on_subscription)
        answer = server.on_gatt_pdu
        server.on_gatt_pdu = lambda bearer, pdu: None if self.hangs else answer(bearer, pdu)

    async def start(self):
        await self.device.power_on()
        self.address = plain(
            self.device.random_address if self.kind != PUBLIC else self.device.public_address
        )
        self._spawn(self._beat())
        await self.advertise(on=True)

    async def remove(self):
        await self.leave()
        for task in self._tasks:
            task.cancel()
        self.controller.link.remove_controller(self.controller)

    # --- commands ---------------------------------------------------------------

    async def advertise(self, *, on):
        self.advertising = on
        if not on:
            await self.device.stop_advertising()
        else:
            await self.device.start_advertising(
                own_address_type=hci.OwnAddressType.PUBLIC
                if self.kind == PUBLIC
                else hci.OwnAddressType.RANDOM,
                advertising_interval_min=ADVERTISING_INTERVAL_MS,
                advertising_interval_max=ADVERTISING_INTERVAL_MS,
            )
        self.tell("advertising" if on else "silent")

    async def leave(self):
        await self.advertise(on=False)
        self.controller.leave()

    async def close(self):
        for connection in list(self.device.connections.values()):
            await connection.disconnect()

    async def readdress(self, address=None):
        """Disconnect, and change to the given address or to a new one of the same kind."""
        if self.kind == PUBLIC:
            raise ValueError(f"{self.label} has a public address, which cannot change")
        await self.advertise(on=False)
        await self.close()
        fresh = (
            hci.Address(address)
            if address
            else hci.Address.generate_private_address(self.device.irk)
            if self.kind == PRIVATE
            else hci.Address.generate_static_address()
        )
        self.device.random_address = fresh
        await self.device.send_sync_command(hci.HCI_LE_Set_Random_Address_Command(random_address=fresh))
        self.address = plain(fresh)
        await self.advertise(on=True)

    async def set_battery(self, percent):
        self.battery = percent
        await self.device.notify_subscribers(self.level, bytes([percent]))

    async def unbond(self):
        await self.device.keystore.delete_all()

    def play(self, path, speed):
        """Play a raw capture (seconds,hex) instead of regular notifications to the first subscriber."""
        lines = Path(path).read_text().splitlines()
        rows = [line.split(",") for line in lines if line and not line.startswith("#")]
        self.stop()
        self.steady = False
        self.playing = self._spawn(self._play([(float(at), bytes.fromhex(data)) for at, data in rows], speed))

    def stop(self):
        if self.playing:
            self.playing.cancel()
        self.playing, self.steady = None, True

    async def send(self, data):
        self.sent.append((time.monotonic_ns(), data.hex()))
        await self.device.notify_subscribers(self.beats, data)

    def status(self):
        links = self.device.connections.values()
        return {
            "address": self.address,
            "advertising": self.controller.le_legacy_advertiser.enabled,
            "connected": [plain(link.peer_address) for link in links],
            "subscribed": self._subscribed(),
            "encrypted": any(link.is_encrypted for link in links),
            "bonded": bool(self.device.keystore.all_keys),
            "playing": self.playing is not None,
            "sent": len(self.sent),
        }

    # --- background ---------------------------------------------------------------

    def _subscribed(self):
        cccds = self.device.gatt_server.subscribers.values()
        return any(values.get(self.beats.handle, b"\0")[0] & 1 for values in cccds)

    async def _beat(self):
        due = time.monotonic()
        while True:
            due = max(due + self.interval_s, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            if self.steady and self._subscribed():
                steady = [60_000 / self.heart_rate] if self.heart_rate else []
                rr_ms = steady if self.rr_ms is None else self.rr_ms
                await self.send(measurement(self.heart_rate, rr_ms, contact=self.contact))

    async def _play(self, rows, speed):
        await self.has_subscriber.wait()
        began = time.monotonic()
        for at_s, data in rows:
            await asyncio.sleep(max(0, began + (at_s - rows[0][0]) / speed - time.monotonic()))
            await self.send(data)
        self.playing = None
        self.tell("played")

    def _on_subscription(self, *_):  # noqa: ANN002
        self.tell("subscription", to_beats=self._subscribed())
        if self._subscribed():
            self.has_subscriber.set()
        else:
            self.has_subscriber.clear()

    def _on_connection(self, connection):
        self.tell("connected", peer=plain(connection.peer_address))
        connection.on("disconnection", self._on_disconnection)
        connection.on("pairing", lambda _: self.tell("paired"))
        connection.on("pairing_failure", lambda reason: self.tell("pairing failed", reason=int(reason)))
        connection.on("connection_encryption_change", lambda: self.tell("encryption"))

    def _on_disconnection(self, reason):
        self.has_subscriber.clear()
        if self.advertising:
            self._spawn(self.advertise(on=True))
        self.tell("disconnected", reason=int(reason))

    def tell(self, event, **details):
        """Log an event to standard output, which is the journal."""
        print(json.dumps({"strap": self.label, "event": event, **details}), flush=True)  # noqa: T201

    def _spawn(self, coroutine):
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
