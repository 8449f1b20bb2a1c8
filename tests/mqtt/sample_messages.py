"""Sample payloads of a daemon."""

from __future__ import annotations

import json
from typing import Any

from talkpace.mqtt.protocols import IncomingMessage

PREFIX = "talkpace"

LIVE: dict[str, Any] = {
    "time": "2026-11-24T18:02:11.480+01:00",
    "heart_rate": 132,
    "effort": 0.6947,
    "zone": "conversational",
    "warning": "none",
    "contact": "yes",
    "session": "019f2c0e",
    "elapsed_s": 754.0,
    "zones_s": {"easy": 30.0, "conversational": 700.0, "hard": 24.0, "very_hard": 0.0},
    "rmssd_ms": None,
    "dfa_alpha1": None,
    "hrv_reason": None,
}
EVENT: dict[str, Any] = {
    "event": "over",
    "time": "2026-11-24T18:02:11.480+01:00",
    "heart_rate": 140,
    "effort": 0.7368,
    "level": 1,
    "session": "019f2c0e",
}
STRAP: dict[str, Any] = {
    "connected": True,
    "name": "H10",
    "address": "A0:9E:1A:00:00:01",
    "battery_percent": 87,
    "signal": -60,
}
SESSION: dict[str, Any] = {
    "state": "active",
    "session": "019f2c0e",
    "start": "2026-11-24T18:02:11.480+01:00",
    "activity": "cardio",
    "ceiling": 0.7,
    "ceiling_heart_rate": 133,
    "muted_until": None,
    "zones_from": {"easy": 0.0, "conversational": 0.5, "hard": 0.7, "very_hard": 0.85},
}
NODE: dict[str, Any] = {
    "version": "1",
    "adapter": "ok",
    "broker": "connected",
    "store": "ok",
    "clock": "synchronised",
    "alerts": "ok",
    "lamps": "ok",
    "straps_connected": 1,
    "strangers": 0,
    "athletes": "ok",
    "configuration": "ok",
    "notifications": "ok",
    "lost_measurements": 0,
    "lost_events": 0,
    "lost_messages": 0,
    "lost_notifications": 0,
    "refused_items": 0,
    "bad_payloads": 0,
    "rejected_commands": 0,
}


def incoming(topic: str, payload: object, *, retained: bool = False) -> IncomingMessage:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return IncomingMessage(f"{PREFIX}/{topic}", data, retained)
