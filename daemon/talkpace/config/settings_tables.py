"""What `settings.toml` may hold, and changes of it. A key is dotted; an athlete's is `athletes.ID.KEY`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from ..errors import ConfigurationError
from .fields import is_slug

_NOT_IN_SETTINGS = {
    "store": "the settings themselves are found by it",
    "node": "the topics on the broker are named after it",
}
"""tables that only the household's file and the environment may set, with the reason"""
_ON_THE_HOST = ("web", *_NOT_IN_SETTINGS)
"""tables that no page may change: who reaches this host is set on it"""


def is_set_on_host(path: Sequence[str]) -> bool:
    """Whether a page may not change this key: who reaches the host, and which files are read."""
    return path[0] in _ON_THE_HOST or any(
        part in {"file", "files"} or part.endswith("_file") for part in path
    )


def check_settings(tables: Mapping[str, Any], name: str) -> None:
    """Raise ConfigurationError for what settings may not hold; the models check the rest.

    `name` is the file's, for the message.
    """
    for table, reason in _NOT_IN_SETTINGS.items():
        if table in tables:
            raise ConfigurationError(
                f"{name}: {table}: cannot be set here, as {reason}: set it in the configuration file"
            )
    athletes = tables.get("athletes", [])
    if not isinstance(athletes, list) or not all(isinstance(one, dict) for one in athletes):
        raise ConfigurationError(f"{name}: athletes: must be tables [[athletes]]")
    ids = [one.get("id") for one in athletes]
    for athlete_id in ids:
        if not isinstance(athlete_id, str) or not is_slug(athlete_id):
            raise ConfigurationError(
                f"{name}: athletes: each needs an id of 1 to 32 lower-case letters, digits or hyphens"
            )
        if ids.count(athlete_id) > 1:
            raise ConfigurationError(
                f"{name}: two [[athletes]] tables have the id {athlete_id!r}: ids must be unique"
            )


def change_tables(tables: Mapping[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """Return the tables with each dotted key set to its value, or removed where it is None.

    A table as a value changes the keys in it; a list replaces the one that is there. Raises
    ConfigurationError for a key that is none, and for one to remove that is not set.
    """
    by_id = _athletes_by_id(tables)
    for key, value in changes.items():
        path = key.split(".")
        if not all(path):
            raise ConfigurationError(f"{key!r} is not a key: write it as mqtt.port or athletes.anna.ceiling")
        if path == ["athletes"] and value is not None and not isinstance(value, Mapping):
            check_settings({"athletes": value}, key)
            by_id |= _athletes_by_id({"athletes": value})
        elif value is None:
            _remove(by_id, path, key)
        else:
            _set(by_id, path, value, key)
    athletes = by_id.pop("athletes", {})
    return by_id | ({"athletes": _athlete_list(athletes)} if athletes else {})


def _set(tables: dict[str, Any], path: list[str], value: object, key: str) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner is None:
                if _find(tables, [*path, name]) is not None:
                    _remove(tables, [*path, name], key)
            else:
                _set(tables, [*path, name], inner, key)
        return
    for depth, name in enumerate(path[:-1], start=1):
        inner_table = tables.setdefault(name, {})
        if not isinstance(inner_table, dict):
            raise ConfigurationError(f"{key}: {'.'.join(path[:depth])} is no table: set it as a whole")
        tables = inner_table
    tables[path[-1]] = deepcopy(value)


def _remove(tables: dict[str, Any], path: list[str], key: str) -> None:
    """Remove a key, and the tables that are empty without it."""
    outer = _find(tables, path[:-1])
    if not isinstance(outer, dict) or path[-1] not in outer:
        raise ConfigurationError(f"{key}: is not in the settings, so there is nothing to remove")
    del outer[path[-1]]
    if not outer and len(path) > 1:
        _remove(tables, path[:-1], key)


def _find(tables: dict[str, Any], path: list[str]) -> object:
    found: object = tables
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _athletes_by_id(tables: Mapping[str, Any]) -> dict[str, Any]:
    copy = deepcopy(dict(tables))
    if "athletes" in copy:
        copy["athletes"] = {one["id"]: one for one in copy["athletes"]}
    return copy


def _athlete_list(athletes: Mapping[str, Any]) -> list[Any]:
    """Give each athlete the id by which the key has addressed it; the first key of the table."""
    for athlete_id, values in athletes.items():
        if isinstance(values, dict) and values.get("id", athlete_id) != athlete_id:
            raise ConfigurationError(f"athletes.{athlete_id}.id: an id does not change: add another athlete")
    return [
        {"id": athlete_id} | values if isinstance(values, dict) else values
        for athlete_id, values in athletes.items()
    ]
