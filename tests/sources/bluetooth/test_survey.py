"""`talkpace scan` lists the straps in range."""

from __future__ import annotations

import asyncio

import pytest

from talkpace.errors import StrapError
from talkpace.sources.bluetooth.radio import BATTERY_LEVEL, Device, Fault, RadioError
from talkpace.sources.bluetooth.survey import FoundStrap, scan

from ...fake_clock import FakeClock, let_run
from .fake_radio import HANG, FakeLink, FakeRadio
from .harness import ANNA, BEN


async def survey(
    radio: FakeRadio, advertised: list[tuple[str, str, int]], *, with_battery: bool = False
) -> tuple[list[FoundStrap], list[FoundStrap]]:
    clock = FakeClock()
    live: list[FoundStrap] = []
    scanning = asyncio.create_task(
        scan(radio, 5, with_battery=with_battery, on_found=live.append, clock=clock)
    )
    await let_run()
    for address, name, signal_dbm in advertised:
        radio.advertise(address, name, signal_dbm)
    await clock.advance(60)
    return await scanning, live


async def test_straps_are_listed_strongest_first() -> None:
    found, _ = await survey(FakeRadio(), [(ANNA, "H10", -80), (BEN, "TICKR", -50)])
    assert found == [FoundStrap(BEN, "TICKR", -50), FoundStrap(ANNA, "H10", -80)]


async def test_each_is_shown_once_and_again_when_its_name_is_known() -> None:
    _, live = await survey(
        FakeRadio(), [(ANNA, "", -80), (ANNA, "", -70), (ANNA, "H10", -60), (ANNA, "", -61)]
    )
    assert live == [FoundStrap(ANNA, "", -80), FoundStrap(ANNA, "H10", -60)]


async def test_a_strap_that_this_host_is_connected_to_is_listed_last_and_stays_connected() -> None:
    radio = FakeRadio()
    radio.connected_devices = [Device(ANNA, "H10")]
    found, _ = await survey(radio, [(BEN, "TICKR", -90)], with_battery=True)
    assert found == [FoundStrap(BEN, "TICKR", -90), FoundStrap(ANNA, "H10", None, connected=True)]
    assert f"connect {ANNA}" not in radio.log


async def test_the_battery_is_read_only_on_request() -> None:
    radio = FakeRadio()
    await survey(radio, [(ANNA, "H10", -80)])
    assert radio.log == ["scan", "scan ended"]


async def test_batteries_are_read_one_after_another_and_the_straps_disconnected() -> None:
    radio = FakeRadio()
    radio.plan(ANNA, FakeLink(values={BATTERY_LEVEL: b"\x57"}))
    radio.plan(BEN, HANG)
    found, _ = await survey(radio, [(ANNA, "H10", -80), (BEN, "TICKR", -50)], with_battery=True)
    assert [(strap.address, strap.battery_percent) for strap in found] == [(BEN, None), (ANNA, 87)]
    assert radio.links[ANNA][0].closed


async def test_a_scan_without_an_adapter_fails_with_a_remedy() -> None:
    radio = FakeRadio()
    radio.adapter_failure = RadioError(Fault.NO_ADAPTER, "no Bluetooth adapter")
    with pytest.raises(StrapError, match="no Bluetooth adapter: plug one in"):
        await survey(radio, [])


async def test_cancelling_stops_the_scan() -> None:
    radio = FakeRadio()
    scanning = asyncio.create_task(scan(radio, 5, clock=FakeClock()))
    await let_run()
    scanning.cancel()
    await let_run()
    assert scanning.cancelled()
    assert radio.log == ["scan", "scan ended"]
