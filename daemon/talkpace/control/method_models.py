"""Parameters and results of the daemon's methods."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from ..config.model import Slug, bluetooth_address
from ..mqtt.payloads import NodePayload
from ..timestamps import Timestamp
from .log_models import LogEntry
from .params import Params


class NoParams(Params):
    """No parameters."""


class NodeInfo(BaseModel):
    """Which daemon this is."""

    node: str
    version: str
    database: str
    """path of the database that it writes"""


class CommandParams(Params):
    """A command to an athlete, as over MQTT on `N/A/command/NAME`."""

    athlete: str = Field(max_length=64)
    name: str = Field(max_length=64)
    argument: str | int | float | bool | dict[str, Any] | None = None


class CommandResult(BaseModel):
    """Result of a command that was carried out."""

    state: dict[str, Any]
    """the state of the guided exercise that the command is for; empty for other commands"""
    entries: list[LogEntry] = []
    """entries of the habits log that the command has added, changed or deleted"""


class WatchParams(Params):
    """What to watch."""

    topics: list[str] | None = Field(default=None, max_length=200)
    """topics below the node, such as `anna/live`; all where left out"""


class AthleteInfo(BaseModel):
    """An athlete who trains here."""

    athlete: str
    name: str


class AthleteParams(Params):
    """New values of an athlete."""

    athlete: Slug
    values: dict[str, Any]
    """by key of [[athletes]]; null removes a value"""


class AthleteRemoval(Params):
    """An athlete to be removed."""

    athlete: Slug


class DiagnosticsParams(Params):
    """For whom the diagnostics are."""

    to_share: bool = False
    """whether to leave out what nobody else needs: the ends of addresses and serial numbers, secrets"""


class DiagnosticFinding(BaseModel):
    """Result of one check, as of `talkpace doctor`."""

    check: str
    ok: bool
    detail: str
    remedy: str | None
    """what to do; null where nothing is to be done"""


class Diagnostics(BaseModel):
    """What somebody needs who helps: no name, address of a strap or heart rate is added to the findings."""

    version: str
    python: str
    system: str
    health: NodePayload
    findings: list[DiagnosticFinding]


class AlertParams(Params):
    """An alert to be played."""

    pattern: str = "over"


class AlertResult(BaseModel):
    """What the alert was played on."""

    alerts: str
    """health of buzzer, LED, lamps and speaker: `ok`, `none`, or what is wrong"""


LONGEST_SCAN_S = 300
Address = Annotated[str, Field(max_length=64), AfterValidator(bluetooth_address)]
Seconds = Annotated[float, Field(ge=1, le=LONGEST_SCAN_S)]


class ScanParams(Params):
    """A search for straps in range."""

    seconds: Seconds = 10
    battery: bool = False
    """whether to connect to each to read its battery"""


class PairParams(Params):
    """A strap to be paired with an athlete."""

    address: Address
    athlete: str = Field(max_length=64)
    seconds: Seconds = 10
    """for which its heart rate is shown"""


class StrapPairing(BaseModel):
    """A strap that was paired."""

    address: str
    """its identity address, also where it was found by a private one"""
    name: str | None
    battery_percent: int | None
    bonded: bool
    athlete: str


class StrapParams(Params):
    """A strap."""

    address: Address


class AssignParams(Params):
    """A strap to be given to an athlete."""

    address: Address
    athlete: str = Field(max_length=64)


class AssignResult(BaseModel):
    """A strap that was given to an athlete."""

    moved_session: str | None
    """id of the session that moved to the athlete with the strap; null where none did"""


class GuestParams(Params):
    """Somebody who trains here today."""

    name: str = Field(min_length=1, max_length=64)
    max_heart_rate: float | None = None
    """in bpm; without it estimated from `birth_year`, and without that 166, which is labelled"""
    birth_year: int | None = None
    address: Address | None = None
    """of the strap that is lent to them"""


class GuestInfo(BaseModel):
    """A guest."""

    athlete: str
    """id, such as `guest-1`"""
    name: str
    max_heart_rate: float
    max_heart_rate_source: str
    """`given`, `tanaka`, or `guest_default` where neither maximum nor year of birth is known"""
    until: Timestamp
    """end of the local day; a session in progress is not cut off"""


SessionId = Annotated[str, Field(pattern=r"^[0-9a-f-]{8,64}$")]


class SessionParams(Params):
    """A recorded session."""

    session: SessionId
    """its id, or a beginning of it that no other has"""


class SessionDeleted(BaseModel):
    """A session that was deleted."""

    session: str
    restorable_until: Timestamp
    """until then at least `sessions.restore` brings it back whole"""


class SessionRestored(BaseModel):
    """A session that is there again."""

    session: str


class StrapChoiceParams(Params):
    """A strap that the last search has found."""

    address: Address


class AthleteChoiceParams(Params):
    """An athlete who is to wear a strap."""

    athlete: str = Field(max_length=64)


class AthleteStrapState(BaseModel):
    """A strap of an athlete."""

    address: str
    name: str | None
    athlete: str
    battery_percent: int | None
    """as it was last read"""
    connected: bool
    signal_dbm: int | None
    """at the time of the connection; null without one"""
    last_seen: Timestamp | None
    """null for one that has never been connected"""


class StrangerStrap(BaseModel):
    """A strap in range that nobody owns."""

    address: str
    name: str | None
    signal_dbm: int
    seen_s: float
    """time since it was last seen"""


class StrapToIgnore(BaseModel):
    """A strap that is not reported as a stranger."""

    address: str
    name: str | None


class StrapOverview(BaseModel):
    """All straps that the daemon knows of."""

    owned: list[AthleteStrapState]
    strangers: list[StrangerStrap]
    """seen within the last five minutes, strongest first"""
    ignored: list[StrapToIgnore]
