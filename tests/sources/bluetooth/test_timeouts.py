"""No await on the outside world is longer than its limit, whatever the outside world does."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from talkpace.sources.bluetooth.radio import Fault, RadioError
from talkpace.sources.bluetooth.timeouts import run_within

from ...fake_clock import FakeClock, let_run


async def test_work_in_time_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert await run_within(FakeClock(), 5, "working", work()) == 7


async def test_work_in_time_raises_its_own_error() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_within(FakeClock(), 5, "working", work())


@pytest.mark.parametrize("cleaning_up", ["quick", "hangs", "fails"])
async def test_work_that_hangs_times_out_even_if_its_clean_up_hangs_or_fails(cleaning_up: str) -> None:
    clock = FakeClock()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            if cleaning_up == "hangs":
                await asyncio.Event().wait()
            if cleaning_up == "fails":
                raise ZeroDivisionError

    limited = asyncio.create_task(run_within(clock, 5, "working", work()))
    await clock.advance(4.9)
    assert not limited.done()
    await clock.advance(1.2)
    with pytest.raises(RadioError, match="working took longer than 5 s") as late:
        await limited
    assert late.value.fault is Fault.TIMED_OUT


async def test_work_that_resists_cancellation_is_abandoned() -> None:
    clock = FakeClock()

    async def work() -> None:
        for _ in range(5):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    limited = asyncio.create_task(run_within(clock, 5, "working", work()))
    await clock.advance(8)
    assert limited.done()
    with pytest.raises(RadioError):
        await limited
    (left_behind,) = asyncio.all_tasks() - {asyncio.current_task()}
    while not left_behind.done():
        left_behind.cancel()
        await let_run()


async def test_cancelling_the_caller_cancels_the_work() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    limited = asyncio.create_task(run_within(FakeClock(), 5, "working", work()))
    await let_run()
    limited.cancel()
    await let_run()
    assert limited.cancelled()
    assert ended.is_set()
