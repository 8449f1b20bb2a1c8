"""Settings from environment variables: `TALKPACE_SECTION__KEY`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import ConfigurationError
from .model import Configuration

_PREFIX = "TALKPACE_"


@dataclass(frozen=True)
class Variable:
    """An environment variable, and the key that it sets."""

    name: str
    path: tuple[str, ...]
    value: object


def read_variables(environ: Mapping[str, str]) -> tuple[Variable, ...]:
    """Return the variables that set a key. Raises ConfigurationError for invalid JSON."""
    variables = []
    for name, text in environ.items():
        path = tuple(name.removeprefix(_PREFIX).lower().split("__"))
        if name.startswith(_PREFIX) and (len(path) > 1 or path[0] in Configuration.model_fields):
            variables.append(Variable(name, path, parse_value(name, text)))
    return tuple(variables)


def parse_value(name: str, text: str) -> object:
    """Return a list or table from JSON, and other text as it is. Raises ConfigurationError."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{name}: invalid JSON: {error}") from None
