"""The payloads of the MQTT topics. Every key is always there, null where unknown."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..effort.athlete import Activity
from ..effort.events import EventName
from ..effort.warning import WarningState
from ..effort.zones import Zone
from ..moment import Moment


class Payload(BaseModel):
    """A JSON document of one topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LivePayload(Payload):
    """`N/A/live`: the state of an instant; heart rate and what follows from it are null when not fresh."""

    time: Moment
    heart_rate: int | None
    effort: float | None
    zone: Zone | None
    warning: WarningState
    contact: Literal["yes", "no", "unknown"]
    session: str | None
    elapsed_s: float | None
    zones_s: dict[Zone, float] | None
    rmssd_ms: float | None
    """of the last two minutes, as `dfa_alpha1`; both change at most every 5 s"""
    dfa_alpha1: float | None


class EventPayload(Payload):
    """`N/A/event`."""

    event: EventName
    time: Moment
    heart_rate: int | None
    effort: float | None
    level: int
    session: str | None


class StrapPayload(Payload):
    """`N/A/strap`."""

    connected: bool
    name: str | None
    address: str | None
    battery_percent: int | None
    signal: int | None
    """dBm, as last heard"""


class SessionPayload(Payload):
    """`N/A/session`."""

    state: Literal["active", "idle"]
    session: str | None
    start: Moment | None
    activity: Activity
    """of the session under way, or of the next one"""
    ceiling: float
    """in force: of the session under way, or of the next one"""
    ceiling_heart_rate: int
    """the highest heart rate (bpm) that is not over it"""
    muted_until: Moment | None


class AthletePayload(Payload):
    """`N/A/athlete`: what the athlete has set, and what is suggested."""

    name: str
    max_heart_rate: float
    max_heart_rate_source: str
    ceiling: float | None
    """the athlete's own; where lower than an activity's, it wins"""
    mute_s: float
    """how long the sound is off where a command does not say"""
    suggested_ceiling: float | None
    """from the answers to the talk test"""
    talk_tests: int
    """how many answers there are"""


class NodePayload(Payload):
    """`N/node`: health, in words that say what is wrong."""

    version: str
    adapter: str
    """ok, or what is the matter"""
    broker: str
    store: str
    clock: Literal["synchronised", "not synchronised", "unknown"]
    alerts: str
    straps_connected: int


class ResultPayload(Payload):
    """`N/A/result`: the answer to a command."""

    name: str
    ok: bool
    error: str | None
