"""What the daemon answers about first use and health, for pages without one."""

from __future__ import annotations

from typing import Any

STRAP = "A0:9E:1A:00:00:01"

FIRST_USE: dict[str, Any] = {
    "open": True,
    "step": "alerts",
    "athletes": {"anna": "Anna", "ben": "Ben"},
    "straps": {"anna": [STRAP]},
    "outputs": ["buzzer", "led"],
    "alerts": "ok",
    "bluetooth": "ok",
    "broker": {
        "enabled": True,
        "host": "homeassistant.local",
        "port": 1883,
        "tls": False,
        "username": "talkpace",
        "has_password": True,
        "health": "connected",
    },
    "answers": {"buzzer": "no", "led": "yes"},
}

NODE: dict[str, Any] = {
    "version": "0.2.0",
    "adapter": "ok",
    "broker": "connected",
    "store": "ok",
    "clock": "synchronised",
    "alerts": "ok",
    "lamps": "ok",
    "athletes": "ok",
    "configuration": "ok",
    "notifications": "ok",
    "straps_connected": 1,
    "strangers": 1,
    "lost_measurements": 0,
    "lost_events": 0,
    "lost_messages": 0,
    "lost_notifications": 0,
    "refused_items": 0,
    "bad_payloads": 3,
    "rejected_commands": 0,
}

DIAGNOSTICS: dict[str, Any] = {
    "version": "0.2.0",
    "python": "3.13.5",
    "system": "Linux",
    "health": NODE,
    "findings": [
        {"check": "athletes", "ok": True, "detail": "thresholds are known for anna, ben", "remedy": None},
        {
            "check": "GPIO lines of the buzzer",
            "ok": False,
            "detail": "18 is in use by spi0-a-very-long-name-without-a-blank-that-wraps",
            "remedy": "stop the other program, or set another line in [alerts]",
        },
        {
            "check": "database",
            "ok": True,
            "detail": "/var/lib/talkpace/talkpace.db: intact, 12 session(s), 21034 MB free",
            "remedy": None,
        },
    ],
}

STRAPS: dict[str, Any] = {
    "owned": [
        {
            "address": STRAP,
            "name": "Polar H10 12345678",
            "athlete": "anna",
            "battery_percent": 80,
            "connected": True,
            "signal_dbm": -58,
            "last_seen": "2026-11-29T18:00:00+01:00",
        },
        {
            "address": "A0:9E:1A:00:00:03",
            "name": None,
            "athlete": "ben",
            "battery_percent": None,
            "connected": False,
            "signal_dbm": None,
            "last_seen": None,
        },
    ],
    "strangers": [{"address": "C0:FF:EE:00:00:02", "name": "TICKR 0002", "signal_dbm": -86, "seen_s": 12.4}],
    "ignored": [{"address": "C0:FF:EE:00:00:04", "name": "Gym bike"}],
}

RESULTS = {
    "first_use": FIRST_USE,
    "first_use.set": FIRST_USE,
    "diagnostics": DIAGNOSTICS,
    "straps.list": STRAPS,
}
