"""Messages from the broker, believed only where they are what they should be.

Anybody at the broker may have sent them, and a node may run another version: keys that are missing
are unknown, further ones are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..config.kinds import is_slug
from ..publish.link import Incoming
from ..publish.payloads import (
    EventPayload,
    LivePayload,
    NodePayload,
    Payload,
    SessionPayload,
    StrapPayload,
)
from ..publish.topics import OFFLINE, ONLINE

MOST_BYTES = 16_384
"""of a payload; ours have some hundreds"""

STATUS, NODE = "status", "node"
LIVE, EVENT, STRAP, SESSION = "live", "event", "strap", "session"

_OF_ATHLETE: Mapping[str, type[Payload]] = MappingProxyType(
    {LIVE: LivePayload, EVENT: EventPayload, STRAP: StrapPayload, SESSION: SessionPayload}
)
_NOT_RETAINED = frozenset({LIVE, EVENT})
"""what is of a moment; a broker that kept one would tell of another moment"""
_HIGHEST_BPM = 350
_HIGHEST_EFFORT = 10.0
_LONGEST_S = 1e7


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was understood; `payload` is a text for `status` alone."""

    node: str
    athlete: str | None
    kind: str
    payload: Payload | str


def patterns(prefix: str, node: str | None, athlete: str | None) -> list[str]:
    """What to subscribe to; None stands for every one."""
    of_node = f"{prefix}/{node or '+'}"
    return [
        f"{of_node}/{STATUS}",
        f"{of_node}/{NODE}",
        *(f"{of_node}/{athlete or '+'}/{kind}" for kind in _OF_ATHLETE),
    ]


def understand(prefix: str, incoming: Incoming) -> Heard | None:
    """None for what is none of ours, or cannot be right."""
    levels = incoming.topic.removeprefix(f"{prefix}/").split("/")
    if not incoming.topic.startswith(f"{prefix}/") or not is_slug(levels[0]):
        return None
    match levels[1:]:
        case ["status"]:
            text = incoming.payload[: len(OFFLINE)].decode(errors="replace")
            return Heard(levels[0], None, STATUS, text) if text in {ONLINE, OFFLINE} else None
        case ["node"]:
            payload = _payload(NodePayload, incoming.payload)
            return None if payload is None else Heard(levels[0], None, NODE, payload)
        case [athlete, kind] if kind in _OF_ATHLETE and is_slug(athlete):
            if incoming.retained and kind in _NOT_RETAINED:
                return None
            payload = _payload(_OF_ATHLETE[kind], incoming.payload)
            return None if payload is None else Heard(levels[0], athlete, kind, payload)
    return None


def _payload(model: type[Payload], data: bytes) -> Payload | None:
    if len(data) > MOST_BYTES:
        return None
    try:
        document = json.loads(data, parse_constant=_refuse)
        if not isinstance(document, dict):
            return None
        payload = model.model_validate({name: document.get(name) for name in model.model_fields})
    except (ValueError, RecursionError):
        return None
    if isinstance(payload, LivePayload | EventPayload) and not _plausible(payload):
        return None
    return payload


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _plausible(payload: LivePayload | EventPayload) -> bool:
    """Nothing that a display would choke on; an unusual heart is not unusual enough for that."""
    if payload.heart_rate is not None and not 0 < payload.heart_rate <= _HIGHEST_BPM:
        return False
    if payload.effort is not None and not -_HIGHEST_EFFORT <= payload.effort <= _HIGHEST_EFFORT:
        return False
    if isinstance(payload, EventPayload):
        return True
    if payload.heart_rate is not None and (payload.effort is None or payload.zone is None):
        return False
    times = [payload.elapsed_s, *(payload.zones_s or {}).values()]
    return all(seconds is None or 0 <= seconds <= _LONGEST_S for seconds in times)
