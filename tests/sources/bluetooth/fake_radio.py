"""A fake radio for advertisements, failures, lost links, hangs and malformed payloads."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from talkpace.sources.bluetooth.radio import Adapter, Advertisement, BondInfo, Device, Fault, RadioError


class Hang(Enum):
    HANG = auto()


HANG = Hang.HANG
Failure = RadioError | Hang | None


async def fail_with(failure: Failure) -> None:
    if failure is HANG:
        await asyncio.get_running_loop().create_future()
    elif failure is not None:
        raise failure


class FakeLink:
    def __init__(
        self,
        *,
        subscribing: list[Failure] | None = None,
        bonding: Failure = None,
        identity: str = "",
        bonds_by_itself: bool = False,
        bonded: bool = False,
        closing: Failure = None,
        values: dict[str, bytes | Failure] | None = None,
    ) -> None:
        self._subscribing = deque(subscribing or [])
        self._bonding = bonding
        self._identity = identity
        self._bonds_by_itself = bonds_by_itself
        self.address = ""
        self._closing = closing
        self._values = values or {}
        self._lost = asyncio.Event()
        self._on_payload: Callable[[bytes], None] | None = None
        self.reads: list[str] = []
        self.bonded = bonded
        self.closed = False
        self.release: Callable[[], None] = lambda: None

    def beat(self, payload: bytes) -> None:
        assert self._on_payload is not None, "subscribe first"
        self._on_payload(payload)

    def lose(self) -> None:
        self._lost.set()

    async def subscribe(self, on_payload: Callable[[bytes], None], *, bonding: bool = False) -> None:
        self._on_payload = on_payload
        self.bonded |= bonding and self._bonds_by_itself
        await fail_with(self._subscribing.popleft() if self._subscribing else None)

    async def read(self, uuid: str) -> bytes:
        self.reads.append(uuid)
        value = self._values.get(uuid, RadioError(Fault.NOT_OFFERED, "no such characteristic"))
        if isinstance(value, bytes):
            return value
        await fail_with(value)
        return b""

    async def bond(self) -> None:
        await fail_with(self._bonding)
        self.bonded = True

    async def bond_info(self) -> BondInfo:
        return BondInfo(self._identity or self.address, self.bonded)

    async def lost(self) -> None:
        await self._lost.wait()

    async def close(self) -> None:
        await fail_with(self._closing)
        self.closed = True
        self.lose()
        self.release()


class FakeScan:
    def __init__(self, radio: FakeRadio) -> None:
        self._radio = radio

    async def close(self) -> None:
        await fail_with(self._radio.ending_scan)
        self._radio.on_advertisement = None
        self._radio.log.append("scan ended")


class FakeRadio:
    """Refuses, as BlueZ does, to scan and connect at the same time; `log` lists the requests."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.on_advertisement: Callable[[Advertisement], None] | None = None
        self.generation = ":1.7"
        self.adapter_failure: Failure = None
        """of every request to the adapter"""
        self.starting_scan: deque[Failure] = deque()
        self.ending_scan: Failure = None
        self.connected_devices: list[Device] = []
        self.connecting: dict[str, deque[FakeLink | Failure]] = {}
        self.links: dict[str, list[FakeLink]] = {}
        self._under_way = 0
        self._linked: set[str] = set()

    def advertise(self, address: str, name: str = "Strap", signal_dbm: int = -60) -> None:
        """Received only during a scan; a connected strap does not advertise."""
        if self.on_advertisement is not None and address not in self._linked:
            self.on_advertisement(Advertisement(Device(address, name), signal_dbm))

    def plan(self, address: str, *outcomes: FakeLink | Failure) -> None:
        """Plan the outcomes of the next attempts to connect; after them each makes a new link."""
        self.connecting.setdefault(address, deque()).extend(outcomes)

    def scanning(self) -> bool:
        return self.on_advertisement is not None

    def count(self, entry: str) -> int:
        return self.log.count(entry)

    async def adapter(self) -> Adapter:
        await fail_with(self.adapter_failure)
        return Adapter("hci0", self.generation)

    async def connected(self) -> list[Device]:
        await fail_with(self.adapter_failure)
        return list(self.connected_devices)

    async def scan(self, on_advertisement: Callable[[Advertisement], None]) -> FakeScan:
        self._require_idle()
        self.log.append("scan")
        await fail_with(self.starting_scan.popleft() if self.starting_scan else None)
        self.on_advertisement = on_advertisement
        return FakeScan(self)

    async def connect(self, device: Device) -> FakeLink:
        self._require_idle()
        self.log.append(f"connect {device.address}")
        self._under_way += 1
        try:
            await asyncio.sleep(0)
            outcomes = self.connecting.get(device.address)
            outcome = outcomes.popleft() if outcomes else FakeLink()
            if not isinstance(outcome, FakeLink):
                await fail_with(outcome)
                outcome = FakeLink()
        finally:
            self._under_way -= 1
        self._disconnect(device)
        self._linked.add(device.address)
        outcome.address = device.address
        outcome.release = lambda: self._linked.discard(device.address)
        self.links.setdefault(device.address, []).append(outcome)
        return outcome

    async def drop(self, device: Device) -> None:
        self.log.append(f"drop {device.address}")
        self._disconnect(device)

    async def forget(self, device: Device) -> None:
        self.log.append(f"forget {device.address}")

    def _disconnect(self, device: Device) -> None:
        others = [other for other in self.connected_devices if other.address != device.address]
        self.connected_devices = others

    def _require_idle(self) -> None:
        assert self.on_advertisement is None, "a scan is under way"
        assert self._under_way == 0, "a connection is under way"
