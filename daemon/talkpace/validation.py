"""What is wrong with a value, in one line, from pydantic's errors."""

from __future__ import annotations

from pydantic import ValidationError


def first_reason(error: ValidationError) -> str:
    """The first problem: the dotted place, where it has one, and the reason."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
