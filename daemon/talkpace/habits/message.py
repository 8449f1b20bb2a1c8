"""Messages for the athlete: an English sentence with a code and values, from which others translate it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .history import StatusModel


class Message(StatusModel):
    """A sentence for the athlete."""

    code: str
    """stable; what it says does not change from version to version"""
    values: Mapping[str, int | float | str]
    """numbers, dates and names in the sentence"""
    text: str
    """in English"""


def message(code: str, text: str, **values: Any) -> Message:
    """Return a message; a date among its values becomes RFC 3339."""
    plain = {
        key: value if isinstance(value, int | float | str) else value.isoformat()
        for key, value in values.items()
    }
    return Message(code=code, values=plain, text=text)
