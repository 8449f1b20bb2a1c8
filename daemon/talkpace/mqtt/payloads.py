"""The payloads of the MQTT topics. Every key is always published, null where unknown."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ..habits.breathing import Phase
from ..habits.message import Message
from ..text import strip_unprintable
from ..timestamps import Timestamp
from ..training.calibration_result import Doubt
from ..training.effort_zones import Zone
from ..training.events import EventName
from ..training.profile import Activity
from ..training.warning import WarningState

_LONGEST_NAME = 100


class Payload(BaseModel):
    """A JSON document of one topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LivePayload(Payload):
    """`N/A/live`: the live values; heart rate and what is derived from it are null when stale."""

    time: Timestamp
    heart_rate: int | None
    effort: float | None
    zone: Zone | None
    warning: WarningState
    contact: Literal["yes", "no", "unknown"]
    session: str | None
    elapsed_s: float | None
    zones_s: dict[Zone, float] | None
    rmssd_ms: float | None
    """over the last two minutes, as is `dfa_alpha1`; both change at most every 5 s"""
    dfa_alpha1: float | None
    hrv_reason: str | None = None
    """why HRV does not apply to the athlete"""


class EventPayload(Payload):
    """`N/A/event`: a warning or another event."""

    event: EventName
    time: Timestamp
    heart_rate: int | None
    effort: float | None
    level: int
    session: str | None


class StrapPayload(Payload):
    """`N/A/strap`: the strap in use."""

    connected: bool
    name: str | None
    address: str | None
    battery_percent: int | None
    signal: int | None
    """received signal strength in dBm, as of the last advertisement"""


class SessionPayload(Payload):
    """`N/A/session`: state and settings of the current or the next session."""

    state: Literal["active", "idle"]
    session: str | None
    start: Timestamp | None
    activity: Activity
    """of the current session, or of the next one"""
    ceiling: float
    """of the current session, or of the next one"""
    ceiling_heart_rate: int
    """the highest heart rate (bpm) that is not over the ceiling"""
    muted_until: Timestamp | None
    zones_from: dict[Zone, float] = {}
    """the effort at which each zone begins; the bound between conversational and hard belongs to the former,
    as does that between hard and very hard"""


class AthletePayload(Payload):
    """`N/A/athlete`: the athlete's settings, and the suggested ceiling."""

    name: str
    max_heart_rate: float
    max_heart_rate_source: str
    ceiling: float | None
    """the personal ceiling; it applies where it is lower than the activity's"""
    mute_s: float
    """default mute duration in seconds"""
    suggested_ceiling: float | None
    """derived from the talk tests"""
    suggested_ceiling_lowest: float | None
    """the lowest and the highest that single sessions suggest: how sure the suggestion is"""
    suggested_ceiling_highest: float | None
    talk_tests: int
    """number of talk tests"""
    heart_rate_drug: bool = False
    """takes a drug that limits the heart rate"""
    irregular_rhythm: bool = False


class NodePayload(Payload):
    """`N/node`: the node's health, as text that says what is wrong."""

    version: str
    adapter: str
    """`ok`, `not used`, or what is wrong"""
    broker: str
    store: str
    clock: Literal["synchronised", "not synchronised", "unknown"]
    alerts: str
    lamps: str = "not used"
    """`ok`, `not used`, or which lamp has which problem"""
    straps_connected: int
    strangers: int = 0
    """number of straps in range that nobody owns; names and addresses stay on this host"""
    athletes: str = "ok"
    """`ok`, or that nobody is configured"""
    configuration: str = "ok"
    """`ok`, or which settings are invalid, and what follows from it"""
    notifications: str = "not used"
    """`ok`, `not used`, or which address cannot be sent to, and why"""
    lost_measurements: int = 0
    """since the daemon's start, as all counters: measurements that the full queue to the store dropped"""
    lost_events: int = 0
    """other items, such as events and summaries, that the full queue to the store dropped"""
    lost_messages: int = 0
    """MQTT messages that neither the store nor the full queue to the broker could take"""
    lost_notifications: int = 0
    """notifications that were refused, given up after a day, or dropped as too many waited"""
    refused_items: int = 0
    """items that the database refused"""
    bad_payloads: int = 0
    """notifications of straps that were not a valid measurement"""
    rejected_commands: int = 0
    """commands over the rate limit"""


class StrapInRange(Payload):
    """A strap that was found."""

    address: str
    name: str | None
    signal_dbm: int | None
    """null for a strap that is connected, as it does not advertise"""
    battery_percent: int | None
    """null where it was not asked for"""
    connected: bool
    athlete: str | None
    """who wears it; null where nobody does"""


class AthleteStrap(Payload):
    """A strap that belongs to an athlete, paired or configured."""

    address: str
    name: str | None
    battery_percent: int | None
    """as it was read last"""
    athlete: str


class Choice(Payload):
    """A strap or an athlete that was chosen for pairing."""

    id: str
    """the strap's address, the athlete's id"""
    label: str
    """as Home Assistant shows it"""

    @classmethod
    def of(cls, id: str, name: str | None) -> Choice:  # noqa: A002 - the payload's key
        """A choice whose label has the name, which anybody may have set, and the id in parentheses."""
        name = strip_unprintable(name or "")[:_LONGEST_NAME].strip()
        return cls(id=id, label=f"{name} ({id})" if name else id)


