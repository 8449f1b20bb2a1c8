"""Which methods of the daemon a page may call, and for how long each may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..config.settings_tables import is_set_on_host
from ..control.client import ANSWER_S
from .refusal import RefusedError

_CONNECTING_S = 30.0
_PAIRING_S = 180.0
_LONGEST_SCAN_S = 300.0
"""of the daemon's definitions, whose models this process has no other use for"""

TIMEOUTS_S: Mapping[str, float] = MappingProxyType(
    {
        "node": ANSWER_S,
        "node.restart": ANSWER_S,
        "health": ANSWER_S,
        "diagnostics": _CONNECTING_S,
        "command": ANSWER_S,
        "log.list": ANSWER_S,
        "athletes.list": ANSWER_S,
        "athletes.describe": ANSWER_S,
        "athletes.add": ANSWER_S,
        "athletes.set": ANSWER_S,
        "athletes.remove": ANSWER_S,
        "guests.add": ANSWER_S,
        "sessions.delete": ANSWER_S,
        "sessions.restore": ANSWER_S,
        "alerts.test": ANSWER_S,
        "settings.list": ANSWER_S,
        "settings.describe": _CONNECTING_S,
        "settings.set": ANSWER_S,
        "broker.test": _CONNECTING_S,
        "broker.set": ANSWER_S,
        "first_use": ANSWER_S,
        "first_use.set": ANSWER_S,
        "scan": _LONGEST_SCAN_S + _CONNECTING_S,
        "pair": _LONGEST_SCAN_S + _PAIRING_S,
        "forget": ANSWER_S,
        "straps.list": ANSWER_S,
        "straps.assign": ANSWER_S,
        "straps.ignore": ANSWER_S,
        "straps.unignore": ANSWER_S,
    }
)
"""by method: time limits of the methods that a page may call"""

WITH_PROGRESS = ("scan", "pair")
"""methods that send notifications to their caller"""


def check_call(method: str, params: Mapping[str, Any]) -> None:
    """Raise RefusedError for what a page may not call; the daemon checks the parameters."""
    if method not in TIMEOUTS_S:
        raise RefusedError(403, f"the page may not call {method[:40]!r}")
    changes = params.get("changes")
    if method == "settings.set" and isinstance(changes, Mapping):
        for key in _dotted_keys(changes, ""):
            if is_set_on_host(key.split(".")):
                raise RefusedError(
                    403, f"{key[:80]}: who reaches this host, and which files are read, is set on the host"
                )


def _dotted_keys(value: object, key: str) -> Iterator[str]:
    """Every key in a value, also those of tables in lists."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            dotted = f"{key}.{name}" if key else str(name)
            yield dotted
            yield from _dotted_keys(inner, dotted)
    elif isinstance(value, list):
        for inner in value:
            yield from _dotted_keys(inner, key)
