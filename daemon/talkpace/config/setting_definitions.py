"""Define every setting for a form: its values as JSON Schema, help, unit and default, from the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .fields import add_field_docs
from .model import Configuration
from .settings_tables import is_set_on_host

_UNITS = {
    "s": "s",
    "ms": "ms",
    "hz": "Hz",
    "ml": "ml",
    "kg": "kg",
    "minutes": "min",
    "hours": "h",
    "days": "d",
}
"""by word of a key"""
_UNITS_OF_KEYS = {
    "margin": "fraction",
    "approaching_margin": "fraction",
    "lower_ceiling_by": "fraction",
    "share_at_or_under": "fraction",
    "ml_per_kg": "ml/kg",
    "pace": "1/min",
}
"""where neither the type nor a word of the key says it"""


@dataclass(frozen=True)
class SettingDefinition:
    """A setting. In its key `*` stands for the id of an athlete or the name of an alert pattern."""

    key: str
    schema: Mapping[str, Any]
    """JSON Schema of the value without references; `nullable` where it need not be set"""
    help: str
    unit: str | None
    """`fraction` is a number that reads well as a percentage"""
    default: Any
    """None where there is none, or where it is the host's"""
    on_host: bool
    """whether a page may not change it"""
    secret: bool
    """whether its value is never shown"""


@dataclass(frozen=True)
class SettingTable:
    """A table of settings, and what it is about."""

    key: str
    help: str


@dataclass(frozen=True)
class SettingDefinitions:
    """All settings and their tables, in the order of the configuration file."""

    tables: tuple[SettingTable, ...]
    settings: tuple[SettingDefinition, ...]


def define_settings() -> SettingDefinitions:
    """Define all settings. Reads the models' source, which takes a moment."""
    document = Configuration.model_json_schema()
    add_field_docs(document, Configuration)
    schema = _plain(document, document["$defs"])
    tables: list[SettingTable] = []
    return SettingDefinitions(settings=tuple(_settings(schema, (), tables)), tables=tuple(tables))


def _settings(
    table: Mapping[str, Any], path: tuple[str, ...], tables: list[SettingTable]
) -> Iterator[SettingDefinition]:
    for name, schema in table["properties"].items():
        inner, within = _table_of(schema, (*path, name))
        if within is not None:
            tables.append(SettingTable(".".join(inner), within.get("description", "")))
            yield from _settings(within, inner, tables)
            continue
        yield SettingDefinition(
            key=".".join(inner),
            schema={key: value for key, value in schema.items() if key not in {"description", "default"}},
            help=schema.get("description", ""),
            unit=_unit(name, schema),
            default=schema.get("default"),
            on_host=is_set_on_host(inner),
            secret=bool(schema.get("writeOnly")),
        )


def _table_of(
    schema: Mapping[str, Any], path: tuple[str, ...]
) -> tuple[tuple[str, ...], Mapping[str, Any] | None]:
    """Return the path and schema of a table whose keys are settings of their own."""
    if "properties" in schema:
        return path, schema
    if path == ("athletes",):
        return (*path, "*"), schema["items"]
    if path == ("alerts", "patterns"):
        return (*path, "*"), schema["additionalProperties"]
    return path, None


def _unit(name: str, schema: Mapping[str, Any]) -> str | None:
    if schema.get("type") not in {"number", "integer"}:
        return None
    if "unit" in schema:
        return str(schema["unit"])
    if name in _UNITS_OF_KEYS:
        return _UNITS_OF_KEYS[name]
    words = name.split("_")
    return next((_UNITS[word] for word in words if word in _UNITS and len(words) > 1), _UNITS.get(name))


def _plain(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a schema with what it refers to in place, and without titles."""
    if isinstance(schema, list):
        return [_plain(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        other = {key: value for key, value in schema.items() if key != "$ref"}
        return _plain(definitions[schema["$ref"].rpartition("/")[2]] | other, definitions)
    if "anyOf" in schema and {"type": "null"} in schema["anyOf"]:
        value, *others = [each for each in schema["anyOf"] if each != {"type": "null"}]
        if not others:
            other = {key: each for key, each in schema.items() if key != "anyOf"}
            return _plain(value, definitions) | _plain(other, definitions) | {"nullable": True}
    return {
        key: {name: _plain(each, definitions) for name, each in value.items()}
        if key == "properties"
        else value
        if key in {"default", "enum"}
        else _plain(value, definitions)
        for key, value in schema.items()
        if key not in {"title", "$defs"} or key == "properties"
    }
