"""Beats are let in when their time has come, on whatever clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from talkpace.errors import RecordingError
from talkpace.strap.door import (
    BatteryLevel,
    LinkDown,
    LinkUp,
    Notification,
    StrapEvent,
    StrapInfo,
    StrapSource,
)
from talkpace.strap.paced import PacedSource

STRAP = StrapInfo("file:a.csv", "a.csv")


class SteppedClock:
    """Time passes only in `sleep`, and each time by `late_ms` more than was asked for."""

    def __init__(self, late_ms: int = 0) -> None:
        self.now_ms = 5_000
        self.late_ms = late_ms

    def monotonic_ms(self) -> int:
        return self.now_ms

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms / 1000, UTC)

    def synchronised(self) -> bool | None:
        return True

    async def sleep(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000) + self.late_ms
        await asyncio.sleep(0)


def beats_at(*times_ms: int) -> Callable[[], Iterable[Notification]]:
    return lambda: [Notification(at_ms, "whoever", bytes([0, index])) for index, at_ms in enumerate(times_ms)]


async def heard(source: StrapSource) -> list[StrapEvent]:
    events: list[StrapEvent] = []
    async with asyncio.timeout(10):
        await source.run(events.append)
    return events


async def test_each_beat_comes_at_its_time_between_link_up_and_link_down() -> None:
    events = await heard(PacedSource(beats_at(0, 1000, 1700), STRAP, SteppedClock()))
    assert events == [
        LinkUp(5_000, STRAP),
        Notification(5_000, STRAP.address, b"\0\0"),
        Notification(6_000, STRAP.address, b"\0\1"),
        Notification(6_700, STRAP.address, b"\0\2"),
        LinkDown(6_700, STRAP.address, "no more beats"),
    ]


async def test_lateness_does_not_add_up() -> None:
    events = await heard(PacedSource(beats_at(*range(0, 100_000, 1000)), STRAP, SteppedClock(late_ms=7)))
    beats = [event for event in events if isinstance(event, Notification)]
    assert [beat.at_ms for beat in beats[1:]] == [5_000 + second * 1000 + 7 for second in range(1, 100)]


async def test_beats_that_are_late_come_at_once_in_order_and_with_the_time_they_come() -> None:
    events = await heard(PacedSource(beats_at(0, 10, 20, 5000), STRAP, SteppedClock(late_ms=300)))
    beats = [event for event in events if isinstance(event, Notification)]
    assert [beat.at_ms for beat in beats] == [5_300, 5_600, 5_900, 10_300]
    assert [beat.payload[1] for beat in beats] == [0, 1, 2, 3]


async def test_the_battery_is_told_once_connected() -> None:
    events = await heard(PacedSource(beats_at(0), STRAP, SteppedClock(), battery_percent=87))
    assert events[1] == BatteryLevel(5_000, STRAP.address, 87)


async def test_with_repeat_it_begins_again_until_cancelled() -> None:
    class EnoughError(Exception):
        pass

    events: list[StrapEvent] = []

    def door(event: StrapEvent) -> None:
        events.append(event)
        if len(events) == 10:
            raise EnoughError

    source = PacedSource(beats_at(0, 1000), STRAP, SteppedClock(), repeat=True)
    async with asyncio.timeout(10):
        with pytest.raises(EnoughError):
            await source.run(door)
    assert [type(event) for event in events[:8]] == [LinkUp, Notification, Notification, LinkDown] * 2
    assert [event.at_ms for event in events[:6]] == [5_000, 5_000, 6_000, 6_000, 7_000, 7_000]


async def test_nothing_to_repeat_ends_it() -> None:
    events = await heard(PacedSource(beats_at(), STRAP, SteppedClock(), repeat=True))
    assert [type(event) for event in events] == [LinkUp, LinkDown]


async def test_late_beats_leave_others_their_turn_and_can_be_cancelled() -> None:
    source = PacedSource(beats_at(*[0] * 250), STRAP, SteppedClock(late_ms=10))
    begun = asyncio.Event()
    events: list[StrapEvent] = []

    def door(event: StrapEvent) -> None:
        events.append(event)
        begun.set()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(source.run(door))
        await begun.wait()
        running.cancel()
    assert running.cancelled()
    assert len(events) < 10


async def test_a_recording_that_fails_is_not_hidden() -> None:
    def broken() -> Iterable[Notification]:
        yield Notification(0, "whoever", b"\0\1")
        raise RecordingError("a.csv: cannot be read")

    with pytest.raises(RecordingError):
        await heard(PacedSource(broken, STRAP, SteppedClock()))
