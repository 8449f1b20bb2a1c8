"""The radio is lent to a command, while the straps that are connected go on."""

from __future__ import annotations

import asyncio

import pytest

from talkpace.errors import StrapError
from talkpace.sources.bluetooth.radio import Device
from talkpace.sources.events import LinkDown, Notification

from ...fake_clock import let_run
from .harness import ANNA, BEN, StrapsHarness


async def test_a_scan_ends_before_the_radio_is_lent_and_starts_again_after_it() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        assert harness.radio.scanning()
        async with harness.straps.exclusive_radio() as radio:
            assert not harness.radio.scanning()
            await harness.clock.advance(15)
            assert harness.radio.count("scan") == 1
            assert radio is harness.radio
        await let_run()
        assert harness.radio.scanning()
        await harness.advertise(ANNA)
        assert ANNA in harness.radio.links


async def test_a_connected_strap_goes_on_while_others_are_searched_for() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        async with harness.straps.exclusive_radio():
            await harness.wear(ANNA, seconds=3)
        assert len(harness.of(Notification)) == 3
        assert harness.of(LinkDown) == []


async def test_the_strap_to_be_paired_is_disconnected_and_connected_again_afterwards() -> None:
    harness = StrapsHarness([ANNA, BEN])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.advertise(BEN)
        async with harness.straps.exclusive_radio(ANNA.lower()) as radio:
            assert harness.link(ANNA).closed
            assert not harness.link(BEN).closed
            await (await radio.connect(Device(ANNA, "H10"))).close()
        await harness.advertise(ANNA, seconds=3)
        assert len(harness.radio.links[ANNA]) == 3
        await harness.wear(ANNA, seconds=1)


async def test_a_connection_under_way_is_finished_before_the_radio_is_lent() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        harness.radio.advertise(ANNA)
        async with harness.straps.exclusive_radio() as radio:
            await radio.connect(Device(BEN, "H10"))  # the fake fails where two connect
        await let_run()
        await harness.advertise(ANNA, seconds=3)
        assert not harness.link(ANNA).closed


async def test_the_radio_is_lent_to_one_command_at_a_time() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run(), harness.straps.exclusive_radio():
        with pytest.raises(StrapError, match="searched for or paired already"):
            await harness.straps.exclusive_radio().__aenter__()


async def test_without_a_radio_the_error_says_so() -> None:
    with pytest.raises(StrapError, match="Bluetooth has not started yet"):
        await StrapsHarness([ANNA]).straps.exclusive_radio().__aenter__()


async def test_a_command_that_is_cancelled_gives_the_radio_back() -> None:
    harness = StrapsHarness([ANNA])

    async def hold() -> None:
        async with harness.straps.exclusive_radio():
            await asyncio.Event().wait()

    async with harness.run():
        holding = asyncio.create_task(hold())
        await let_run()
        assert not harness.radio.scanning()
        holding.cancel()
        await let_run()
        assert harness.radio.scanning()
