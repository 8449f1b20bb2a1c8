"""The host's clock and the accelerated clock."""

from __future__ import annotations

import subprocess

from talkpace.clock import FastClock, SystemClock, boot_id


def test_the_system_clock_never_goes_back_and_has_an_offset() -> None:
    clock = SystemClock()
    first = clock.monotonic_ms()
    assert clock.monotonic_ms() >= first
    assert clock.wall().utcoffset() is not None


def test_the_system_clock_reports_whether_it_is_synchronised() -> None:
    answer = SystemClock().synchronised()
    assert answer in {True, False, None}


def test_the_boot_id_is_the_kernel_s() -> None:
    assert (
        boot_id()
        == subprocess.run(
            ["cat", "/proc/sys/kernel/random/boot_id"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )


async def test_a_fast_clock_sleeps_for_seconds_of_its_own_time() -> None:
    clock = FastClock(1000)
    before_ms, before = clock.monotonic_ms(), clock.wall()
    await clock.sleep(20)
    assert clock.monotonic_ms() - before_ms >= 20_000
    assert (clock.wall() - before).total_seconds() >= 20
