"""A subscription that reconnects, and the messages of other nodes, validated before they are shown.

Anybody may have sent them, and a node may run another version: missing keys are null, further keys are
ignored, and implausible values make a message invalid.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ..config.fields import is_slug
from ..config.model import MqttConfig
from .broker import broker_address
from .connection import connect, reconnect_backoff
from .errors import BrokerConnectionError
from .payloads import EventPayload, LivePayload, NodePayload, Payload, SessionPayload, StrapPayload
from .protocols import IncomingMessage
from .topics import OFFLINE, ONLINE

LARGEST_MESSAGE = 16_384
"""bytes of a payload; those of talkpace have some hundreds"""

STATUS, NODE = "status", "node"
LIVE, EVENT, STRAP, SESSION = "live", "event", "strap", "session"

_ATHLETE_PAYLOADS: Mapping[str, type[Payload]] = MappingProxyType(
    {LIVE: LivePayload, EVENT: EventPayload, STRAP: StrapPayload, SESSION: SessionPayload}
)
_NEVER_RETAINED = frozenset({LIVE, EVENT})
"""topics with values of an instant: a retained message would be outdated"""
_HIGHEST_BPM = 350
_HIGHEST_EFFORT = 10.0
_LONGEST_S = 1e7


@dataclass(frozen=True, slots=True)
class Message:
    """A valid message."""

    node: str
    athlete: str | None
    topic: str
    """the last level of the topic, such as `live`"""
    payload: Payload | str
    """text for `status`, a model for all others"""


def subscription_patterns(prefix: str, node: str | None, athlete: str | None) -> list[str]:
    """The patterns to subscribe to; None stands for all nodes or athletes."""
    base = f"{prefix}/{node or '+'}"
    return [
        f"{base}/{STATUS}",
        f"{base}/{NODE}",
        *(f"{base}/{athlete or '+'}/{topic}" for topic in _ATHLETE_PAYLOADS),
    ]


def parse_message(prefix: str, incoming: IncomingMessage) -> Message | None:
    """The message, or None where topic or payload is not valid."""
    node, *levels = incoming.topic.removeprefix(f"{prefix}/").split("/")
    if not incoming.topic.startswith(f"{prefix}/") or not is_slug(node):
        return None
    match levels:
        case ["status"]:
            text = incoming.payload[: len(OFFLINE)].decode(errors="replace")
            return Message(node, None, STATUS, text) if text in {ONLINE, OFFLINE} else None
        case ["node"]:
            payload = _parse_payload(NodePayload, incoming.payload)
            return None if payload is None else Message(node, None, NODE, payload)
        case [athlete, topic] if topic in _ATHLETE_PAYLOADS and is_slug(athlete):
            if incoming.retained and topic in _NEVER_RETAINED:
                return None
            payload = _parse_payload(_ATHLETE_PAYLOADS[topic], incoming.payload)
            return None if payload is None else Message(node, athlete, topic, payload)
    return None


def _parse_payload(model: type[Payload], data: bytes) -> Payload | None:
    if len(data) > LARGEST_MESSAGE:
        return None
    try:
        document = json.loads(data, parse_constant=_reject_constant)
        if not isinstance(document, dict):
            return None
        payload = model.model_validate(
            {
                name: document.get(name, None if field.is_required() else field.default)
                for name, field in model.model_fields.items()
            }
        )
    except (ValueError, RecursionError):
        return None
    if isinstance(payload, LivePayload | EventPayload) and not _is_plausible(payload):
        return None
    return payload


def _reject_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _is_plausible(payload: LivePayload | EventPayload) -> bool:
    """Whether all numbers are within limits that a display can handle."""
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


LONGEST_DELAY_S = 10.0
"""between reconnects: shorter than the daemon's, as somebody is looking at the screen"""
CONNECTED = "connected"


class Subscriber:
    """Calls back with every message on some topics."""

    def __init__(
        self,
        settings: MqttConfig,
        password: str | None,
        patterns: Sequence[str],
        *,
        on_message: Callable[[IncomingMessage], None],
        on_state: Callable[[str, str | None], None],
    ) -> None:
        """`on_state` is called with `connected` and None, or with an error and its remedy."""
        self._settings = settings
        self._password = password
        self._patterns = patterns
        self._on_message = on_message
        self._on_state = on_state

    async def run(self) -> None:
        """Stay subscribed until cancelled."""
        backoff = reconnect_backoff()
        clock = asyncio.get_running_loop().time
        while True:
            since = clock()
            try:
                await self._receive()
            except BrokerConnectionError as error:
                self._on_state(str(error), error.remedy)
            await asyncio.sleep(min(backoff.next_s(clock() - since), LONGEST_DELAY_S))

    async def _receive(self) -> None:
        async with connect(
            self._settings,
            self._password,
            name="talkpace-watch",
            accept=lambda message: len(message.payload) <= LARGEST_MESSAGE,
        ) as connection:
            for pattern in self._patterns:
                if not await connection.subscribe(pattern):
                    address = broker_address(self._settings)
                    raise BrokerConnectionError(
                        f"{address} does not allow this user to subscribe to {pattern}",
                        "check mqtt.username and the broker's access control list",
                    )
            self._on_state(CONNECTED, None)
            async for message in connection.incoming():
                self._on_message(message)
