"""A finished session as the writers of files take it, whatever it was stored in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple

from ..training.profile import Activity

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class StoredMeasurement(NamedTuple):
    """A heart rate (bpm, above 0) at an offset (ms) from the session's start, with its RR intervals (ms)."""

    offset_ms: int
    heart_rate: int
    contact: str
    rr_ms: tuple[float, ...]
    energy_kj: int | None
    hold_ms: int | None = None
    """how long it holds although nothing follows; None for a live strap"""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of a session, such as a warning; `effort` is a fraction, `level` that of the warning."""

    offset_ms: int
    name: str
    heart_rate: int | None
    effort: float | None
    level: int


@dataclass(frozen=True, slots=True)
class ActivityChange:
    """A change of activity by command."""

    offset_ms: int
    activity: str


@dataclass(frozen=True)
class FinishedSession:
    """A session with its data. Offsets are ms since `start`."""

    id: str
    athlete: str
    start: datetime
    end: datetime
    strap_name: str
    discarded: bool
    """whether it was too short to count"""
    ceiling_bpm: int
    """the highest heart rate that is not above the ceiling"""
    profile: Mapping[str, Any]
    """the athlete's thresholds during the session, as stored"""
    summary: Mapping[str, Any]
    events: Sequence[StoredEvent]
    activity_changes: Sequence[ActivityChange]
    measurements: Callable[[], Iterator[StoredMeasurement]]
    """reads them again on every call"""

    def in_zone(self, zone: tzinfo) -> FinishedSession:
        """Return the session with its dates in a time zone, all with the offset of the session's start."""
        offset = self.start.astimezone(zone).utcoffset()
        assert offset is not None
        return replace(self, start=self.start.astimezone(timezone(offset)))

    @property
    def start_ms(self) -> int:
        """Unix time in whole ms."""
        return (self.start - _EPOCH) // _MS

    @property
    def duration_ms(self) -> int:
        """From the first measurement to the last."""
        return (self.end - self.start) // _MS

    @property
    def activity(self) -> Activity:
        """The last activity, as in the summary."""
        return Activity(self.summary["activity"])

    def date_at(self, offset_ms: int) -> datetime:
        """Return the date of an offset, in whole ms, with the UTC offset of `start`."""
        return self.start - timedelta(microseconds=self.start.microsecond % 1000) + offset_ms * _MS
