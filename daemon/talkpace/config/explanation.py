"""Explain what is wrong with a configuration: where it was set, the key, the reason, what to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .fields import PATTERN_HINTS, table_model
from .layer_tables import LayerTables, Origin
from .model import Configuration

_LONGEST_VALUE = 60
_RENAMED = {"practice": "habits"}
"""former to current name of a table"""
_ADVICE = {"notify.address": "unknown key: write the address into a file, and its path as address_file"}
"""by key, without positions in lists, what to do in place of setting it"""
_SECRET_TABLES = frozenset({"notify"})
"""tables of which no value is shown, as a secret may be in the wrong key"""


@dataclass(frozen=True)
class Problem:
    """An invalid key, and a line that says why."""

    path: tuple[str, ...]
    text: str


def explain(error: ValidationError, merged: LayerTables) -> list[Problem]:
    """Return one problem for each invalid key."""
    problems = []
    for details in error.errors(include_url=False):
        path = tuple(str(part) for part in details["loc"])
        # What contradicts across tables, and so has no key, is about athletes.
        place = merged.place(path or ("athletes",))
        shown = _with_id(path, merged.data) if place.origin is Origin.SETTINGS else path
        key = ".".join(shown)
        is_unknown = details["type"] == "extra_forbidden"
        reason = _advice(path, shown) if is_unknown else _reason(details, path)
        problems.append(Problem(path, f"{place.name}: {key + ': ' if key else ''}{reason}"))
    return problems


def _with_id(path: tuple[str, ...], data: Mapping[str, Any]) -> tuple[str, ...]:
    """Address an athlete by id, as settings do, in place of the position in the merged list."""
    match path:
        case ("athletes", number, *rest) if number.isdigit():
            return ("athletes", str(data["athletes"][int(number)].get("id", number)), *rest)
    return path


def _reason(details: ErrorDetails, path: Sequence[str]) -> str:
    """Say what is wrong with a value, and what to write instead."""
    value = details["input"]
    if details["type"] == "model_type":
        return f"must be a table {_table(path)}"
    if details["type"] == "missing":
        return "this key is required"
    message = details["msg"].removeprefix("Value error, ")
    if details["type"] == "string_pattern_mismatch":
        pattern = details["ctx"]["pattern"]
        message = PATTERN_HINTS.get(pattern, f"must match the pattern {pattern}")
    message = message.replace("Input should be", "must be")
    is_secret = bool(path) and path[0] in _SECRET_TABLES
    if details["type"] != "value_error" and not is_secret and isinstance(value, str | int | float):
        message += f", not {value if len(str(value)) <= _LONGEST_VALUE else '…'!r}"
    return message


def _table(path: Sequence[str]) -> str:
    return f"[[{_name(path)}]]" if path[-1].isdigit() else f"[{_name(path)}]"


def _name(path: Sequence[str]) -> str:
    """The dotted key without positions in lists."""
    return ".".join(part for part in path if not part.isdigit())


def _advice(path: tuple[str, ...], shown: tuple[str, ...]) -> str:
    """Say what to do about a key that there is not."""
    if renamed := _RENAMED.get(".".join(shown)):
        return f"rename this table to [{renamed}]"
    return _ADVICE.get(_name(path)) or "unknown key" + _suggestion(path, shown)


def _suggestion(path: tuple[str, ...], shown: tuple[str, ...]) -> str:
    model: type[BaseModel] | None = Configuration
    for part in path[:-1]:
        if model and not part.isdigit():
            model = table_model(model, part)
    names = list(model.model_fields) if model else []
    import difflib  # noqa: PLC0415 - for errors only

    similar = difflib.get_close_matches(path[-1], names, n=1, cutoff=0.5)
    if not similar:
        return f": use one of {', '.join(names)}" if names else ""
    return f": did you mean {'.'.join([*shown[:-1], similar[0]])}?"