class PairingProgress(Payload):
    """How far a pairing is."""

    address: str
    athlete: str
    step: str | None = None
    """the latest step, for a person"""
    heart_rate: int | None = None
    """the latest measurement in bpm; null before the first one"""


class StrapsPayload(Payload):
    """`N/straps`: straps in range at the last search, those of athletes, and the choice for pairing."""

    searching: bool = False
    searched: Timestamp | None = None
    """end of the last search; null before the first one since the daemon's start"""
    in_range: list[StrapInRange] = []
    """strongest first, 40 at most; during a search those found so far come with those of the last one"""
    pairing: PairingProgress | None = None
    """null while none is in progress"""
    of_athletes: list[AthleteStrap] = []
    strap_choice: Choice | None = None
    """one of those in range"""
    athlete_choice: Choice | None = None


class ResultPayload(Payload):
    """`N/A/result`: the result of a command."""

    name: str
    ok: bool
    error: str | None


class NodeResultPayload(ResultPayload):
    """`N/result`: the result of a command to the node."""

    result: Any = None
    """what the command has found or done, as docs/openrpc.json describes it; null where there is nothing"""


class BreathingPayload(Payload):
    """`N/A/breathing`: sent at every phase of the breath, and whenever coherence has been computed."""

    state: Literal["breathing", "idle"] = "idle"
    began: Timestamp | None = None
    phase: Phase | None = None
    phase_s: float | None = None
    """duration of this phase"""
    phase_left_s: float | None = None
    """what remained of it at the time of sending"""
    pace: float | None = None
    """breaths per minute"""
    ratio: str | None = None
    """inhale to exhale"""
    step: int | None = None
    """number of the pace being tried, from 1"""
    steps: int | None = None
    elapsed_s: float | None = None
    left_s: float | None = None
    coherence: float | None = None
    """share of the heart-rate variation at the pace; null without RR intervals, and in the first 64 s"""
    peak_pace: float | None = None
    """breaths per minute at which the heart rate varies most"""
    heart_rate: int | None = None
    last: str | None = None
    """result of the last exercise, as text"""


class NapPayload(Payload):
    """`N/A/nap`: the nap timer."""

    state: Literal["napping", "waking", "idle"] = "idle"
    started: Timestamp | None = None
    until: Timestamp | None = None
    minutes: float | None = None


class ReadinessPayload(Payload):
    """`N/A/readiness`: the morning measurement, and the result of the last one."""

    state: Literal["waiting", "settling", "measuring", "idle"] = "idle"
    left_s: float | None = None
    """remaining seconds of the settling or measuring phase at the time of sending"""
    ends: Timestamp | None = None
    """when the phase ends"""
    stage_s: float | None = None
    """duration of the phase"""
    beats: int | None = None
    """beats so far in the measuring phase; this and the two below are sent every 5 s"""
    coverage_now: float | None = None
    """share of the measuring phase so far that RR intervals cover"""
    artifact_ratio_now: float | None = None
    measured: Timestamp | None = None
    """end of the last measurement"""
    advice: str | None = None
    why: str | None = None
    reason: Message | None = None
    """`why` with code and values"""
    problem: str | None = None
    """why the last measurement failed"""
    failure: Message | None = None
    """`problem` with code and values"""
    ln_rmssd: float | None = None
    heart_rate: float | None = None
    strap: str | None = None
    """address of the strap of the last measurement"""
    coverage: float | None = None
    artifact_ratio: float | None = None


class CalibrationPayload(Payload):
    """`N/A/calibration`: the calibration in progress, and what the last one has found."""

    state: Literal["questions", "waiting", "rest", "warm_up", "stage", "recovery", "bout", "idle"] = "idle"
    began: Timestamp | None = None
    instruction: str | None = None
    """what to do now, in the configured language; after the end why it is over"""
    key: str | None = None
    """stable name of that sentence"""
    text: str | None = None
    """to read aloud now"""
    asks: bool = False
    """whether `calibration_answer` is waited for"""
    load: str | None = None
    """to be set now"""
    stage: int | None = None
    """number of the ramp's stage, from 1; 0 in the warm-up"""
    left_s: float | None = None
    """remaining seconds of the phase at the time of sending"""
    ends: Timestamp | None = None
    """when the phase ends; null where an answer ends it"""
    stage_s: float | None = None
    """duration of the phase"""
    heart_rate: int | None = None
    """at the time of sending"""
    limit: int | None = None
    """heart rate at which it ends: 85 % of the maximum in use"""
    measured: Timestamp | None = None
    """end of the last calibration; it and what follows are of that one"""
    summary: list[str] = []
    """what it has found or lacks, in the configured language"""
    value: int | None = None
    """heart rate in bpm; null where too little counts"""
    minutes: float | None = None
    """of comfortable speech with a heart rate"""
    days: int | None = None
    """that count, of three"""
    proposed_ceiling: float | None = None
    """effort; only the athlete adopts it"""
    proposed_heart_rate: int | None = None
    proposed_lowest: int | None = None
    proposed_highest: int | None = None
    """heart rates of the days"""
    fixed_heart_rate: int | None = None
    """70 % of the maximum in use"""
    alpha1_heart_rate: float | None = None
    """at DFA alpha 1 of 0.75, median of the days"""
    alpha1_personal_heart_rate: float | None = None
    """at the personal value"""
    doubts: list[Doubt] = []
    """why it is uncertain"""
