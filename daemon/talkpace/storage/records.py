"""Row types: what is written to the store, and what is read from it.

Times in a session (`offset_ms`) count in ms from its first measurement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..habits.history import SessionDigest
    from ..habits.log import Entry
    from ..habits.nap import ScheduledNap

# -- sessions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A session has started."""

    session: str
    athlete: str
    node: str
    activity: str
    start: datetime
    clock_synchronised: bool
    """whether `start` is final, or is to be corrected once the wall clock is synchronised"""
    boot: str
    origin_ms: int
    """monotonic time of the first measurement within `boot`"""
    profile: str
    """JSON; see `profile_from_json`"""
    strap_name: str = ""
    strap_address: str = ""


class MeasurementRecord(NamedTuple):
    """A measurement with a heart rate above 0 bpm."""

    session: str
    offset_ms: int
    heart_rate: int
    contact: str
    rr_ms: tuple[float, ...]
    energy_kj: int | None
    hold_ms: int | None = None
    """how long it holds although nothing follows; None for a live strap"""


@dataclass(frozen=True, slots=True)
class EventRecord:
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
    """The activity was changed by command, from `offset_ms` on."""

    session: str
    offset_ms: int
    activity: str


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """A session's start was corrected, or it goes on in another boot; the offsets stay."""

    session: str
    start: datetime
    clock_synchronised: bool
    boot: str
    origin_ms: int


@dataclass(frozen=True, slots=True)
class SessionReassigned:
    """A session belongs to another athlete; the events recorded so far are deleted, others follow."""

    session: str
    athlete: str
    profile: str
    """JSON; see `profile_from_json`"""


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A session has ended; `summary` is JSON."""

    session: str
    athlete: str
    end: datetime
    summary: str
    digest: SessionDigest | None
    """of the summary; None for a session that is too short to count"""
    discarded: bool
    suggested_maximum: int | None


# -- athletes and straps ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AthleteChange:
    """An athlete's `key` has this value from `changed_at` on; None removes it."""

    athlete: str
    key: str
    value: object
    """any JSON value"""
    changed_at: datetime
    source: str
    """configuration, command, mqtt, …"""


@dataclass(frozen=True, slots=True)
class StrapSeen:
    """A strap of an athlete was connected, or reported its name or battery level."""

    address: str
    athlete: str
    name: str
    at: datetime
    battery_percent: int | None = None


@dataclass(frozen=True, slots=True)
class TalkTestAnswered:
    """An answer to the talk test, given at a heart rate (bpm)."""

    athlete: str
    session: str | None
    at: datetime
    answer: str
    heart_rate: int
    effort: float
    ceiling: float
    """in force at that time"""
    steady: bool | None = None
    """whether effort was steady; None in answers of earlier versions"""


@dataclass(frozen=True, slots=True)
class PendingStateChanged:
    """An athlete's settings that survive a restart; replaces those stored before."""

    athlete: str
    boot: str
    at_ms: int
    """monotonic within `boot`, as the next two"""
    muted_until_ms: int | None
    activity: str
    """of the next session"""
    last_suppressed_ms: int | None
    """while auto-start is suppressed: time of the last measurement"""


# -- habits ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryLogged:
    """An entry was added to an athlete's log."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryEdited:
    """An entry has new values or another time."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryDeleted:
    """An entry was deleted."""

    athlete: str
    entry: str


@dataclass(frozen=True, slots=True)
class NapStarted:
    """A nap has started; replaces the athlete's nap stored before."""

    nap: ScheduledNap


@dataclass(frozen=True, slots=True)
class NapEnded:
    """An athlete's nap is over."""

    athlete: str


# -- messages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message that must reach the broker, in order, even after days without one."""

    topic: str
    """below `prefix/node/`, such as `anna/summary`"""
    payload: str
    retain: bool = False


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """An outgoing message with its id in the outbox; None where the store could not keep it."""

    id: int | None
    message: OutgoingMessage


# -- notifications ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notification:
    """A text for one address of `[[notify]]`, which is to be sent within a day."""

    address: str
    """name of the address; the address itself is a secret, and not stored"""
    kind: str
    athlete: str | None
    """None for one about the node"""
    heart_data: bool
    """whether the text has heart rates or times in zones"""
    title: str
    text: str
    at: datetime
    boot: str
    at_ms: int
    """monotonic time of `at` within `boot`"""


@dataclass(frozen=True, slots=True)
class QueuedNotification:
    """A notification with its id in the store; None where the store could not keep it."""

    id: int | None
    notification: Notification


LogItem = EntryLogged | EntryEdited | EntryDeleted
SessionItem = (
    SessionOpened
    | MeasurementRecord
    | EventRecord
    | ActivityChanged
    | SessionMoved
    | SessionReassigned
    | SessionClosed
)
RecordItem = (
    SessionItem
    | AthleteChange
    | StrapSeen
    | TalkTestAnswered
    | PendingStateChanged
    | LogItem
    | NapStarted
    | NapEnded
    | OutgoingMessage
    | Notification
)
Queued = QueuedMessage | QueuedNotification


# -- read only -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A stored session; an open one has neither `end` nor `summary`."""

    id: str
    athlete: str
    node: str
    activity: str
    start: datetime
    clock_synchronised: bool
    boot: str
    origin_ms: int
    profile: str
    """JSON; see `profile_from_json`"""
    strap_name: str
    strap_address: str
    end: datetime | None
    summary: str | None
    """JSON, as in section 7 of the specification"""
    discarded: bool
    """shorter than sessions.min_duration_s"""


@dataclass(frozen=True, slots=True)
class SessionIndexEntry:
    """What a list of sessions is searched by."""

    id: str
    athlete: str
    activity: str
    """that of the summary, or of the start while there is none"""
    start: datetime


@dataclass(frozen=True, slots=True)
class StrapRow:
    """A strap that was paired (`paired_at`), or only seen as the configuration names it."""

    address: str
    athlete: str
    name: str
    battery_percent: int | None
    first_seen: datetime
    last_seen: datetime
    paired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A higher maximum heart rate (bpm) that the athlete may want to adopt, seen in a session."""

    session: str
    athlete: str
    max_heart_rate: int
    at: datetime
