"""What takes long is done beside the loop: nobody's beats wait for it, and none of it is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from talkpace.guided import breathing_guide, breathing_result, morning_guide, morning_measurement
from talkpace.guided.context import SerialExecutor
from talkpace.habits.entries import Breathing, Morning
from talkpace.measurement.heart_rate_payload import encode
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.records import OutgoingMessage

from ..fake_clock import let_run
from ..habits.rr_series import sine_intervals
from .guide_harness import GuideHarness


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


async def ben_trains_hard(harness: GuideHarness) -> None:
    """For long enough to be warned."""
    harness.registry.on_event(LinkUp(harness.clock.monotonic_ms(), StrapInfo("strap:ben")))
    for _ in range(40):
        await harness.clock.advance(1)
        harness.registry.on_event(Notification(harness.clock.monotonic_ms(), "strap:ben", encode(170)))


def warned(harness: GuideHarness, athlete: str) -> list[str]:
    """The times that an athlete was told to go slower."""
    told = [item for item in harness.recorded if isinstance(item, OutgoingMessage)]
    return [item.payload for item in told if item.topic == f"{athlete}/event" and '"over"' in item.payload]


async def test_measurements_are_processed_while_the_result_of_an_exercise_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness, gate = GuideHarness(), Gate(breathing_result.breathing_result)
    monkeypatch.setattr(breathing_guide, "breathing_result", gate)
    async with harness.running():
        harness.command("breathe", {"pace": 6, "minutes": 2})
        await harness.beat([each.rr_ms for each in sine_intervals(6, 1.5)])
        harness.command("breathe", "stop")
        await gate.has_begun()
        await ben_trains_hard(harness)
        assert warned(harness, "ben")
        assert not harness.written()
        gate.let_go.set()
        await harness.executor.join()
        assert isinstance(harness.written()[0], Breathing)
        assert harness.shown("anna/breathing").last == harness.written()[0].words


async def test_measurements_are_processed_while_readiness_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness, gate = GuideHarness(), Gate(morning_measurement.readiness_result)
    monkeypatch.setattr(morning_guide, "readiness_result", gate)
    async with harness.running():
        harness.command("readiness", 1)
        await harness.beat(
            [each.rr_ms for each in sine_intervals(14, 1.45, mean_ms=1050, swing_ms=40, noise_ms=8)]
        )
        await harness.clock.advance(5)
        await gate.has_begun()
        sounded = harness.sounded()
        await ben_trains_hard(harness)
        assert warned(harness, "ben")
        assert harness.shown("anna/readiness").state == "measuring"
        gate.let_go.set()
        await harness.wait(2)
        assert isinstance(harness.written()[0], Morning)
        assert harness.shown("anna/readiness").state == "idle"
        assert len(harness.sounded()) > len(sounded)


async def test_coherence_is_not_submitted_again_while_it_is_being_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness, gate = GuideHarness(), Gate(breathing_result.current_coherence)
    monkeypatch.setattr(breathing_guide, "current_coherence", gate)
    gate.let_go.set()
    async with harness.running():
        harness.command("breathe", {"pace": 6, "minutes": 5})
        await harness.beat([each.rr_ms for each in sine_intervals(6, 1.2)])
        gate.begun.clear()
        gate.let_go.clear()
        harness.registry.on_event(
            Notification(harness.clock.monotonic_ms(), "strap:anna", encode(60, rr_ms=[900]))
        )
        await harness.clock.advance(5)
        await gate.has_begun()
        gate.begun.clear()
        harness.registry.on_event(
            Notification(harness.clock.monotonic_ms(), "strap:anna", encode(60, rr_ms=[900]))
        )
        await harness.clock.advance(5.5)
        gate.let_go.set()
        await harness.executor.join()
        assert not gate.begun.is_set()


@asynccontextmanager
async def executor_running() -> AsyncIterator[tuple[SerialExecutor, asyncio.Task[None]]]:
    executor = SerialExecutor()
    task = asyncio.create_task(executor.run())
    try:
        yield executor, task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_callbacks_run_in_the_order_of_submission() -> None:
    async with executor_running() as (executor, _):
        came: list[int] = []
        for number in range(5):
            executor.submit(lambda number=number: number, came.append)  # type: ignore[misc]
        await executor.join()
        assert came == [0, 1, 2, 3, 4]


async def test_the_current_and_the_queued_jobs_are_finished_when_the_executor_is_cancelled() -> None:
    async with executor_running() as (executor, task):
        gate, came = Gate(lambda: "first"), list[str]()
        executor.submit(gate, came.append)
        executor.submit(lambda: "second", came.append)
        await gate.has_begun()
        task.cancel()
        await let_run()
        assert not task.done()
        gate.let_go.set()
        await asyncio.wait({task})
        assert came == ["first", "second"]
        assert task.cancelled()


async def test_an_exception_in_a_job_ends_the_executor() -> None:
    async with executor_running() as (executor, task):
        executor.submit(lambda: 1 / 0, lambda _: None)
        await asyncio.wait({task})
        assert isinstance(task.exception(), ZeroDivisionError)


async def test_a_job_submitted_after_the_stop_runs_inline() -> None:
    executor, came = SerialExecutor(), list[int]()
    task = asyncio.create_task(executor.run())
    await let_run()
    task.cancel()
    await asyncio.wait([task])
    executor.submit(lambda: 1, came.append)
    assert came == [1]
    await executor.join()


async def test_jobs_behind_a_failing_job_still_run() -> None:
    executor, came, gate = SerialExecutor(), list[int](), Gate(lambda: 1 / 0)
    task = asyncio.create_task(executor.run())
    executor.submit(gate, came.append)
    executor.submit(lambda: 2, came.append)
    await gate.has_begun()
    gate.let_go.set()
    with pytest.raises(ZeroDivisionError):
        await task
    assert came == [2]


async def test_a_failing_queued_job_at_the_stop_does_not_block_join() -> None:
    def faulty() -> int:
        raise ZeroDivisionError

    executor, came, gate = SerialExecutor(), list[int](), Gate(lambda: 1)
    task = asyncio.create_task(executor.run())
    executor.submit(gate, came.append)
    executor.submit(faulty, came.append)
    executor.submit(lambda: 3, came.append)
    await gate.has_begun()
    task.cancel()
    await let_run()
    gate.let_go.set()
    with pytest.raises(ZeroDivisionError):
        await task
    assert came == [1, 3]
    await executor.join()
