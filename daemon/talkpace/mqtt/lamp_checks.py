"""The lamps' check in `talkpace doctor`: each is asked for its state, and not changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ..alerts.lamps.formats import lamp_format
from ..alerts.lamps.lamp import READ_MS, Lamp
from ..alerts.lamps.messages import LampFormat
from ..config.lamps import LampConfig
from ..config.model import MqttConfig
from ..diagnostics import Finding
from .connection import MqttConnection, connect
from .errors import BrokerConnectionError
from .protocols import IncomingMessage
from .topics import Delivery

NOT_ASKED = Finding(
    "lamps",
    ok=False,
    detail="they were not asked, as the broker cannot be used",
    remedy="see the broker above",
)
_QUESTION = Delivery(qos=1, retain=False)


async def check_lamps(
    lamps: Sequence[LampConfig], settings: MqttConfig, password: str | None, timeout_s: float
) -> list[Finding]:
    """Connect, ask every lamp for its state, and wait 3 s for the answers."""
    forms = {lamp.name: lamp_format(lamp) for lamp in lamps}
    states = {name: Lamp(form) for name, form in forms.items()}
    by_topic = {topic: states[name] for name, form in forms.items() for topic in form.state_topics}
    silent = {name for name, form in forms.items() if form.state_topics}
    answered = asyncio.Event()

    def accept(message: IncomingMessage) -> bool:
        if (lamp := by_topic.get(message.topic)) is not None:
            lamp.receive(message.topic, message.payload, 0)
            silent.difference_update(
                {name for name in silent if states[name].has_answered or states[name].problem}
            )
            if not silent:
                answered.set()
        return False

    try:
        async with (
            asyncio.timeout(timeout_s),
            connect(settings, password, name="talkpace-doctor", accept=accept) as connection,
        ):
            await _ask(connection, forms, states)
            if silent:
                with suppress(TimeoutError):
                    await asyncio.wait_for(answered.wait(), READ_MS / 1000)
    except (BrokerConnectionError, TimeoutError):
        return [NOT_ASKED]
    for lamp in states.values():
        lamp.update(None, READ_MS)
    return [_lamp_finding(name, states[name], forms[name]) for name in forms]


async def _ask(
    connection: MqttConnection, forms: Mapping[str, LampFormat], states: Mapping[str, Lamp]
) -> None:
    for name, form in forms.items():
        for topic in form.state_topics:
            if not await connection.subscribe(topic):
                states[name].refuse(topic)
        for message in states[name].connect(0):
            await connection.publish(message.topic, message.payload, _QUESTION)


def _lamp_finding(name: str, lamp: Lamp, form: LampFormat) -> Finding:
    check = f"lamp {name}"
    if lamp.problem is not None:
        return _finding(check, lamp.problem, "see docs/lamps.md: what each program needs, and its topics")
    if not form.state_topics:
        return Finding(check, ok=True, detail="it tells no state, so it is switched off after a session")
    return Finding(check, ok=True, detail="its state can be read, and is restored after a session")


def _finding(check: str, detail: str, remedy: str) -> Finding:
    return Finding(check, ok=False, detail=detail, remedy=remedy)
