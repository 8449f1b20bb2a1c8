"""Beats are let in when their time has come, on whatever clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest

from talkpace.errors import RecordingError
from talkpace.sources.events import (
    BatteryLevel,
    LinkDown,
    LinkUp,
    Notification,
    StrapEvent,
    StrapInfo,
    StrapSource,
)
from talkpace.sources.playback import PacedSource

from ..fake_clock import FakeClock

STRAP = StrapInfo("file:a.csv", "a.csv")


def clock(late_ms: int = 0) -> FakeClock:
    return FakeClock(now_ms=5_000, sleep_advances=True, late_ms=late_ms)


def beats_at(*times_ms: int) -> Callable[[], Iterable[Notification]]:
    return lambda: [Notification(at_ms, "whoever", bytes([0, index])) for index, at_ms in enumerate(times_ms)]


async def events_of(source: StrapSource) -> list[StrapEvent]:
    events: list[StrapEvent] = []
    async with asyncio.timeout(10):
        await source.run(events.append)
    return events


async def test_each_notification_is_sent_at_its_time_between_link_up_and_link_down() -> None:
    events = await events_of(PacedSource(beats_at(0, 1000, 1700), STRAP, clock()))
    assert events == [
        LinkUp(5_000, STRAP),
        Notification(5_000, STRAP.address, b"\0\0"),
        Notification(6_000, STRAP.address, b"\0\1"),
        Notification(6_700, STRAP.address, b"\0\2"),
        LinkDown(6_700, STRAP.address, "end of the recording"),
    ]


async def test_delays_do_not_add_up() -> None:
    events = await events_of(PacedSource(beats_at(*range(0, 100_000, 1000)), STRAP, clock(late_ms=7)))
    beats = [event for event in events if isinstance(event, Notification)]
    assert [beat.at_ms for beat in beats[1:]] == [5_000 + second * 1000 + 7 for second in range(1, 100)]


async def test_late_notifications_are_sent_at_once_in_order_with_their_actual_time() -> None:
    events = await events_of(PacedSource(beats_at(0, 10, 20, 5000), STRAP, clock(late_ms=300)))
    beats = [event for event in events if isinstance(event, Notification)]
    assert [beat.at_ms for beat in beats] == [5_300, 5_600, 5_900, 10_300]
    assert [beat.payload[1] for beat in beats] == [0, 1, 2, 3]


async def test_the_battery_level_follows_the_link_up() -> None:
    events = await events_of(PacedSource(beats_at(0), STRAP, clock(), battery_percent=87))
    assert events[1] == BatteryLevel(5_000, STRAP.address, 87)


async def test_repeat_plays_the_recording_again_until_cancelled() -> None:
    class EnoughError(Exception):
        pass

    events: list[StrapEvent] = []

    def on_event(event: StrapEvent) -> None:
        events.append(event)
        if len(events) == 10:
            raise EnoughError

    source = PacedSource(beats_at(0, 1000), STRAP, clock(), repeat=True)
    async with asyncio.timeout(10):
        with pytest.raises(EnoughError):
            await source.run(on_event)
    assert [type(event) for event in events[:8]] == [LinkUp, Notification, Notification, LinkDown] * 2
    assert [event.at_ms for event in events[:6]] == [5_000, 5_000, 6_000, 6_000, 7_000, 7_000]


async def test_repeat_ends_after_a_round_without_notifications() -> None:
    events = await events_of(PacedSource(beats_at(), STRAP, clock(), repeat=True))
    assert [type(event) for event in events] == [LinkUp, LinkDown]


async def test_many_late_notifications_let_other_tasks_run_and_can_be_cancelled() -> None:
    source = PacedSource(beats_at(*[0] * 250), STRAP, clock(late_ms=10))
    begun = asyncio.Event()
    events: list[StrapEvent] = []

    def on_event(event: StrapEvent) -> None:
        events.append(event)
        begun.set()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(source.run(on_event))
        await begun.wait()
        running.cancel()
    assert running.cancelled()
    assert len(events) < 10


async def test_an_exception_of_the_recording_is_passed_on() -> None:
    def broken() -> Iterable[Notification]:
        yield Notification(0, "whoever", b"\0\1")
        raise RecordingError("a.csv: cannot be read")

    with pytest.raises(RecordingError):
        await events_of(PacedSource(broken, STRAP, clock()))
