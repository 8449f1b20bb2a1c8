"""The two clocks."""

from __future__ import annotations

import subprocess

from talkpace.service.clock import FastClock, SystemClock, boot_id


def test_the_system_clock_goes_forward_and_knows_its_offset() -> None:
    clock = SystemClock()
    first = clock.monotonic_ms()
    assert clock.monotonic_ms() >= first
    assert clock.wall().utcoffset() is not None


def test_whether_the_clock_is_right_is_what_the_kernel_says() -> None:
    answer = SystemClock().synchronised()
    assert answer in {True, False, None}


def test_a_boot_has_one_name() -> None:
    assert (
        boot_id()
        == subprocess.run(
            ["cat", "/proc/sys/kernel/random/boot_id"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )


async def test_a_fast_clock_sleeps_its_own_seconds() -> None:
    clock = FastClock(1000)
    before_ms, before = clock.monotonic_ms(), clock.wall()
    await clock.sleep(20)
    assert clock.monotonic_ms() - before_ms >= 20_000
    assert (clock.wall() - before).total_seconds() >= 20
