"""Every wanted strap is kept connected, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise

import pytest

from talkpace.strap.bluetooth.radio import Device, Fault, RadioError
from talkpace.strap.bluetooth.uuids import BATTERY_LEVEL, FIRMWARE_REVISION, MANUFACTURER_NAME, MODEL_NUMBER
from talkpace.strap.door import (
    BatteryLevel,
    LinkDown,
    LinkUp,
    Notification,
    StrapDescribed,
    StrapEvent,
    StrapInfo,
)

from ...fake_clock import let_run
from .bench import ANNA, BEN, Bench
from .fake_radio import HANG, FakeLink

IN_PROGRESS = RadioError(Fault.BUSY, "BlueZ is busy")
VANISHED = RadioError(Fault.VANISHED, "BlueZ does not know the strap any more")
ABORTED = RadioError(Fault.FAILED, "le-connection-abort-by-local")


async def test_a_wanted_strap_that_advertises_is_let_in() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA, signal_dbm=-71)
        bench.link(ANNA).beat(b"\x00\x48")
        at_ms = bench.clock.monotonic_ms()
        assert bench.events == [
            LinkUp(at_ms, StrapInfo(ANNA, "Strap", signal_dbm=-71)),
            Notification(at_ms, ANNA, b"\x00\x48"),
        ]


async def test_a_strap_that_nobody_wants_is_not_connected() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(BEN)
        assert bench.radio.count(f"connect {BEN}") == 0


async def test_addresses_are_the_same_in_small_letters() -> None:
    bench = Bench([ANNA.lower()])
    async with bench.run():
        await bench.advertise(ANNA)
        assert [up.strap.address for up in bench.of(LinkUp)] == [ANNA]
        await bench.clock.advance(10)
        assert bench.of(LinkDown) == []


async def test_scanning_ends_once_every_wanted_strap_is_connected() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        assert bench.radio.scanning()
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=25)
        assert not bench.radio.scanning()
        assert bench.radio.log == ["scan", "scan ended", f"connect {ANNA}"]


async def test_without_a_wanted_strap_there_is_no_scan() -> None:
    bench = Bench([])
    async with bench.run():
        await bench.clock.advance(60)
        assert bench.radio.log == []
        assert bench.health == ["ok"]


async def test_two_straps_are_connected_one_after_the_other() -> None:
    bench = Bench([ANNA, BEN])
    async with bench.run():
        bench.radio.advertise(ANNA)
        bench.radio.advertise(BEN)
        await let_run()
        await bench.advertise(ANNA)
        await bench.advertise(BEN)
        assert {up.strap.address for up in bench.of(LinkUp)} == {ANNA, BEN}


async def test_a_strap_that_hangs_while_connecting_lets_the_other_have_its_turn() -> None:
    bench = Bench([ANNA, BEN])
    bench.radio.will(ANNA, HANG, HANG, HANG)
    async with bench.run():
        await bench.advertise(ANNA)
        assert bench.radio.log[-1] == f"connect {ANNA}"
        await bench.clock.advance(31)
        bench.radio.advertise(ANNA)
        await bench.advertise(BEN)
        assert [up.strap.address for up in bench.of(LinkUp)] == [BEN]


async def test_a_beat_before_the_answer_to_the_subscription_still_follows_its_link_up() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, FakeLink(subscribing=[HANG]))
    async with bench.run():
        await bench.advertise(ANNA)
        assert bench.events == []
        bench.link(ANNA).beat(b"\x00\x48")
        assert [type(event) for event in bench.events] == [LinkUp, Notification]


async def test_garbage_goes_through_the_door_as_it_came() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        for payload in (b"", b"\xff", bytes(600)):
            bench.link(ANNA).beat(payload)
        assert [beat.payload for beat in bench.of(Notification)] == [b"", b"\xff", bytes(600)]


async def test_a_strap_that_was_lost_comes_back_over_a_new_link() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=40)
        bench.link(ANNA).lose()
        await let_run()
        assert [down.reason for down in bench.of(LinkDown)] == ["the link was lost"]
        assert bench.link(ANNA).closed
        await bench.advertise(ANNA)
        bench.link(ANNA).beat(b"\x00\x48")
        assert len(bench.radio.links[ANNA]) == 2
        assert [type(event) for event in bench.events[-3:]] == [LinkDown, LinkUp, Notification]


async def test_beats_of_a_link_that_is_over_are_not_let_in() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        bench.link(ANNA).lose()
        await let_run()
        bench.link(ANNA).beat(b"\x00\x48")
        assert bench.of(Notification) == []


async def test_what_the_strap_says_of_itself_follows_the_link_up_and_is_in_the_next_one() -> None:
    bench = Bench([ANNA])
    bench.radio.will(
        ANNA,
        FakeLink(
            values={MANUFACTURER_NAME: b"Polar Electro Oy\0", MODEL_NUMBER: b"H10", FIRMWARE_REVISION: b""}
        ),
    )
    async with bench.run():
        await bench.advertise(ANNA)
        described = StrapInfo(ANNA, "Strap", "Polar Electro Oy", "H10", signal_dbm=-60)
        assert [event.strap for event in bench.of(StrapDescribed)] == [described]
        await bench.wear(ANNA, seconds=40)
        bench.link(ANNA).lose()
        await let_run()
        await bench.advertise(ANNA, signal_dbm=-80)
        assert bench.of(LinkUp)[-1].strap == StrapInfo(
            ANNA, "Strap", "Polar Electro Oy", "H10", signal_dbm=-80
        )
        assert MODEL_NUMBER not in bench.link(ANNA).reads


async def test_the_battery_is_told_at_once_and_every_ten_minutes() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, FakeLink(values={BATTERY_LEVEL: bytes([87])}))
    async with bench.run():
        await bench.advertise(ANNA)
        assert [level.percent for level in bench.of(BatteryLevel)] == [87]
        await bench.wear(ANNA, seconds=1201)
        assert [level.percent for level in bench.of(BatteryLevel)] == [87, 87, 87]


async def test_reads_that_hang_neither_delay_beats_nor_end_the_link() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, FakeLink(values={BATTERY_LEVEL: HANG, MODEL_NUMBER: HANG}))
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=60)
        assert len(bench.of(Notification)) == 60
        assert bench.of(BatteryLevel) == []
        assert bench.of(LinkDown) == []


async def test_a_link_that_is_silent_for_30_s_is_dropped_and_tried_again() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=10)
        await bench.clock.advance(28)
        assert bench.of(LinkDown) == []
        await bench.clock.advance(2)
        assert len(bench.of(LinkDown)) == 1
        assert bench.link(ANNA).closed
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 2


@pytest.mark.parametrize("trouble", [HANG, ABORTED, VANISHED, IN_PROGRESS], ids=str)
async def test_a_strap_that_cannot_be_connected_is_tried_again_from_a_fresh_advert(
    trouble: RadioError,
) -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, trouble)
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.clock.advance(31)
        assert bench.radio.log == ["scan", "scan ended", f"connect {ANNA}", "scan"]
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 1


@pytest.mark.parametrize("trouble", [HANG, ABORTED], ids=str)
async def test_a_strap_that_cannot_be_subscribed_to_is_disconnected_and_tried_again(
    trouble: RadioError,
) -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, FakeLink(subscribing=[trouble]))
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.clock.advance(11)
        assert bench.link(ANNA).closed
        assert bench.events == []
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 1


async def test_a_disconnection_that_hangs_does_not_hold_up_the_next_try() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, FakeLink(closing=HANG))
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=40)
        bench.link(ANNA).lose()
        bench.link(ANNA).release()
        await bench.clock.advance(7)
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 2


async def test_pauses_between_failed_tries_double_up_to_30_s_and_never_end() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, *[ABORTED] * 12)
    tried_ms: list[int] = []
    async with bench.run():
        while not bench.of(LinkUp):
            before = bench.radio.count(f"connect {ANNA}")
            await bench.clock.advance(0.25)
            await bench.advertise(ANNA)
            if bench.radio.count(f"connect {ANNA}") > before:
                tried_ms.append(bench.clock.monotonic_ms())
        pauses_s = [(b - a) / 1000 for a, b in pairwise(tried_ms)]
        assert pauses_s == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]


@pytest.mark.parametrize(("held_s", "tried_s_after"), [(2, 0.5), (31, 0)], ids=["short", "long"])
async def test_a_link_that_lasted_30_s_is_made_again_at_once_and_a_short_one_after_a_pause(
    held_s: int, tried_s_after: float
) -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=held_s)
        bench.link(ANNA).lose()
        await let_run()
        lost_ms = bench.clock.monotonic_ms()
        while len(bench.of(LinkUp)) < 2:
            await bench.advertise(ANNA)
            await bench.clock.advance(0.125)
        assert (bench.of(LinkUp)[-1].at_ms - lost_ms) / 1000 == tried_s_after


async def test_a_strap_that_was_away_is_tried_at_once_when_it_advertises_again() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, *[ABORTED] * 7)
    async with bench.run():
        while bench.radio.count(f"connect {ANNA}") < 7:
            await bench.advertise(ANNA)
            await bench.clock.advance(0.5)
        await bench.clock.advance(16)
        assert bench.of(LinkUp) == []
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 1


async def test_a_link_that_a_dead_daemon_left_is_taken_over_without_a_scan() -> None:
    bench = Bench([ANNA])
    bench.radio.left_over = [Device(ANNA, "Strap")]
    async with bench.run():
        assert bench.radio.log == [f"connect {ANNA}"]
        assert len(bench.of(LinkUp)) == 1


async def test_a_left_link_that_cannot_be_taken_over_is_ended_so_that_the_strap_advertises() -> None:
    bench = Bench([ANNA])
    bench.radio.left_over = [Device(ANNA, "Strap")]
    bench.radio.will(ANNA, ABORTED)
    async with bench.run():
        assert bench.radio.log == [f"connect {ANNA}", f"drop {ANNA}", "scan"]
        await bench.advertise(ANNA, seconds=1)
        assert len(bench.of(LinkUp)) == 1


async def test_a_link_that_is_left_over_during_a_scan_is_taken_over_too() -> None:
    bench = Bench([ANNA, BEN])
    async with bench.run():
        bench.radio.left_over = [Device(ANNA, "Strap")]
        await bench.advertise("A0:9E:1A:00:00:77", seconds=11)
        assert [up.strap.address for up in bench.of(LinkUp)] == [ANNA]


async def test_connected_straps_that_nobody_wants_are_left_alone() -> None:
    bench = Bench([ANNA])
    bench.radio.left_over = [Device(BEN, "Somebody else's")]
    async with bench.run():
        await bench.advertise(ANNA)
        assert bench.radio.left_over == [Device(BEN, "Somebody else's")]
        assert BEN not in " ".join(bench.radio.log)


async def test_a_strap_that_is_no_longer_wanted_is_dropped_and_a_new_one_looked_for() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        bench.wanted = [BEN]
        bench.straps.wanted_changed()
        await let_run()
        assert bench.link(ANNA).closed
        assert [down.reason for down in bench.of(LinkDown)] == ["no longer wanted"]
        await bench.advertise(BEN)
        assert bench.of(LinkUp)[-1].strap.address == BEN
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 2


async def test_a_strap_wanted_during_a_scan_is_connected() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        bench.wanted = [ANNA, BEN]
        bench.straps.wanted_changed()
        await let_run()
        await bench.advertise(BEN)
        assert [up.strap.address for up in bench.of(LinkUp)] == [BEN]


@pytest.mark.parametrize(
    "problem",
    [
        RadioError(Fault.NO_ADAPTER, "no Bluetooth adapter"),
        RadioError(Fault.ADAPTER_OFF, "the adapter hci0 is off"),
        RadioError(Fault.NO_BLUEZ, "BlueZ is not running"),
    ],
    ids=str,
)
async def test_a_radio_that_goes_away_is_reported_and_used_again_when_it_is_back(problem: RadioError) -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=31)
        bench.radio.problem = problem
        await bench.clock.advance(11)
        assert bench.health == ["ok", str(problem)]
        assert [down.reason for down in bench.of(LinkDown)] == [str(problem)]
        await bench.clock.advance(3600)
        bench.radio.problem = None
        await bench.clock.advance(6)
        assert bench.health == ["ok", str(problem), "ok"]
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 2


async def test_an_adapter_that_goes_away_during_a_scan_is_noticed() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        bench.radio.problem = RadioError(Fault.ADAPTER_OFF, "the adapter hci0 is off")
        await bench.clock.advance(11)
        assert bench.health == ["ok", "the adapter hci0 is off"]
        assert not bench.radio.scanning()


async def test_without_a_radio_at_the_start_it_waits_for_one() -> None:
    bench = Bench([ANNA])
    bench.radio.problem = RadioError(Fault.NO_ADAPTER, "no Bluetooth adapter")
    async with bench.run():
        await bench.clock.advance(100)
        assert bench.health == ["no Bluetooth adapter"]
        bench.radio.problem = None
        await bench.clock.advance(6)
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 1


async def test_bluez_that_does_not_answer_is_reported_and_keeps_the_links() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        bench.link(ANNA).beat(b"\x00\x48")
        bench.radio.problem = HANG
        await bench.wear(ANNA, seconds=20)
        assert "does not answer" in bench.health[-1]
        assert bench.of(LinkDown) == []


async def test_links_from_before_a_restart_of_bluez_are_made_anew() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.wear(ANNA, seconds=31)
        bench.radio.generation = ":1.99"
        await bench.clock.advance(11)
        assert [down.reason for down in bench.of(LinkDown)] == ["BlueZ was restarted"]
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 2


async def test_a_scan_that_cannot_be_started_is_reported_and_tried_again() -> None:
    bench = Bench([ANNA])
    bench.radio.starting_scan.extend([IN_PROGRESS, HANG, IN_PROGRESS])
    async with bench.run():
        await bench.clock.advance(30)
        assert bench.health[0] == "BlueZ is busy"
        assert bench.health[-1] == "ok"
        await bench.advertise(ANNA)
        assert len(bench.of(LinkUp)) == 1


async def test_a_scan_that_hears_nothing_for_90_s_is_started_anew() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        await bench.clock.advance(89)
        assert bench.radio.log == ["scan"]
        await bench.clock.advance(2)
        assert bench.radio.log == ["scan", "scan ended", "scan"]


async def test_a_scan_that_hears_others_is_not_taken_for_dead() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        for _ in range(20):
            await bench.advertise(BEN)
            await bench.clock.advance(10)
        assert bench.radio.log == ["scan"]


async def test_cancelled_while_scanning_it_ends_the_scan() -> None:
    bench = Bench([ANNA])
    async with bench.run():
        assert bench.radio.scanning()
    assert not bench.radio.scanning()


async def test_cancelled_it_disconnects_every_strap_and_tells_the_door() -> None:
    bench = Bench([ANNA, BEN])
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.advertise(BEN)
        assert len(bench.of(LinkUp)) == 2
    assert bench.link(ANNA).closed
    assert bench.link(BEN).closed
    assert {down.address for down in bench.of(LinkDown)} == {ANNA, BEN}


async def test_cancelled_it_leaves_within_3_s_though_everything_hangs() -> None:
    bench = Bench([ANNA, BEN, "A0:9E:1A:00:00:03"])
    bench.radio.will(ANNA, FakeLink(closing=HANG))
    bench.radio.will(BEN, FakeLink(closing=HANG))
    async with bench.run():
        await bench.advertise(ANNA)
        await bench.advertise(BEN)
        bench.radio.ending_scan = HANG
        assert bench.running is not None
        bench.running.cancel()
        await bench.clock.advance(3)
        assert bench.running.done()


async def test_cancelled_in_the_moment_of_a_link_that_cannot_be_closed_it_leaves_too() -> None:
    for turns in range(40):
        bench = Bench([ANNA])
        bench.radio.will(ANNA, FakeLink(closing=HANG))
        async with bench.run():
            bench.radio.advertise(ANNA)
            for _ in range(turns):
                await asyncio.sleep(0)
        assert bench.running is not None
        assert bench.running.cancelled()


async def test_cancelled_while_connecting_nothing_is_left_behind() -> None:
    bench = Bench([ANNA])
    bench.radio.will(ANNA, HANG)
    async with bench.run():
        await bench.advertise(ANNA)
        assert bench.running is not None
        bench.running.cancel()
        await bench.clock.advance(3)
        assert bench.running.cancelled()
    assert bench.radio.links == {}


async def test_a_link_made_in_the_moment_of_cancellation_is_closed() -> None:
    for turns in range(40):
        bench = Bench([ANNA])
        async with bench.run():
            bench.radio.advertise(ANNA)
            for _ in range(turns):
                await asyncio.sleep(0)
        assert all(link.closed for link in bench.radio.links.get(ANNA, []))


async def test_the_first_failure_of_a_kind_is_a_warning_and_the_others_are_quiet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    bench = Bench([ANNA])
    bench.radio.problem = RadioError(Fault.NO_ADAPTER, "no Bluetooth adapter")
    async with bench.run():
        await bench.clock.advance(60)
        bench.radio.problem = None
        await bench.clock.advance(6)
    told = [record for record in caplog.records if "adapter" in record.message]
    assert [record.levelno for record in told[:2]] == [logging.WARNING, logging.DEBUG]
    assert {record.levelno for record in told[1:]} == {logging.DEBUG}
    assert [r.levelno for r in caplog.records if "works again" in r.message] == [logging.INFO]


async def test_a_fault_behind_the_door_is_not_swallowed() -> None:
    bench = Bench([ANNA])

    def broken(event: StrapEvent) -> None:
        if isinstance(event, Notification):
            raise ZeroDivisionError

    running = asyncio.create_task(bench.straps.run(broken))
    await let_run()
    await bench.advertise(ANNA)
    bench.link(ANNA).beat(b"\x00\x48")
    await let_run()
    assert running.done()
    error = running.exception()
    assert isinstance(error, ExceptionGroup)
    assert error.subgroup(ZeroDivisionError) is not None
    assert bench.link(ANNA).closed
