"""Parses JSON from outside, within bounds that later code can rely on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from .errors import CommandError

DEEPEST_NESTING = 8

JsonValue = str | int | float | bool | None | list[Any] | dict[str, Any]


def parse_json(text: str, *, deepest: int = DEEPEST_NESTING) -> JsonValue:
    """Parse a document of finite numbers and valid text.

    Raises json.JSONDecodeError where it is no JSON, CommandError where it is nested too deeply, or has a
    number that is too large or an unpaired surrogate.
    """
    try:
        value: JsonValue = json.loads(text, parse_constant=_reject_constant)
    except RecursionError:
        raise CommandError("the JSON object is nested too deeply") from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of thousands of digits
        raise CommandError("a number is too large") from None
    levels = list(_levels(value))
    if sum(any(isinstance(each, dict | list) for each in level) for level in levels) > deepest:
        raise CommandError("the JSON object is nested too deeply")
    if any(isinstance(each, float) and not math.isfinite(each) for level in levels for each in level):
        raise CommandError("a number is too large")
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise CommandError("the text has an unpaired surrogate") from None
    return value


def _reject_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _levels(value: object) -> Iterator[list[object]]:
    """The values at each depth of a document, the document itself first."""
    level = [value]
    while level:
        yield level
        level = [inner for outer in level for inner in _children(outer)]


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
