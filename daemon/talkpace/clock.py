"""Clocks: monotonic time in ms for order and durations, wall time for dates only."""

from __future__ import annotations

import asyncio
import ctypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_SYNCHRONISED_BELOW_US = 16_000_000
"""limit of the kernel's maximum error; the same as timedatectl's"""


class Clock(Protocol):
    """Source of time for I/O code; pure code takes times as arguments."""

    def monotonic_ms(self) -> int:
        """Return ms on a clock that never jumps."""
        ...

    def wall(self) -> datetime:
        """Return local date and time with offset; may be wrong until `synchronised`."""
        ...

    def synchronised(self) -> bool | None:
        """Whether the host's wall clock is synchronised; None where the host cannot tell."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Sleep for seconds of this clock's time."""
        ...


class SystemClock:
    """The host's clocks."""

    def monotonic_ms(self) -> int:
        """Read CLOCK_MONOTONIC, which goes on over a restart of the daemon and restarts with the host."""
        return time.monotonic_ns() // 1_000_000

    def wall(self) -> datetime:
        """Return local time with offset."""
        return datetime.now(UTC).astimezone()

    def synchronised(self) -> bool | None:
        """Read adjtimex(2), which needs no privilege and changes nothing."""
        timex = ctypes.create_string_buffer(512)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.adjtimex(timex) < 0:
            return None
        word = ctypes.sizeof(ctypes.c_long)
        maximum_error_us = ctypes.c_long.from_buffer(timex, 3 * word).value  # struct timex: maxerror
        return maximum_error_us < _SYNCHRONISED_BELOW_US

    async def sleep(self, seconds: float) -> None:
        """Sleep for real seconds."""
        await asyncio.sleep(seconds)


class FastClock:
    """A clock that runs `speed` times as fast as the host's, for `demo` and `replay --speed`."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._start_ns = time.monotonic_ns()
        self._start_wall = datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Return ms of fast time since the clock was created."""
        return int((time.monotonic_ns() - self._start_ns) * self._speed) // 1_000_000

    def wall(self) -> datetime:
        """Return the date of creation plus the fast time since."""
        return (self._start_wall + timedelta(milliseconds=self.monotonic_ms())).astimezone()

    def synchronised(self) -> bool | None:
        """Report synchronised, so that a demonstration never corrects its dates."""
        return True

    async def sleep(self, seconds: float) -> None:
        """Sleep for fast seconds."""
        await asyncio.sleep(seconds / self._speed)


def boot_id() -> str:
    """Return the id of this boot, within which monotonic times can be compared; empty where unknown."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
