"""Converts monotonic times to dates. Durations come from the monotonic clock alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ..clock import Clock, boot_id


class Timeline(Protocol):
    """Gives the date of a monotonic time."""

    @property
    def boot(self) -> str:
        """Id of the boot: monotonic times of different boots cannot be compared."""
        ...

    def wall(self, at_ms: int) -> datetime:
        """The date of a monotonic time, by the wall clock of now."""
        ...

    def synchronised(self) -> bool | None:
        """Whether the wall clock is synchronised; None where that is unknown."""
        ...


class LiveTimeline:
    """Dates by the host's wall clock, which may jump."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.boot = boot_id()

    def wall(self, at_ms: int) -> datetime:
        """Now, less the monotonic time since."""
        return self._clock.wall() - timedelta(milliseconds=self._clock.monotonic_ms() - at_ms)

    def synchronised(self) -> bool | None:
        """As the host's clock reports."""
        return self._clock.synchronised()


@dataclass(frozen=True)
class RecordedTimeline:
    """Dates that count from a recording's start."""

    start: datetime
    boot: str = ""

    def wall(self, at_ms: int) -> datetime:
        """The recording's start plus the time since."""
        return (self.start + timedelta(milliseconds=at_ms)).astimezone()

    def synchronised(self) -> bool | None:
        """True: a recording's dates are final."""
        return True
