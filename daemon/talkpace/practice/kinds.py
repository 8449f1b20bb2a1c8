"""Which piece of the practice an entry belongs to, and what a plain value stands for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PIECES: Mapping[str, str | None] = MappingProxyType(
    {
        "sleep": "sleep",
        "nap": "sleep",
        "water": "water",
        "supplement": "supplements",
        "symptom": "symptoms",
        "context": "context",
        "breathing": "breathing",
        "readiness": "readiness",
        "activity": None,
        "note": None,
    }
)
"""by an entry's kind the table of the configuration that switches it off; None: any piece keeps it on"""

MAIN_VALUE: Mapping[str, str] = MappingProxyType(
    {
        "sleep": "hours",
        "nap": "minutes",
        "water": "ml",
        "supplement": "name",
        "symptom": "severity",
        "activity": "minutes",
        "note": "text",
    }
)
"""what a value that stands alone is, and the column of the export"""
