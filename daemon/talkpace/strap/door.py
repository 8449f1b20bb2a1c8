"""The one door: whatever the source, beats enter as 0x2A37 bytes with an arrival time.

`at_ms` is on one monotonic clock per run (of the host, or of the recording), in whole milliseconds;
dates are added much later, at the edges. A door is a plain function, so that a beat goes from the
radio's callback to the alert without waiting for anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class StrapInfo:
    """Who a strap says it is. `address` identifies it (for a recording: the file's name)."""

    address: str
    name: str = ""
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    body_location: str | None = None
    """Of characteristic 0x2A38: chest, wrist, …"""
    signal_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class LinkUp:
    """A strap is connected; what was known of contact on an earlier link no longer counts."""

    at_ms: int
    strap: StrapInfo


@dataclass(frozen=True, slots=True)
class StrapDescribed:
    """A connected strap has said more of itself; the same strap as in its LinkUp, all fields anew."""

    at_ms: int
    strap: StrapInfo


class Notification(NamedTuple):
    """One Heart Rate Measurement notification, as the strap sent it."""

    at_ms: int
    address: str
    payload: bytes

    def __repr__(self) -> str:
        """Without the payload: heart data stays out of logs."""
        return f"Notification(at_ms={self.at_ms}, address={self.address!r})"


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """Of characteristic 0x2A19."""

    at_ms: int
    address: str
    percent: int


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The link to a strap is gone; `reason` is for the log."""

    at_ms: int
    address: str
    reason: str = ""


StrapEvent = LinkUp | StrapDescribed | Notification | BatteryLevel | LinkDown
Door = Callable[[StrapEvent], None]


class StrapSource(Protocol):
    """Something that lets beats in until it is exhausted (a recording) or cancelled (a radio)."""

    async def run(self, door: Door) -> None:
        """Open the door for every event, in order of time. Cleans up when cancelled."""
        ...
