"""From monotonic time to dates. Durations come from the monotonic clock alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ..service.clock import Clock, boot_id


class Timeline(Protocol):
    """Says what date an instant has."""

    @property
    def boot(self) -> str:
        """Names the monotonic clock; instants of different boots cannot be compared."""
        ...

    def wall(self, at_ms: int) -> datetime:
        """The date of a monotonic instant, as far as is known now."""
        ...

    def synchronised(self) -> bool | None:
        """Whether dates can be trusted; None where nobody knows."""
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
        """As the clock says."""
        return self._clock.synchronised()


@dataclass(frozen=True)
class RecordedTimeline:
    """Dates by the recording's own."""

    start: datetime
    boot: str = ""

    def wall(self, at_ms: int) -> datetime:
        """The recording's start, and the time since."""
        return (self.start + timedelta(milliseconds=at_ms)).astimezone()

    def synchronised(self) -> bool | None:
        """What is written is written."""
        return True
