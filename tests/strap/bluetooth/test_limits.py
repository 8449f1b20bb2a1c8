"""No await on the outside world is longer than its limit, whatever the outside world does."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from talkpace.strap.bluetooth.limits import within
from talkpace.strap.bluetooth.radio import Fault, RadioError

from ...fake_clock import FakeClock, let_run


async def test_work_in_time_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert await within(FakeClock(), 5, "working", work()) == 7


async def test_work_in_time_raises_its_own_error() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await within(FakeClock(), 5, "working", work())


@pytest.mark.parametrize("cleaning_up", ["quick", "hangs", "fails"])
async def test_work_that_hangs_is_given_up_though_its_clean_up_may_hang_or_fail(cleaning_up: str) -> None:
    clock = FakeClock()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            if cleaning_up == "hangs":
                await asyncio.Event().wait()
            if cleaning_up == "fails":
                raise ZeroDivisionError

    limited = asyncio.create_task(within(clock, 5, "working", work()))
    await clock.advance(4.9)
    assert not limited.done()
    await clock.advance(1.2)
    with pytest.raises(RadioError, match="working took longer than 5 s") as late:
        await limited
    assert late.value.fault is Fault.TIMED_OUT


async def test_work_that_will_not_be_cancelled_is_left_behind() -> None:
    clock = FakeClock()

    async def work() -> None:
        for _ in range(5):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    limited = asyncio.create_task(within(clock, 5, "working", work()))
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

    limited = asyncio.create_task(within(FakeClock(), 5, "working", work()))
    await let_run()
    limited.cancel()
    await let_run()
    assert limited.cancelled()
    assert ended.is_set()
