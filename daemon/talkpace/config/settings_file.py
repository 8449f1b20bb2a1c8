"""Change `settings.toml`: validated together with all other layers, written whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..errors import ConfigurationError
from .layers import Layers
from .load import validate_usable
from .settings_tables import change_tables, check_settings
from .toml_file import write_toml
from .training import check_profiles
from .value_of_type import value_of_type

_HEAD = """\
Written by talkpace, above the configuration file and below TALKPACE_* variables.
Change it with `talkpace config set` and `talkpace config unset`; comments are lost."""


def change_settings(
    layers: Layers, changes: Mapping[str, object], *, athletes: Collection[str] = ()
) -> Layers:
    """Change the settings as `with_changes`, and write them; either all changes are in the file or none.

    Raises ConfigurationError where one is invalid, or the file cannot be written.
    """
    after = with_changes(layers, changes, athletes=athletes)
    write_settings(after)
    return after


def write_settings(layers: Layers) -> None:
    """Write the file of settings. Raises ConfigurationError where that fails."""
    assert layers.settings is not None
    write_toml(layers.settings, layers.settings_tables, head=_HEAD)


def with_changes(layers: Layers, changes: Mapping[str, object], *, athletes: Collection[str] = ()) -> Layers:
    """Set each dotted key to its value, or remove it where that is None; return the layers, not yet written.

    `athletes` are ids of those who exist besides the configured ones. Raises ConfigurationError where a
    change is invalid.
    """
    layers.require_settings()
    if layers.settings is None:
        raise ConfigurationError("there is no folder for settings: set store.path in the configuration file")
    typed = {key: value_of_type(tuple(key.split(".")), value) for key, value in changes.items()}
    tables = change_tables(layers.settings_tables, typed)
    check_settings(tables, str(layers.settings))
    _require_athletes(changes, [*athletes, *_configured(layers)])
    tables = _without_empty(tables, layers)
    after = replace(layers, settings_tables=tables)
    _check(layers, after)
    return after


def _without_empty(tables: dict[str, Any], layers: Layers) -> dict[str, Any]:
    """Drop athletes of the file of whom nothing is set any more."""
    in_file = athlete_ids(layers.tables)
    remaining = [
        one for one in tables.pop("athletes", []) if one.keys() != {"id"} or one["id"] not in in_file
    ]
    return tables | ({"athletes": remaining} if remaining else {})


def _configured(layers: Layers) -> list[str]:
    """Ids of the athletes in the household's file and in the settings."""
    return [*athlete_ids(layers.tables), *athlete_ids(layers.settings_tables)]


def athlete_ids(tables: Mapping[str, Any]) -> list[str]:
    """Ids of the [[athletes]] in a layer's tables."""
    athletes = tables.get("athletes", [])
    if not isinstance(athletes, list):
        return []
    return [str(one.get("id")) for one in athletes if isinstance(one, dict)]


def _require_athletes(changes: Mapping[str, object], athletes: Collection[str]) -> None:
    """Raise ConfigurationError for values of somebody who does not exist, such as by a typing error.

    A caller who gives an `id` too means to add an athlete.
    """
    values: dict[str, set[str]] = {}
    for key, value in changes.items():
        match key.split("."):
            case ["athletes"] if isinstance(value, Mapping):
                for athlete, inner in value.items():
                    values.setdefault(athlete, set()).update(inner if isinstance(inner, Mapping) else ())
            case ["athletes", athlete] if isinstance(value, Mapping):
                values.setdefault(athlete, set()).update(value)
            case ["athletes", athlete, name, *_]:
                values.setdefault(athlete, set()).add(name)
    for athlete, names in values.items():
        if athlete not in athletes and "id" not in names:
            choices = ", ".join(dict.fromkeys(athletes)) or "none yet"
            raise ConfigurationError(
                f"athletes.{athlete}: there is no athlete {athlete!r}: choose from {choices}, or add one with"
                f" `talkpace athlete add {athlete}`"
            )


def _check(before: Layers, after: Layers) -> None:
    """Raise ConfigurationError for what is invalid by the change; what was so before, stays."""
    usable = validate_usable(after)
    former = _invalid_keys(before)
    if new := [line for line in usable.invalid if line not in former]:
        raise ConfigurationError("\n".join(new))
    changed = _athletes(after)
    check_profiles(
        [
            one
            for one in usable.configuration.athletes
            if changed.get(one.id) != _athletes(before).get(one.id)
        ],
        usable.configuration.ceilings,
        year=datetime.now().astimezone().year,
    )


def _invalid_keys(layers: Layers) -> tuple[str, ...]:
    try:
        return validate_usable(layers).invalid
    except ConfigurationError as error:
        return tuple(str(error).splitlines())


def _athletes(layers: Layers) -> dict[str, object]:
    return {one["id"]: one for one in layers.settings_tables.get("athletes", [])}
