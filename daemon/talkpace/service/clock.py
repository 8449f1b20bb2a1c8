"""Two clocks: a monotonic one for order and durations, a wall clock for dates alone."""

from __future__ import annotations

import asyncio
import ctypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_SYNCHRONISED_BELOW_US = 16_000_000
"""the kernel's maximum error; timedatectl draws the same line"""


class Clock(Protocol):
    """What the edges ask for the time. The core never does."""

    def monotonic_ms(self) -> int:
        """Ms on a clock that never jumps."""
        ...

    def wall(self) -> datetime:
        """The date and time, with the local offset; may be wrong until `synchronised`."""
        ...

    def synchronised(self) -> bool | None:
        """Whether the system says that its wall clock is right; None where it cannot be asked."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let so much of this clock's time pass."""
        ...


class SystemClock:
    """The host's clocks."""

    def monotonic_ms(self) -> int:
        """CLOCK_MONOTONIC: it goes on over a restart of the daemon, and starts anew with the host."""
        return time.monotonic_ns() // 1_000_000

    def wall(self) -> datetime:
        """Local time with its offset."""
        return datetime.now(UTC).astimezone()

    def synchronised(self) -> bool | None:
        """As adjtimex(2) reports; asking changes nothing and needs no privilege."""
        timex = ctypes.create_string_buffer(512)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.adjtimex(timex) < 0:
            return None
        word = ctypes.sizeof(ctypes.c_long)
        maximum_error_us = ctypes.c_long.from_buffer(timex, 3 * word).value  # struct timex: maxerror
        return maximum_error_us < _SYNCHRONISED_BELOW_US

    async def sleep(self, seconds: float) -> None:
        """Real seconds."""
        await asyncio.sleep(seconds)


class FastClock:
    """A clock that runs `speed` times as fast from now on, for `demo` and for `replay --speed`."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._start_ns = time.monotonic_ns()
        self._start_wall = datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Ms of fast time since the clock was made."""
        return int((time.monotonic_ns() - self._start_ns) * self._speed) // 1_000_000

    def wall(self) -> datetime:
        """The date at which the clock was made, and fast time since."""
        return (self._start_wall + timedelta(milliseconds=self.monotonic_ms())).astimezone()

    def synchronised(self) -> bool | None:
        """Nobody asks a demonstration for the date."""
        return True

    async def sleep(self, seconds: float) -> None:
        """Fast seconds."""
        await asyncio.sleep(seconds / self._speed)


def boot_id() -> str:
    """Names this boot of the host: within it, monotonic times can be compared. Empty where unknown."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
