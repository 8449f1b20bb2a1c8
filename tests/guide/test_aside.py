"""What takes long is done beside the loop: nobody's beats wait for it, and none of it is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from talkpace.guide import breathe, morning_guide
from talkpace.guide.aside import Aside
from talkpace.guide.measure import taken
from talkpace.measurement.payload import encode
from talkpace.practice.entries import Breathing, Morning
from talkpace.record.items import Outgoing
from talkpace.strap.door import LinkUp, Notification, StrapInfo

from ..fake_clock import let_run
from ..practice.hearts import swinging
from .bench import Bench


class Gate:
    """Work that has begun, and goes on only once it is let."""

    def __init__(self, work: Any = lambda: None) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self._work = work

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.begun.set()
        assert self.let_go.wait(30)
        return self._work(*given, **named)

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.wait, 30)


async def ben_trains_hard(bench: Bench) -> None:
    """For long enough to be warned."""
    bench.room.door(LinkUp(bench.clock.monotonic_ms(), StrapInfo("strap:ben")))
    for _ in range(40):
        await bench.clock.advance(1)
        bench.room.door(Notification(bench.clock.monotonic_ms(), "strap:ben", encode(170)))


def warned(bench: Bench, athlete: str) -> list[str]:
    """The times that an athlete was told to go slower."""
    told = [item for item in bench.recorded if isinstance(item, Outgoing)]
    return [item.payload for item in told if item.topic == f"{athlete}/event" and '"over"' in item.payload]


async def test_others_beats_are_handled_while_an_exercises_end_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench, gate = Bench(), Gate(breathe.outcome)
    monkeypatch.setattr(breathe, "outcome", gate)
    async with bench.running():
        bench.command("breathe", {"pace": 6, "minutes": 2})
        await bench.beat([each.rr_ms for each in swinging(6, 1.5)])
        bench.command("breathe", "stop")
        await gate.has_begun()
        await ben_trains_hard(bench)
        assert warned(bench, "ben")
        assert not bench.written()
        gate.let_go.set()
        await bench.aside.settled()
        assert isinstance(bench.written()[0], Breathing)
        assert bench.shown("anna/breathing").last == bench.written()[0].words


async def test_others_beats_are_handled_while_a_morning_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    bench, gate = Bench(), Gate(taken)
    monkeypatch.setattr(morning_guide, "taken", gate)
    async with bench.running():
        bench.command("readiness", 1)
        await bench.beat([each.rr_ms for each in swinging(14, 1.45, mean_ms=1050, swing_ms=40, noise_ms=8)])
        await bench.clock.advance(5)
        await gate.has_begun()
        sounded = bench.sounded()
        await ben_trains_hard(bench)
        assert warned(bench, "ben")
        assert bench.shown("anna/readiness").state == "measuring"
        gate.let_go.set()
        await bench.wait(2)
        assert isinstance(bench.written()[0], Morning)
        assert bench.shown("anna/readiness").state == "idle"
        assert len(bench.sounded()) > len(sounded)


async def test_while_one_look_at_the_heart_is_computed_no_second_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench, gate = Bench(), Gate(breathe.coherence_now)
    monkeypatch.setattr(breathe, "coherence_now", gate)
    gate.let_go.set()
    async with bench.running():
        bench.command("breathe", {"pace": 6, "minutes": 5})
        await bench.beat([each.rr_ms for each in swinging(6, 1.2)])
        gate.begun.clear()
        gate.let_go.clear()
        bench.room.door(Notification(bench.clock.monotonic_ms(), "strap:anna", encode(60, rr_ms=[900])))
        await bench.clock.advance(5)
        await gate.has_begun()
        gate.begun.clear()
        bench.room.door(Notification(bench.clock.monotonic_ms(), "strap:anna", encode(60, rr_ms=[900])))
        await bench.clock.advance(5.5)
        gate.let_go.set()
        await bench.aside.settled()
        assert not gate.begun.is_set()


@asynccontextmanager
async def aside_running() -> AsyncIterator[tuple[Aside, asyncio.Task[None]]]:
    aside = Aside()
    task = asyncio.create_task(aside.run())
    try:
        yield aside, task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_what_follows_is_done_in_the_order_in_which_it_was_asked_for() -> None:
    async with aside_running() as (aside, _):
        came: list[int] = []
        for number in range(5):
            aside.put(lambda number=number: number, came.append)  # type: ignore[misc]
        await aside.settled()
        assert came == [0, 1, 2, 3, 4]


async def test_what_is_under_way_and_what_waits_is_brought_to_its_end_though_the_daemon_stops() -> None:
    async with aside_running() as (aside, task):
        gate, came = Gate(lambda: "first"), list[str]()
        aside.put(gate, came.append)
        aside.put(lambda: "second", came.append)
        await gate.has_begun()
        task.cancel()
        await let_run()
        assert not task.done()
        gate.let_go.set()
        await asyncio.wait({task})
        assert came == ["first", "second"]
        assert task.cancelled()


async def test_a_fault_in_the_work_ends_the_daemon_as_any_other_does() -> None:
    async with aside_running() as (aside, task):
        aside.put(lambda: 1 / 0, lambda _: None)
        await asyncio.wait({task})
        assert isinstance(task.exception(), ZeroDivisionError)


async def test_what_comes_once_it_has_left_is_done_at_once() -> None:
    aside, came = Aside(), list[int]()
    task = asyncio.create_task(aside.run())
    await let_run()
    task.cancel()
    await asyncio.wait([task])
    aside.put(lambda: 1, came.append)
    assert came == [1]
    await aside.settled()


async def test_a_fault_ends_it_and_what_was_put_in_behind_is_still_done() -> None:
    aside, came, gate = Aside(), list[int](), Gate(lambda: 1 / 0)
    task = asyncio.create_task(aside.run())
    aside.put(gate, came.append)
    aside.put(lambda: 2, came.append)
    await gate.has_begun()
    gate.let_go.set()
    with pytest.raises(ZeroDivisionError):
        await task
    assert came == [2]


async def test_a_fault_in_what_waited_as_it_left_keeps_nobody_waiting() -> None:
    def faulty() -> int:
        raise ZeroDivisionError

    aside, came, gate = Aside(), list[int](), Gate(lambda: 1)
    task = asyncio.create_task(aside.run())
    aside.put(gate, came.append)
    aside.put(faulty, came.append)
    aside.put(lambda: 3, came.append)
    await gate.has_begun()
    task.cancel()
    await let_run()
    gate.let_go.set()
    with pytest.raises(ZeroDivisionError):
        await task
    assert came == [1, 3]
    await aside.settled()
