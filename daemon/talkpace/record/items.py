"""What the pipeline hands over to be kept. Times in a session are ms since its first measurement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..practice.log import Entry
from ..practice.nap import Nap
from .rows import AthleteChange


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A session has begun."""

    session: str
    athlete: str
    node: str
    activity: str
    start: datetime
    clock_synchronised: bool
    """whether `start` can be trusted, or is to be corrected once the clock is right"""
    boot: str
    origin_ms: int
    """the monotonic time of the first measurement within `boot`"""
    judgement: str
    """JSON of what the session is judged by"""
    strap_name: str = ""
    strap_address: str = ""


class MeasurementTaken(NamedTuple):
    """A measurement with a heart rate above 0."""

    session: str
    offset_ms: int
    heart_rate: int
    contact: str
    rr_ms: tuple[float, ...]
    energy_kj: int | None


@dataclass(frozen=True, slots=True)
class EventHappened:
    """An event of a session; `sequence` counts them from 0."""

    session: str
    sequence: int
    offset_ms: int
    name: str
    heart_rate: int | None
    effort: float | None
    level: int


@dataclass(frozen=True, slots=True)
class ActivityChanged:
    """Another activity, by command, from a time in the session on."""

    session: str
    offset_ms: int
    activity: str


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """A session's place in time was corrected, or it goes on in another boot. Offsets stay."""

    session: str
    start: datetime
    clock_synchronised: bool
    boot: str
    origin_ms: int


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A session has ended; `summary` is JSON."""

    session: str
    end: datetime
    summary: str
    discarded: bool
    suggested_maximum: int | None


@dataclass(frozen=True, slots=True)
class StrapSeen:
    """A strap of an athlete was connected, or said more of itself."""

    address: str
    athlete: str
    name: str
    at: datetime
    battery_percent: int | None = None


@dataclass(frozen=True, slots=True)
class TalkTestAnswered:
    """The athlete has said whether talking was still possible, at a heart rate (bpm)."""

    athlete: str
    session: str | None
    at: datetime
    answer: str
    heart_rate: int
    effort: float
    ceiling: float
    """in force at that moment"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that must reach the broker, in order, though it may be away for days."""

    topic: str
    """below `prefix/node/`, such as `anna/summary`"""
    payload: str
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """An outgoing message with its place in the outbox; None where the store could not keep it."""

    id: int | None
    message: Outgoing


@dataclass(frozen=True, slots=True)
class EntryLogged:
    """An athlete has written something down."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryEdited:
    """An entry has other values, or another time."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryDeleted:
    """An entry was taken back."""

    athlete: str
    entry: str


LogItem = EntryLogged | EntryEdited | EntryDeleted


@dataclass(frozen=True, slots=True)
class NapBegun:
    """Somebody is to be woken."""

    nap: Nap


@dataclass(frozen=True, slots=True)
class NapOver:
    """Nobody is to be woken any more."""

    athlete: str


@dataclass(frozen=True, slots=True)
class WishesChanged:
    """What an athlete has asked for that holds for a while is another; takes the place of what was kept."""

    athlete: str
    boot: str
    at_ms: int
    """monotonic within `boot`, as the next"""
    muted_until_ms: int | None
    activity: str
    """of the next session"""
    held_off_ms: int | None
    """where beats begin no session: when the last one came"""


RecordItem = (
    SessionOpened
    | MeasurementTaken
    | EventHappened
    | ActivityChanged
    | SessionMoved
    | SessionClosed
    | StrapSeen
    | AthleteChange
    | TalkTestAnswered
    | Outgoing
    | LogItem
    | NapBegun
    | NapOver
    | WishesChanged
)
