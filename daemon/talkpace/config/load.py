"""Reads the configuration: the file, then `TALKPACE_SECTION__KEY` variables over it."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..errors import ConfigurationError
from .model import Configuration

DEFAULT_PATH = Path("/etc/talkpace/talkpace.toml")
_PREFIX = "TALKPACE_"


def load(path: Path | None, environ: Mapping[str, str]) -> Configuration:
    """The configuration of a file (the default one may be missing) and an environment.

    Raises ConfigurationError with one line for each key that is wrong, and why.
    """
    data = _read(path)
    origins = _override(data, environ)
    try:
        return Configuration.model_validate(data)
    except ValidationError as error:
        where = str(path or DEFAULT_PATH)
        raise ConfigurationError("\n".join(_explain(error, where, origins))) from None


def _read(path: Path | None) -> dict[str, Any]:
    source = path or DEFAULT_PATH
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path is None:
            return {}
        raise ConfigurationError(f"{source}: no such file") from None
    except OSError as error:
        raise ConfigurationError(f"{source}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{source}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{source}: is not TOML: {error}") from None


def _override(data: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Lay the variables over the file's data; answers which variable set which dotted key."""
    origins = {}
    for variable, text in environ.items():
        path = variable.removeprefix(_PREFIX).lower().split("__")
        if not variable.startswith(_PREFIX) or (len(path) == 1 and path[0] not in Configuration.model_fields):
            continue
        table = data
        for key in path[:-1]:
            inner = table.setdefault(key, {})
            if not isinstance(inner, dict):
                raise ConfigurationError(f"{variable}: {key} is no table")
            table = inner
        table[path[-1]] = _value(variable, text)
        origins[".".join(path)] = variable
    return origins


def _value(variable: str, text: str) -> object:
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{variable}: is not JSON: {error}") from None


def _explain(error: ValidationError, where: str, origins: Mapping[str, str]) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False, include_context=False):
        location = [str(part) for part in problem["loc"]]
        key = ".".join(location)
        if problem["type"] == "extra_forbidden":
            reason = "unknown key" + _nearest(location)
        elif problem["type"] == "model_type":
            reason = f"a table {_table(location)} is wanted"
        else:
            reason = problem["msg"].removeprefix("Value error, ")
        origin = next((name for path, name in origins.items() if _related(path, key)), where)
        lines.append(f"{origin}: {key + ': ' if key else ''}{reason}")
    return lines


def _related(path: str, key: str) -> bool:
    """Whether one dotted key is the other, or lies within it."""
    return f"{path}.".startswith(f"{key}.") or f"{key}.".startswith(f"{path}.")


def _table(location: list[str]) -> str:
    name = ".".join(part for part in location if not part.isdigit())
    return f"[[{name}]]" if location[-1].isdigit() else f"[{name}]"


def _nearest(location: list[str]) -> str:
    model: type[BaseModel] | None = Configuration
    for part in location[:-1]:
        if part.isdigit():
            continue
        model = _section(model, part) if model else None
    known = list(model.model_fields) if model else []
    close = difflib.get_close_matches(location[-1], known, n=1, cutoff=0.5)
    if not close:
        return f"; known here are {', '.join(known)}" if known else ""
    return f"; did you mean {'.'.join([*location[:-1], close[0]])}?"


def _section(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = model.model_fields.get(name)
    if field is None:
        return None
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
