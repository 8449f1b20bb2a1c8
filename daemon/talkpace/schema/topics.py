"""Every topic that is published: add a line here for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..effort.summary import Summary
from ..guide.payloads import BreathingPayload, NapPayload, ReadinessPayload
from ..practice.standing import Standing
from ..publish.payloads import (
    AthletePayload,
    EventPayload,
    LivePayload,
    NodePayload,
    ResultPayload,
    SessionPayload,
    StrapPayload,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One of a node or of an athlete; how it is delivered says `publish.topics.DELIVERY`, by its name."""

    name: str
    kind: Any
    """of the payload: a model, or another type that pydantic knows"""
    says: str
    of: Literal["athlete", "node"] = "athlete"
    content_type: str = "application/json"


STATUS = Literal["online", "offline"]

TOPICS: Sequence[Topic] = (
    Topic("status", STATUS, "Whether the node is there.", "node", "text/plain"),
    Topic("node", NodePayload, "The node's health.", "node"),
    Topic("live", LivePayload, "The state of an instant, on change; while measured, every 5 s at least."),
    Topic("event", EventPayload, "Something that the room is told."),
    Topic("strap", StrapPayload, "The strap that is listened to."),
    Topic("session", SessionPayload, "Whether a session is under way; activity, ceiling, mute."),
    Topic("athlete", AthletePayload, "What the athlete has set, and what is suggested."),
    Topic("summary", Summary, "The last session that counted."),
    Topic("practice", Standing, "Where the athlete stands in day and week."),
    Topic("breathing", BreathingPayload, "The breathing exercise under way, at every turn of the breath."),
    Topic("nap", NapPayload, "The nap under way, and when it ends."),
    Topic("readiness", ReadinessPayload, "The morning's measurement under way, and what the last one said."),
    Topic("result", ResultPayload, "The answer to a command."),
)
