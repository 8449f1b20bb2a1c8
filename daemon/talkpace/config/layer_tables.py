"""The tables of all layers as one, and where each key comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard

from ..errors import ConfigurationError

KeyPath = tuple[str, ...]


class Origin(StrEnum):
    """Where a value comes from; a later one wins."""

    DEFAULT = "default"
    FILE = "file"
    SETTINGS = "settings"
    ENVIRONMENT = "environment"


_RANKS = {origin: rank for rank, origin in enumerate(Origin)}


@dataclass(frozen=True)
class Place:
    """A file or an environment variable that sets keys."""

    origin: Origin
    name: str


class LayerTables:
    """Tables merge key by key and athletes by id; every other value replaces the one below it."""

    def __init__(self, base: Place) -> None:
        """`base` is named where an error has no other place."""
        self.data: dict[str, Any] = {}
        self._base = base
        self._places: dict[KeyPath, Place] = {}

    def add(self, tables: Mapping[str, Any], place: Place) -> None:
        """Put the tables of a layer above those that are there."""
        self._merge(self.data, tables, (), place)

    def put(self, path: KeyPath, value: object, place: Place) -> None:
        """Replace one value, at any depth. Raises ConfigurationError where a table above it is none."""
        table = self.data
        for depth, key in enumerate(path[:-1], start=1):
            if key not in table:
                table[key] = {}
                self._mark(path[:depth], place)
            if not isinstance(table[key], dict):
                raise ConfigurationError(f"{place.name}: {key} is not a table in the configuration file")
            table = table[key]
        table.pop(path[-1], None)
        self._forget(path)
        self._merge(table, {path[-1]: value}, path[:-1], place)

    def origin(self, path: KeyPath) -> Origin:
        """Where the value of a key comes from; an athlete is addressed by its position."""
        place = self._places.get(path)
        return place.origin if place else Origin.DEFAULT

    def place(self, path: KeyPath) -> Place:
        """What to name in an error about a key: the place that set it, or the last that set a key in it."""
        within = [place for key, place in self._places.items() if key[: len(path)] == path] if path else []
        if within:
            return max(within, key=lambda place: _RANKS[place.origin])
        above = (self._places.get(path[:length]) for length in range(len(path) - 1, 0, -1))
        return next((place for place in above if place is not None), self._base)

    def _merge(self, target: dict[str, Any], tables: Mapping[str, Any], path: KeyPath, place: Place) -> None:
        for key, value in tables.items():
            inner = (*path, key)
            if inner == ("athletes",) and _are_tables(value) and _are_tables(target.get(key, [])):
                self._merge_athletes(target.setdefault(key, []), value, place)
            elif isinstance(value, Mapping):
                if not isinstance(target.get(key), dict):
                    target[key] = {}
                    self._mark(inner, place)
                self._merge(target[key], value, inner, place)
            else:
                target[key] = deepcopy(value)
                self._mark(inner, place)

    def _merge_athletes(
        self, athletes: list[dict[str, Any]], entries: Sequence[Mapping[str, Any]], place: Place
    ) -> None:
        positions = {athlete.get("id"): number for number, athlete in enumerate(athletes)}
        for entry in entries:
            number = positions.get(entry.get("id"))
            if number is None:
                number = len(athletes)
                athletes.append({})
                self._mark(("athletes", str(number)), place)
            values = {key: value for key, value in entry.items() if key != "id" or not athletes[number]}
            self._merge(athletes[number], values, ("athletes", str(number)), place)

    def _mark(self, path: KeyPath, place: Place) -> None:
        self._forget(path)
        self._places[path] = place

    def _forget(self, path: KeyPath) -> None:
        for key in [key for key in self._places if key[: len(path)] == path]:
            del self._places[key]


def _are_tables(value: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether this is a list of tables with ids that can be compared."""
    return isinstance(value, list) and all(
        isinstance(one, dict) and isinstance(one.get("id", ""), str) for one in value
    )
