"""Leave out of diagnostics what is nobody else's business, so that they can be sent to somebody who helps."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..control.method_models import Diagnostics

_ADDRESS = re.compile(r"\b((?:[0-9A-Fa-f]{2}[:_-]){3})(?:[0-9A-Fa-f]{2}[:_-]){2}[0-9A-Fa-f]{2}\b")
"""six bytes, of which the first three name the manufacturer"""
_SERIAL = re.compile(r"\b(?=[0-9A-Z]{6,}\b)(?=(?:[A-Z]*[0-9]){4})[0-9A-Z]+\b")
"""as makers append it to a strap's name: Polar H10 12345678"""
_USER_IN_ADDRESS = re.compile(r"(\w+://)[^\s/@]+@")
_HOME = re.compile(r"/home/[^/\s]+")


def to_share(diagnostics: Diagnostics) -> Diagnostics:
    """The same without ends of hardware addresses, serial numbers, user names and secrets in addresses."""
    health = diagnostics.health
    texts = {key: without_secrets(value) for key, value in health if isinstance(value, str)}
    texts = {key: text for key, text in texts.items() if key not in {"version", "clock"}}
    return diagnostics.model_copy(
        update={
            "health": health.model_copy(update=texts),
            "findings": [
                one.model_copy(
                    update={
                        "detail": without_secrets(one.detail),
                        "remedy": one.remedy and without_secrets(one.remedy),
                    }
                )
                for one in diagnostics.findings
            ],
        }
    )


def without_secrets(text: str) -> str:
    """Return the text without what identifies a device or a person."""
    for pattern, replacement in _REPLACEMENTS:
        text = pattern.sub(replacement, text)
    return text


_REPLACEMENTS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_USER_IN_ADDRESS, r"\1…@"),
    (_HOME, "/home/…"),
    (_ADDRESS, lambda match: f"{match[1]}…"),
    (_SERIAL, "…"),
)
