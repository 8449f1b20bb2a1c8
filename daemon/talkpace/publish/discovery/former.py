"""What an earlier run, or an earlier version, has announced: read from what the broker remembers of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Former = Mapping[str, str]
"""components by their key: the platform of each"""

_MOST = 500
_LONGEST = 1_000_000
_KEY = re.compile(r"[a-z0-9_]{1,128}")
_PLATFORMS = frozenset({"binary_sensor", "button", "event", "number", "select", "sensor", "text"})


def with_those_of(known: Former, payload: bytes) -> Former:
    """What is known of a device, and the components of a document of it.

    Whoever may write to its topic may have made it: what is odd is left out.
    """
    if len(payload) > _LONGEST:
        return known
    try:
        document: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return known
    components = document.get("components") if isinstance(document, dict) else None
    if not isinstance(components, dict):
        return known
    found = dict(known)
    for key, component in components.items():
        platform = component.get("platform") if isinstance(component, dict) else None
        if not isinstance(platform, str) or platform not in _PLATFORMS or not _KEY.fullmatch(key):
            continue
        if len(found) < _MOST:
            found.setdefault(key, platform)
    return found
