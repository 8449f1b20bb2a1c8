"""Straps in range that nobody owns are collected, told once, and never connected."""

from __future__ import annotations

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.sources.bluetooth.radio import Advertisement, Device
from talkpace.sources.bluetooth.strangers import FORGET_MS, MOST_STRANGERS, RadioWithObserver, Strangers
from talkpace.sources.bluetooth.straps import BluetoothStraps
from talkpace.sources.bluetooth.survey import scan

from ...fake_clock import FakeClock, let_run
from .harness import ANNA, BEN, StrapsHarness

NEIGHBOUR = "A0:9E:1A:00:00:99"


class Household(StrapsHarness):
    """Straps on a radio whose scans the strangers are collected from."""

    def __init__(self, wanted: list[str]) -> None:
        super().__init__(wanted)
        self.session_active = False
        self.strangers = Strangers(self.clock, owned=lambda: self.wanted)
        self.straps = BluetoothStraps(
            clock=self.clock,
            wanted=lambda: self.wanted,
            on_health=lambda health: self.health.append(health.text),
            open_radio=lambda: RadioWithObserver(self.radio, self.strangers.see),
            may_listen=lambda: not self.session_active,
            random=lambda: 0.0,
        )

    def in_range(self) -> list[str]:
        return [stranger.address for stranger in self.strangers.in_range()]


async def test_a_stranger_is_seen_while_a_strap_is_missing_and_is_not_connected() -> None:
    home = Household([ANNA])
    async with home.run():
        await home.advertise(NEIGHBOUR, seconds=20)
        assert home.in_range() == [NEIGHBOUR]
        await home.advertise(ANNA)
        assert list(home.radio.links) == [ANNA]
        assert home.in_range() == [NEIGHBOUR]


async def test_a_search_by_command_sees_strangers_too() -> None:
    home = Household([ANNA])
    async with home.run():
        await home.advertise(ANNA)
        async with home.straps.exclusive_radio() as radio:
            searching = asyncio.create_task(scan(radio, 5, clock=home.clock))
            await let_run()
            home.radio.advertise(BEN)
            await home.clock.advance(5)
            assert [found.address for found in await searching] == [BEN]
        assert home.in_range() == [BEN]


async def test_while_nobody_owns_a_strap_the_radio_listens_ten_seconds_a_minute() -> None:
    home = Household([])
    async with home.run():
        listened = 0
        for _ in range(170):
            listened += home.radio.scanning()
            await home.clock.advance(1)
        assert home.radio.count("scan") == 3
        assert listened == 30
        await home.clock.advance(10)
        await home.advertise(NEIGHBOUR)
        assert home.in_range() == [NEIGHBOUR]
        assert not home.radio.links


async def test_while_a_session_is_active_or_all_straps_are_connected_the_radio_does_not_listen() -> None:
    home = Household([])
    home.session_active = True
    async with home.run():
        await home.clock.advance(300)
        assert home.radio.count("scan") == 0
        home.session_active = False
        await home.clock.advance(10)
        assert home.radio.scanning()
        home.wanted.append(ANNA)
        home.straps.wanted_changed()
        await let_run()
        await home.advertise(ANNA)
        scans = home.radio.count("scan")
        await home.wear(ANNA, seconds=120)
        assert home.radio.count("scan") == scans


async def test_listening_ends_at_once_for_a_command() -> None:
    home = Household([])
    async with home.run():
        assert home.radio.scanning()
        async with home.straps.exclusive_radio():
            assert not home.radio.scanning()


async def test_a_stranger_is_forgotten_after_five_minutes() -> None:
    home = Household([ANNA])
    async with home.run():
        await home.advertise(NEIGHBOUR)
        await home.clock.advance(FORGET_MS / 1000 - 1)
        assert home.in_range() == [NEIGHBOUR]
        await home.clock.advance(1)
        assert home.in_range() == []


async def test_a_stranger_who_is_ignored_or_given_to_somebody_is_none() -> None:
    home = Household([ANNA])
    async with home.run():
        await home.advertise(NEIGHBOUR)
        await home.advertise(BEN)
        home.strangers.ignore_only([NEIGHBOUR])
        assert home.in_range() == [BEN]
        home.wanted.append(BEN)
        assert home.in_range() == []
        await home.advertise(NEIGHBOUR)
        home.strangers.ignore_only([])
        assert home.in_range() == []
        await home.advertise(NEIGHBOUR)
        assert home.in_range() == [NEIGHBOUR]


async def test_the_log_tells_each_stranger_once_and_without_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    home = Household([ANNA])
    async with home.run():
        await home.advertise(NEIGHBOUR, seconds=5)
        await home.clock.advance(400)
        await home.advertise(NEIGHBOUR)
        told = [record.getMessage() for record in caplog.records if "nobody owns" in record.getMessage()]
        assert told == ["a strap that nobody owns is in range; list it: talkpace straps"]
        assert NEIGHBOUR not in caplog.text
        await let_run()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-100, -30), st.sampled_from(["", "H10"]))))
def test_strangers_are_few_sorted_by_signal_and_of_the_latest_seen(
    seen: list[tuple[int, int, str]],
) -> None:
    strangers = Strangers(FakeClock(), owned=frozenset)
    for number, signal_dbm, name in seen:
        strangers.see(Advertisement(Device(f"A0:9E:1A:00:00:{number:02X}", name), signal_dbm))
    in_range = strangers.in_range()
    latest = list(dict.fromkeys(number for number, _, _ in reversed(seen)))[:MOST_STRANGERS]
    assert {int(one.address[-2:], 16) for one in in_range} == set(latest)
    signals = [one.signal_dbm for one in in_range]
    assert signals == sorted(signals, reverse=True)
