"""MQTT messages as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text import printable
from ...training.events import EventName
from ..output import clock_time
from .theme import zone_name

if TYPE_CHECKING:
    from ...mqtt.payloads import EventPayload, LivePayload
    from ...mqtt.subscriber import Message

_EVENTS = {
    EventName.OVER: "over the ceiling: ease off",
    EventName.OVER_REPEAT: "still over the ceiling",
    EventName.EASY_AGAIN: "easy again",
    EventName.APPROACHING: "close to the ceiling",
    EventName.SIGNAL_LOST: "signal lost: no heart rate from the strap",
    EventName.SIGNAL_BACK: "signal is back",
    EventName.SESSION_STARTED: "session started",
    EventName.SESSION_ENDED: "session ended",
    EventName.STRAP_BATTERY_LOW: "the strap's battery is low",
    EventName.BAND_REACHED: "target time in the band reached",
    EventName.BAND_ENOUGH: "enough time in the band: time to finish",
    EventName.DRINK: "little drunk today: drink before you train",
    EventName.SUPPLEMENT_DUE: "a supplement is due",
}


def event_text(event: EventPayload) -> str:
    """Describe an event, with heart rate and effort where known."""
    text = _EVENTS[event.event]
    if event.heart_rate is None or event.effort is None:
        return text
    return f"{text} ({event.heart_rate} bpm, {event.effort:.0%})"


def event_line(event: EventPayload) -> str:
    """Describe an event, with its local time first."""
    return f"{event.time:%H:%M:%S}  {event_text(event)}"


def live_text(live: LivePayload) -> str:
    """Describe heart rate, effort, zone, warning and elapsed time."""
    if live.heart_rate is None or live.effort is None or live.zone is None:
        parts = ["heart rate unknown"]
    else:
        parts = [f"{live.heart_rate} bpm", f"{live.effort:.0%}", zone_name(live.zone)]
    if live.warning != "none":
        parts.append(live.warning.replace("_", " "))
    if live.elapsed_s is not None:
        parts.append(clock_time(live.elapsed_s))
    return "  ".join(parts)


def message_text(message: Message) -> str | None:
    """Describe a message; None where it is not for people."""
    from ...mqtt.payloads import EventPayload, LivePayload, StrapPayload

    match message.payload:
        case LivePayload() as live:
            return live_text(live)
        case EventPayload() as event:
            return f"* {event_text(event)}"
        case StrapPayload() as strap:
            name = printable(strap.name or strap.address or "")
            return f"strap {name} connected" if strap.connected else "no strap connected"
        case str(status):
            return status
        case _:
            return None
