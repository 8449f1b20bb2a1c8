"""What a command's payload says. It comes from anybody who may publish: nothing in it is trusted."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from ..errors import CommandError

LARGEST_PAYLOAD = 4096
DEEPEST = 8
"""levels of an object within an object"""

JsonScalar = str | int | float | bool | None
Argument = JsonScalar | dict[str, Any]


class _NoJsonError(ValueError):
    """JSON has no such constant."""


def check_size(payload: bytes) -> None:
    """Raises CommandError where there is more than any argument needs."""
    if len(payload) > LARGEST_PAYLOAD:
        raise CommandError(f"{len(payload)} bytes are too many; up to {LARGEST_PAYLOAD} are taken")


def parse_argument(payload: bytes) -> Argument:
    """A scalar or an object of JSON; plain text stands for a string, and nothing at all for null.

    Raises CommandError.
    """
    check_size(payload)
    try:
        text = payload.decode().strip()
    except UnicodeDecodeError:
        raise CommandError("not UTF-8") from None
    if not text:
        return None
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise CommandError("nested too deeply") from None
    except CommandError:
        raise
    except ValueError as error:
        if text[0] in '{["':
            raise CommandError(f"not JSON: {error}") from None
        return text
    if isinstance(value, list):
        raise CommandError("a scalar or a JSON object is wanted, not a list")
    if _depth(value) > DEEPEST:
        raise CommandError("nested too deeply")
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise CommandError("half a surrogate pair is no text") from None
    argument: Argument = value
    return argument


def _no_constant(name: str) -> NoReturn:
    raise _NoJsonError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise CommandError("a number that is too large")
    return number


def _depth(value: object) -> int:
    depth = 0
    level = [value]
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth += 1
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return depth
