"""Every wanted strap stays connected, or is connected again, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise

import pytest

from talkpace.sources.bluetooth.radio import (
    BATTERY_LEVEL,
    FIRMWARE_REVISION,
    MANUFACTURER_NAME,
    MODEL_NUMBER,
    Device,
    Fault,
    RadioError,
)
from talkpace.sources.events import (
    BatteryLevel,
    LinkDown,
    LinkUp,
    Notification,
    StrapDescribed,
    StrapEvent,
    StrapInfo,
)

from ...fake_clock import let_run
from .fake_radio import HANG, FakeLink
from .harness import ANNA, BEN, StrapsHarness

IN_PROGRESS = RadioError(Fault.BUSY, "BlueZ is busy")
VANISHED = RadioError(Fault.VANISHED, "BlueZ does not know the strap any more")
ABORTED = RadioError(Fault.FAILED, "le-connection-abort-by-local")


async def test_a_wanted_strap_that_advertises_is_connected() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA, signal_dbm=-71)
        harness.link(ANNA).beat(b"\x00\x48")
        at_ms = harness.clock.monotonic_ms()
        assert harness.events == [
            LinkUp(at_ms, StrapInfo(ANNA, "Strap", signal_dbm=-71)),
            Notification(at_ms, ANNA, b"\x00\x48"),
        ]


async def test_a_strap_that_is_not_wanted_is_not_connected() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(BEN)
        assert harness.radio.count(f"connect {BEN}") == 0


async def test_addresses_are_compared_without_case() -> None:
    harness = StrapsHarness([ANNA.lower()])
    async with harness.run():
        await harness.advertise(ANNA)
        assert [up.strap.address for up in harness.of(LinkUp)] == [ANNA]
        await harness.clock.advance(10)
        assert harness.of(LinkDown) == []


async def test_scanning_ends_once_every_wanted_strap_is_connected() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        assert harness.radio.scanning()
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=25)
        assert not harness.radio.scanning()
        assert harness.radio.log == ["scan", "scan ended", f"connect {ANNA}"]


async def test_without_a_wanted_strap_there_is_no_scan() -> None:
    harness = StrapsHarness([])
    async with harness.run():
        await harness.clock.advance(60)
        assert harness.radio.log == []
        assert harness.health == ["ok"]


async def test_two_straps_are_connected_one_after_the_other() -> None:
    harness = StrapsHarness([ANNA, BEN])
    async with harness.run():
        harness.radio.advertise(ANNA)
        harness.radio.advertise(BEN)
        await let_run()
        await harness.advertise(ANNA)
        await harness.advertise(BEN)
        assert {up.strap.address for up in harness.of(LinkUp)} == {ANNA, BEN}


async def test_a_strap_that_hangs_while_connecting_lets_the_other_have_its_turn() -> None:
    harness = StrapsHarness([ANNA, BEN])
    harness.radio.plan(ANNA, HANG, HANG, HANG)
    async with harness.run():
        await harness.advertise(ANNA)
        assert harness.radio.log[-1] == f"connect {ANNA}"
        await harness.clock.advance(31)
        harness.radio.advertise(ANNA)
        await harness.advertise(BEN)
        assert [up.strap.address for up in harness.of(LinkUp)] == [BEN]


async def test_a_notification_before_the_subscription_is_confirmed_follows_its_link_up() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, FakeLink(subscribing=[HANG]))
    async with harness.run():
        await harness.advertise(ANNA)
        assert harness.events == []
        harness.link(ANNA).beat(b"\x00\x48")
        assert [type(event) for event in harness.events] == [LinkUp, Notification]


async def test_a_malformed_payload_is_passed_on_unchanged() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        for payload in (b"", b"\xff", bytes(600)):
            harness.link(ANNA).beat(payload)
        assert [beat.payload for beat in harness.of(Notification)] == [b"", b"\xff", bytes(600)]


async def test_a_strap_that_was_lost_comes_back_over_a_new_link() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=40)
        harness.link(ANNA).lose()
        await let_run()
        assert [down.reason for down in harness.of(LinkDown)] == ["the link was lost"]
        assert harness.link(ANNA).closed
        await harness.advertise(ANNA)
        harness.link(ANNA).beat(b"\x00\x48")
        assert len(harness.radio.links[ANNA]) == 2
        assert [type(event) for event in harness.events[-3:]] == [LinkDown, LinkUp, Notification]


async def test_notifications_of_an_ended_link_are_ignored() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        harness.link(ANNA).lose()
        await let_run()
        harness.link(ANNA).beat(b"\x00\x48")
        assert harness.of(Notification) == []


async def test_the_description_follows_the_link_up_and_is_part_of_the_next_one() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(
        ANNA,
        FakeLink(
            values={MANUFACTURER_NAME: b"Polar Electro Oy\0", MODEL_NUMBER: b"H10", FIRMWARE_REVISION: b""}
        ),
    )
    async with harness.run():
        await harness.advertise(ANNA)
        described = StrapInfo(ANNA, "Strap", "Polar Electro Oy", "H10", signal_dbm=-60)
        assert [event.strap for event in harness.of(StrapDescribed)] == [described]
        await harness.wear(ANNA, seconds=40)
        harness.link(ANNA).lose()
        await let_run()
        await harness.advertise(ANNA, signal_dbm=-80)
        assert harness.of(LinkUp)[-1].strap == StrapInfo(
            ANNA, "Strap", "Polar Electro Oy", "H10", signal_dbm=-80
        )
        assert MODEL_NUMBER not in harness.link(ANNA).reads


async def test_the_battery_is_read_at_once_and_every_ten_minutes() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, FakeLink(values={BATTERY_LEVEL: bytes([87])}))
    async with harness.run():
        await harness.advertise(ANNA)
        assert [level.percent for level in harness.of(BatteryLevel)] == [87]
        await harness.wear(ANNA, seconds=1201)
        assert [level.percent for level in harness.of(BatteryLevel)] == [87, 87, 87]


async def test_reads_that_hang_neither_delay_beats_nor_end_the_link() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, FakeLink(values={BATTERY_LEVEL: HANG, MODEL_NUMBER: HANG}))
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=60)
        assert len(harness.of(Notification)) == 60
        assert harness.of(BatteryLevel) == []
        assert harness.of(LinkDown) == []


async def test_a_link_that_is_silent_for_30_s_is_dropped_and_tried_again() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=10)
        await harness.clock.advance(28)
        assert harness.of(LinkDown) == []
        await harness.clock.advance(2)
        assert len(harness.of(LinkDown)) == 1
        assert harness.link(ANNA).closed
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 2


@pytest.mark.parametrize("trouble", [HANG, ABORTED, VANISHED, IN_PROGRESS], ids=str)
async def test_a_strap_that_cannot_be_connected_is_tried_again_after_a_new_advertisement(
    trouble: RadioError,
) -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, trouble)
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.clock.advance(31)
        assert harness.radio.log == ["scan", "scan ended", f"connect {ANNA}", "scan"]
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 1


@pytest.mark.parametrize("trouble", [HANG, ABORTED], ids=str)
async def test_a_strap_that_cannot_be_subscribed_to_is_disconnected_and_tried_again(
    trouble: RadioError,
) -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, FakeLink(subscribing=[trouble]))
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.clock.advance(11)
        assert harness.link(ANNA).closed
        assert harness.events == []
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 1


async def test_a_disconnection_that_hangs_does_not_hold_up_the_next_try() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, FakeLink(closing=HANG))
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=40)
        harness.link(ANNA).lose()
        harness.link(ANNA).release()
        await harness.clock.advance(7)
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 2


async def test_pauses_between_failed_tries_double_up_to_30_s_and_never_end() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, *[ABORTED] * 12)
    tried_ms: list[int] = []
    async with harness.run():
        while not harness.of(LinkUp):
            before = harness.radio.count(f"connect {ANNA}")
            await harness.clock.advance(0.25)
            await harness.advertise(ANNA)
            if harness.radio.count(f"connect {ANNA}") > before:
                tried_ms.append(harness.clock.monotonic_ms())
        pauses_s = [(b - a) / 1000 for a, b in pairwise(tried_ms)]
        assert pauses_s == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]


@pytest.mark.parametrize(("held_s", "tried_s_after"), [(2, 0.5), (31, 0)], ids=["short", "long"])
async def test_a_link_that_lasted_30_s_is_made_again_at_once_and_a_short_one_after_a_pause(
    held_s: int, tried_s_after: float
) -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=held_s)
        harness.link(ANNA).lose()
        await let_run()
        lost_ms = harness.clock.monotonic_ms()
        while len(harness.of(LinkUp)) < 2:
            await harness.advertise(ANNA)
            await harness.clock.advance(0.125)
        assert (harness.of(LinkUp)[-1].at_ms - lost_ms) / 1000 == tried_s_after


async def test_a_strap_that_was_away_is_tried_at_once_when_it_advertises_again() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, *[ABORTED] * 7)
    async with harness.run():
        while harness.radio.count(f"connect {ANNA}") < 7:
            await harness.advertise(ANNA)
            await harness.clock.advance(0.5)
        await harness.clock.advance(16)
        assert harness.of(LinkUp) == []
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 1


async def test_a_link_of_an_earlier_process_is_taken_over_without_a_scan() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.connected_devices = [Device(ANNA, "Strap")]
    async with harness.run():
        assert harness.radio.log == [f"connect {ANNA}"]
        assert len(harness.of(LinkUp)) == 1


async def test_a_link_that_cannot_be_taken_over_is_ended_so_that_the_strap_advertises() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.connected_devices = [Device(ANNA, "Strap")]
    harness.radio.plan(ANNA, ABORTED)
    async with harness.run():
        assert harness.radio.log == [f"connect {ANNA}", f"drop {ANNA}", "scan"]
        await harness.advertise(ANNA, seconds=1)
        assert len(harness.of(LinkUp)) == 1


async def test_a_link_that_appears_during_a_scan_is_taken_over() -> None:
    harness = StrapsHarness([ANNA, BEN])
    async with harness.run():
        harness.radio.connected_devices = [Device(ANNA, "Strap")]
        await harness.advertise("A0:9E:1A:00:00:77", seconds=11)
        assert [up.strap.address for up in harness.of(LinkUp)] == [ANNA]


async def test_connected_straps_that_are_not_wanted_stay_connected() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.connected_devices = [Device(BEN, "Somebody else's")]
    async with harness.run():
        await harness.advertise(ANNA)
        assert harness.radio.connected_devices == [Device(BEN, "Somebody else's")]
        assert BEN not in " ".join(harness.radio.log)


async def test_a_strap_that_is_no_longer_wanted_is_disconnected_and_a_new_one_connected() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        harness.wanted = [BEN]
        harness.straps.wanted_changed()
        await let_run()
        assert harness.link(ANNA).closed
        assert [down.reason for down in harness.of(LinkDown)] == ["no longer wanted"]
        await harness.advertise(BEN)
        assert harness.of(LinkUp)[-1].strap.address == BEN
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 2


async def test_a_strap_wanted_during_a_scan_is_connected() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        harness.wanted = [ANNA, BEN]
        harness.straps.wanted_changed()
        await let_run()
        await harness.advertise(BEN)
        assert [up.strap.address for up in harness.of(LinkUp)] == [BEN]


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
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=31)
        harness.radio.adapter_failure = problem
        await harness.clock.advance(11)
        assert harness.health == ["ok", str(problem)]
        assert [down.reason for down in harness.of(LinkDown)] == [str(problem)]
        await harness.clock.advance(3600)
        harness.radio.adapter_failure = None
        await harness.clock.advance(6)
        assert harness.health == ["ok", str(problem), "ok"]
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 2


async def test_an_adapter_that_goes_away_during_a_scan_is_noticed() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        harness.radio.adapter_failure = RadioError(Fault.ADAPTER_OFF, "the adapter hci0 is off")
        await harness.clock.advance(11)
        assert harness.health == ["ok", "the adapter hci0 is off"]
        assert not harness.radio.scanning()


async def test_without_a_radio_at_the_start_it_waits_for_one() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.adapter_failure = RadioError(Fault.NO_ADAPTER, "no Bluetooth adapter")
    async with harness.run():
        await harness.clock.advance(100)
        assert harness.health == ["no Bluetooth adapter"]
        harness.radio.adapter_failure = None
        await harness.clock.advance(6)
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 1


async def test_bluez_that_does_not_answer_is_reported_and_keeps_the_links() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        harness.link(ANNA).beat(b"\x00\x48")
        harness.radio.adapter_failure = HANG
        await harness.wear(ANNA, seconds=20)
        assert "does not answer" in harness.health[-1]
        assert harness.of(LinkDown) == []


async def test_links_from_before_a_restart_of_bluez_are_made_again() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.wear(ANNA, seconds=31)
        harness.radio.generation = ":1.99"
        await harness.clock.advance(11)
        assert [down.reason for down in harness.of(LinkDown)] == ["BlueZ was restarted"]
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 2


async def test_a_scan_that_cannot_be_started_is_reported_and_tried_again() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.starting_scan.extend([IN_PROGRESS, HANG, IN_PROGRESS])
    async with harness.run():
        await harness.clock.advance(30)
        assert harness.health[0] == "BlueZ is busy"
        assert harness.health[-1] == "ok"
        await harness.advertise(ANNA)
        assert len(harness.of(LinkUp)) == 1


async def test_a_scan_without_advertisements_for_90_s_is_restarted() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        await harness.clock.advance(89)
        assert harness.radio.log == ["scan"]
        await harness.clock.advance(2)
        assert harness.radio.log == ["scan", "scan ended", "scan"]


async def test_a_scan_that_receives_other_devices_is_not_restarted() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        for _ in range(20):
            await harness.advertise(BEN)
            await harness.clock.advance(10)
        assert harness.radio.log == ["scan"]


async def test_cancelling_while_scanning_stops_the_scan() -> None:
    harness = StrapsHarness([ANNA])
    async with harness.run():
        assert harness.radio.scanning()
    assert not harness.radio.scanning()


async def test_cancelling_disconnects_every_strap_with_a_link_down() -> None:
    harness = StrapsHarness([ANNA, BEN])
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.advertise(BEN)
        assert len(harness.of(LinkUp)) == 2
    assert harness.link(ANNA).closed
    assert harness.link(BEN).closed
    assert {down.address for down in harness.of(LinkDown)} == {ANNA, BEN}


async def test_cancelling_takes_3_s_at_most_even_if_everything_hangs() -> None:
    harness = StrapsHarness([ANNA, BEN, "A0:9E:1A:00:00:03"])
    harness.radio.plan(ANNA, FakeLink(closing=HANG))
    harness.radio.plan(BEN, FakeLink(closing=HANG))
    async with harness.run():
        await harness.advertise(ANNA)
        await harness.advertise(BEN)
        harness.radio.ending_scan = HANG
        assert harness.running is not None
        harness.running.cancel()
        await harness.clock.advance(3)
        assert harness.running.done()


async def test_cancelling_at_the_moment_of_a_link_that_cannot_be_closed_ends_too() -> None:
    for turns in range(40):
        harness = StrapsHarness([ANNA])
        harness.radio.plan(ANNA, FakeLink(closing=HANG))
        async with harness.run():
            harness.radio.advertise(ANNA)
            for _ in range(turns):
                await asyncio.sleep(0)
        assert harness.running is not None
        assert harness.running.cancelled()


async def test_cancelling_while_connecting_leaves_no_connection() -> None:
    harness = StrapsHarness([ANNA])
    harness.radio.plan(ANNA, HANG)
    async with harness.run():
        await harness.advertise(ANNA)
        assert harness.running is not None
        harness.running.cancel()
        await harness.clock.advance(3)
        assert harness.running.cancelled()
    assert harness.radio.links == {}


async def test_a_link_made_in_the_moment_of_cancellation_is_closed() -> None:
    for turns in range(40):
        harness = StrapsHarness([ANNA])
        async with harness.run():
            harness.radio.advertise(ANNA)
            for _ in range(turns):
                await asyncio.sleep(0)
        assert all(link.closed for link in harness.radio.links.get(ANNA, []))


async def test_the_first_failure_of_a_kind_is_a_warning_and_the_others_are_quiet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    harness = StrapsHarness([ANNA])
    harness.radio.adapter_failure = RadioError(Fault.NO_ADAPTER, "no Bluetooth adapter")
    async with harness.run():
        await harness.clock.advance(60)
        harness.radio.adapter_failure = None
        await harness.clock.advance(6)
    logged = [record for record in caplog.records if "adapter" in record.message]
    assert [record.levelno for record in logged[:2]] == [logging.WARNING, logging.DEBUG]
    assert {record.levelno for record in logged[1:]} == {logging.DEBUG}
    assert [r.levelno for r in caplog.records if "works again" in r.message] == [logging.INFO]


async def test_an_exception_of_the_event_handler_is_not_swallowed() -> None:
    harness = StrapsHarness([ANNA])

    def broken(event: StrapEvent) -> None:
        if isinstance(event, Notification):
            raise ZeroDivisionError

    running = asyncio.create_task(harness.straps.run(broken))
    await let_run()
    await harness.advertise(ANNA)
    harness.link(ANNA).beat(b"\x00\x48")
    await let_run()
    assert running.done()
    error = running.exception()
    assert isinstance(error, ExceptionGroup)
    assert error.subgroup(ZeroDivisionError) is not None
    assert harness.link(ANNA).closed
