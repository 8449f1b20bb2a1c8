"""`talkpace pair` proves a strap with its first beats."""

from __future__ import annotations

import asyncio

import pytest

from talkpace.errors import StrapError
from talkpace.measurement.link_decoder import Measurement
from talkpace.sources.bluetooth.pairing import PairingResult, pair
from talkpace.sources.bluetooth.radio import (
    BATTERY_LEVEL,
    BODY_SENSOR_LOCATION,
    MODEL_NUMBER,
    Device,
    Fault,
    RadioError,
)
from talkpace.sources.events import StrapInfo

from ...fake_clock import FakeClock, let_run
from .fake_radio import HANG, FakeLink, FakeRadio
from .harness import ANNA, BEN

NEEDS_BOND = RadioError(Fault.NEEDS_BOND, "the strap wants to be paired first")


class Desk:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.radio = FakeRadio()
        self.shown: list[int] = []
        self.steps: list[str] = []

    def start(self, address: str = ANNA) -> asyncio.Task[PairingResult]:
        def show(measurement: Measurement) -> None:
            self.shown.append(measurement.heart_rate)

        return asyncio.create_task(
            pair(
                self.radio,
                address,
                seconds=10,
                on_step=self.steps.append,
                on_measurement=show,
                clock=self.clock,
            )
        )

    async def hear(self, address: str = ANNA) -> None:
        await let_run()
        self.radio.advertise(address, "H10", -55)
        await let_run()

    async def beat(self, *payloads: bytes) -> None:
        for payload in payloads:
            self.radio.links[ANNA][-1].beat(payload)
            await self.clock.advance(1)


async def test_pairing_finds_describes_shows_and_disconnects_a_strap() -> None:
    desk = Desk()
    link = FakeLink(values={BATTERY_LEVEL: b"\x57", MODEL_NUMBER: b"H10", BODY_SENSOR_LOCATION: b"\x01"})
    desk.radio.plan(ANNA, link)
    pairing = desk.start(ANNA.lower())
    await desk.hear()
    await desk.beat(b"\x00\x48", b"", b"\x00\x49")
    await desk.clock.advance(10)
    strap = StrapInfo(ANNA, "H10", model="H10", body_location="chest", signal_dbm=-55)
    assert await pairing == PairingResult(strap, 87, bonded=False, measurements=2)
    assert desk.shown == [72, 73]
    assert link.closed
    assert not link.bonded


async def test_a_strap_that_refuses_for_lack_of_encryption_is_bonded() -> None:
    desk = Desk()
    link = FakeLink(subscribing=[NEEDS_BOND])
    desk.radio.plan(ANNA, link)
    pairing = desk.start()
    await desk.hear()
    await desk.beat(b"\x00\x48")
    await desk.clock.advance(10)
    assert (await pairing).bonded
    assert link.bonded
    assert desk.shown == [72]


async def test_a_strap_bonded_while_subscribing_has_its_identity_address() -> None:
    desk = Desk()
    desk.radio.plan(ANNA, FakeLink(bonds_by_itself=True, identity=BEN))
    pairing = desk.start()
    await desk.hear()
    await desk.beat(b"\x00\x48")
    await desk.clock.advance(10)
    paired = await pairing
    assert paired.bonded
    assert paired.strap.address == BEN


async def test_a_strap_that_this_host_is_connected_to_is_found_without_a_scan() -> None:
    desk = Desk()
    desk.radio.connected_devices = [Device(ANNA, "H10")]
    pairing = desk.start()
    await desk.clock.advance(11)
    assert (await pairing).strap == StrapInfo(ANNA, "H10")
    assert "scan" not in desk.radio.log


@pytest.mark.parametrize(
    ("link", "message"),
    [
        (
            FakeLink(subscribing=[NEEDS_BOND], bonding=RadioError(Fault.NEEDS_BOND, "pairing failed")),
            "remove",
        ),
        (FakeLink(subscribing=[NEEDS_BOND], bonding=HANG), "bonding took longer than 30 s"),
        (FakeLink(subscribing=[HANG]), "subscribing took longer than 30 s"),
        (FakeLink(subscribing=[RadioError(Fault.NOT_OFFERED, "the device has no 2a37")]), "broadcast"),
    ],
    ids=["bond refused", "bond hangs", "subscription hangs", "no strap"],
)
async def test_a_failure_is_one_line_and_the_strap_is_disconnected(link: FakeLink, message: str) -> None:
    desk = Desk()
    desk.radio.plan(ANNA, link)
    pairing = desk.start()
    await desk.hear()
    await desk.clock.advance(60)
    with pytest.raises(StrapError, match=message) as failed:
        await pairing
    assert "\n" not in str(failed.value)
    assert link.closed


async def hear_again(desk: Desk) -> None:
    """A strap that advertises whenever somebody listens, while time passes."""
    for _ in range(10):
        await desk.hear()
        await desk.clock.advance(0.5)


@pytest.mark.parametrize(
    "broken",
    [
        RadioError(Fault.BOND_BROKEN, "it is bonded, but no link holds"),
        FakeLink(subscribing=[NEEDS_BOND], bonded=True),
    ],
    ids=["no link", "no subscription"],
)
async def test_a_strap_that_has_lost_its_keys_is_bonded_again(broken: FakeLink | RadioError) -> None:
    desk = Desk()
    busy = RadioError(Fault.BUSY, "the daemon is connecting it")
    desk.radio.plan(ANNA, broken, busy, FakeLink(subscribing=[NEEDS_BOND]))
    pairing = desk.start()
    await hear_again(desk)
    await desk.beat(b"\x00\x48")
    await desk.clock.advance(10)
    assert (await pairing).bonded
    assert desk.radio.count(f"forget {ANNA}") == 1
    assert desk.radio.count(f"connect {ANNA}") == 3


async def test_bonding_again_fails_after_three_tries() -> None:
    desk = Desk()
    failed = RadioError(Fault.FAILED, "no link")
    desk.radio.plan(ANNA, RadioError(Fault.BOND_BROKEN, "it is bonded, but"), *[failed] * 3)
    pairing = desk.start()
    await hear_again(desk)
    with pytest.raises(StrapError, match="no link: wear the strap"):
        await pairing


async def test_pairing_fails_if_the_strap_does_not_advertise_within_30_s() -> None:
    desk = Desk()
    pairing = desk.start()
    await desk.hear(BEN)
    await desk.clock.advance(31)
    with pytest.raises(StrapError, match="not found within 30 s: wear the strap"):
        await pairing
    assert desk.radio.log == ["scan", "scan ended"]


async def test_pairing_fails_if_the_link_is_lost() -> None:
    desk = Desk()
    pairing = desk.start()
    await desk.hear()
    desk.radio.links[ANNA][-1].lose()
    await desk.clock.advance(1)
    with pytest.raises(StrapError, match="lost"):
        await pairing
