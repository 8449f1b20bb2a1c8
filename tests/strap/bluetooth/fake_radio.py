"""A radio that does as it is told: adverts, failures, drops, hangs, garbage."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from talkpace.strap.bluetooth.radio import Adapter, Advert, Device, Fault, Known, RadioError


class Hang(Enum):
    HANG = auto()


HANG = Hang.HANG
Trouble = RadioError | Hang | None


async def suffer(trouble: Trouble) -> None:
    if trouble is HANG:
        await asyncio.get_running_loop().create_future()
    elif trouble is not None:
        raise trouble


class FakeLink:
    def __init__(
        self,
        *,
        subscribing: list[Trouble] | None = None,
        bonding: Trouble = None,
        identity: str = "",
        bonds_by_itself: bool = False,
        bonded: bool = False,
        closing: Trouble = None,
        values: dict[str, bytes | Trouble] | None = None,
    ) -> None:
        self._subscribing = deque(subscribing or [])
        self._bonding = bonding
        self._identity = identity
        self._bonds_by_itself = bonds_by_itself
        self.address = ""
        self._closing = closing
        self._values = values or {}
        self._lost = asyncio.Event()
        self._heard: Callable[[bytes], None] | None = None
        self.reads: list[str] = []
        self.bonded = bonded
        self.closed = False
        self.release: Callable[[], None] = lambda: None

    def beat(self, payload: bytes) -> None:
        assert self._heard is not None, "nobody has subscribed"
        self._heard(payload)

    def lose(self) -> None:
        self._lost.set()

    async def subscribe(self, heard: Callable[[bytes], None], *, bonding: bool = False) -> None:
        self._heard = heard
        self.bonded |= bonding and self._bonds_by_itself
        await suffer(self._subscribing.popleft() if self._subscribing else None)

    async def read(self, uuid: str) -> bytes:
        self.reads.append(uuid)
        value = self._values.get(uuid, RadioError(Fault.NOT_OFFERED, "no such characteristic"))
        if isinstance(value, bytes):
            return value
        await suffer(value)
        return b""

    async def bond(self) -> None:
        await suffer(self._bonding)
        self.bonded = True

    async def known(self) -> Known:
        return Known(self._identity or self.address, self.bonded)

    async def lost(self) -> None:
        await self._lost.wait()

    async def close(self) -> None:
        await suffer(self._closing)
        self.closed = True
        self.lose()
        self.release()


class FakeScan:
    def __init__(self, radio: FakeRadio) -> None:
        self._radio = radio

    async def close(self) -> None:
        await suffer(self._radio.ending_scan)
        self._radio.hearing = None
        self._radio.log.append("scan ended")


class FakeRadio:
    """Refuses, as BlueZ does, to scan and connect at once; `log` tells what it was asked."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.hearing: Callable[[Advert], None] | None = None
        self.generation = ":1.7"
        self.problem: Trouble = None
        """what is wrong with the adapter"""
        self.starting_scan: deque[Trouble] = deque()
        self.ending_scan: Trouble = None
        self.left_over: list[Device] = []
        self.connecting: dict[str, deque[FakeLink | Trouble]] = {}
        self.links: dict[str, list[FakeLink]] = {}
        self._under_way = 0
        self._linked: set[str] = set()

    def advertise(self, address: str, name: str = "Strap", signal_dbm: int = -60) -> None:
        """Heard only while it scans; a strap with a link is silent."""
        if self.hearing is not None and address not in self._linked:
            self.hearing(Advert(Device(address, name), signal_dbm))

    def will(self, address: str, *outcomes: FakeLink | Trouble) -> None:
        """What comes of the next attempts to connect; a new link each time when all are used up."""
        self.connecting.setdefault(address, deque()).extend(outcomes)

    def scanning(self) -> bool:
        return self.hearing is not None

    def count(self, entry: str) -> int:
        return self.log.count(entry)

    async def adapter(self) -> Adapter:
        await suffer(self.problem)
        return Adapter("hci0", self.generation)

    async def connected(self) -> list[Device]:
        await suffer(self.problem)
        return list(self.left_over)

    async def scan(self, heard: Callable[[Advert], None]) -> FakeScan:
        self._alone()
        self.log.append("scan")
        await suffer(self.starting_scan.popleft() if self.starting_scan else None)
        self.hearing = heard
        return FakeScan(self)

    async def connect(self, device: Device) -> FakeLink:
        self._alone()
        self.log.append(f"connect {device.address}")
        self._under_way += 1
        try:
            await asyncio.sleep(0)
            outcomes = self.connecting.get(device.address)
            outcome = outcomes.popleft() if outcomes else FakeLink()
            if not isinstance(outcome, FakeLink):
                await suffer(outcome)
                outcome = FakeLink()
        finally:
            self._under_way -= 1
        self.left_over = [left for left in self.left_over if left.address != device.address]
        self._linked.add(device.address)
        outcome.address = device.address
        outcome.release = lambda: self._linked.discard(device.address)
        self.links.setdefault(device.address, []).append(outcome)
        return outcome

    async def drop(self, device: Device) -> None:
        self.log.append(f"drop {device.address}")
        self.left_over = [left for left in self.left_over if left.address != device.address]

    async def forget(self, device: Device) -> None:
        self.log.append(f"forget {device.address}")

    def _alone(self) -> None:
        assert self.hearing is None, "a scan is under way"
        assert self._under_way == 0, "a connection is under way"
