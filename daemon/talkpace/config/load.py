"""Validate the configuration: strictly for commands, tolerantly for the daemon."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ..errors import ConfigurationError
from .explanation import explain
from .layers import DEFAULT_PATH, Layers, read_layers
from .model import Configuration
from .optional_tables import optional_table

__all__ = ["DEFAULT_PATH", "UsableConfiguration", "load", "validate", "validate_usable"]


@dataclass(frozen=True)
class UsableConfiguration:
    """A configuration in which tables that are invalid, and not needed, are off."""

    configuration: Configuration
    invalid: tuple[str, ...] = ()
    """a line for each invalid key"""
    problems: tuple[str, ...] = ()
    """the same lines, with what follows from it"""


def load(path: Path | None, environ: Mapping[str, str]) -> Configuration:
    """Load and validate a file (the default one may be missing), overridden by the environment.

    Raises ConfigurationError with one line for each invalid key: where it was set, the key, the reason.
    """
    return validate(read_layers(path, environ))


def validate(layers: Layers) -> Configuration:
    """Validate all layers together. Raises ConfigurationError with one line for each invalid key."""
    merged = layers.merge()
    try:
        return Configuration.model_validate(merged.data)
    except ValidationError as error:
        raise ConfigurationError("\n".join(one.text for one in explain(error, merged))) from None


def validate_usable(layers: Layers) -> UsableConfiguration:
    """Validate all layers together; an invalid table that the daemon can do without is switched off.

    Raises ConfigurationError where a table that it needs is invalid.
    """
    merged = layers.merge()
    data, invalid, problems = deepcopy(merged.data), list[str](), list[str]()
    while True:
        try:
            configuration = Configuration.model_validate(data)
            return UsableConfiguration(configuration, tuple(invalid), tuple(problems))
        except ValidationError as error:
            found = explain(error, merged)
        tables = {one: optional_table(one.path) for one in found}
        if None in tables.values():
            raise ConfigurationError("\n".join([*invalid, *(one.text for one in found)]))
        for one, table in tables.items():
            if table is not None:
                invalid.append(one.text)
                problems.append(f"{one.text}; {table.consequence}")
                table.switch_off(data)
