"""Events of straps, the same for every source: heart rates are 0x2A37 payloads with an arrival time.

`at_ms` is whole milliseconds on one monotonic clock for the run, that of the host or of the recording;
dates are added when a session is stored. An EventHandler is a plain function, so that a notification
reaches the alert from the radio's callback without waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class StrapInfo:
    """Identity of a strap. `address` is unique; for a recording it is made from the file name."""

    address: str
    name: str = ""
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    body_location: str | None = None
    """from characteristic 0x2A38: chest, wrist, ..."""
    signal_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class LinkUp:
    """A strap is connected. Skin contact reported on an earlier link does not count any more."""

    at_ms: int
    strap: StrapInfo


@dataclass(frozen=True, slots=True)
class StrapDescribed:
    """More fields of a connected strap were read. Replaces all fields of its LinkUp."""

    at_ms: int
    strap: StrapInfo


class Notification(NamedTuple):
    """One Heart Rate Measurement notification (0x2A37), as the strap sent it."""

    at_ms: int
    address: str
    payload: bytes
    hold_ms: int | None = None
    """how long the value holds although nothing follows, as a recording tells; None for a live strap"""

    def __repr__(self) -> str:
        """Leave out the payload: heart data must not reach logs."""
        return f"Notification(at_ms={self.at_ms}, address={self.address!r})"


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """A battery level from characteristic 0x2A19."""

    at_ms: int
    address: str
    percent: int


@dataclass(frozen=True, slots=True)
class LinkDown:
    """A strap is disconnected; `reason` is for the log."""

    at_ms: int
    address: str
    reason: str = ""


StrapEvent = LinkUp | StrapDescribed | Notification | BatteryLevel | LinkDown
EventHandler = Callable[[StrapEvent], None]


class StrapSource(Protocol):
    """A source of strap events."""

    async def run(self, on_event: EventHandler) -> None:
        """Call `on_event` with every event, in order of time, until the source ends or is cancelled."""
        ...
