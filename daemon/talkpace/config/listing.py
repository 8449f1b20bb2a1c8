"""List every key with its value and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from .layer_tables import KeyPath, Origin
from .layers import Layers
from .model import Configuration


@dataclass(frozen=True)
class SettingValue:
    """A dotted key (an athlete's is `athletes.ID.KEY`), its value as in JSON, and its origin."""

    key: str
    value: object
    origin: Origin


def list_values(layers: Layers, configuration: Configuration) -> list[SettingValue]:
    """Return every key. `configuration` is what the layers, validated, have given."""
    merged = layers.merge()
    return [
        SettingValue(".".join(shown), value, merged.origin(path))
        for path, shown, value in _values(configuration, (), ())
    ]


def changed_keys(before: list[SettingValue], after: list[SettingValue]) -> set[str]:
    """Return the keys whose values differ, and those that are in one list only."""
    old, new = ({one.key: one.value for one in values} for values in (before, after))
    return {
        key for key in old.keys() | new.keys() if key not in old or key not in new or old[key] != new[key]
    }


def _values(table: BaseModel, path: KeyPath, shown: KeyPath) -> Iterator[tuple[KeyPath, KeyPath, object]]:
    """Every key in a table: its path in the data, its path as it is shown, its value."""
    plain = table.model_dump(mode="json")
    for name, value in table:
        inner, shown_inner = (*path, name), (*shown, name)
        if isinstance(value, BaseModel):
            yield from _values(value, inner, shown_inner)
        elif inner == ("athletes",):
            for number, athlete in enumerate(value):
                yield from _values(athlete, (*inner, str(number)), (*shown_inner, athlete.id))
        elif inner == ("alerts", "patterns"):
            for event, pattern in value.items():
                for key, part in pattern.model_dump(exclude_unset=True).items():
                    yield (*inner, event, key), (*shown_inner, event, key), part
        elif isinstance(value, list):
            yield inner, shown_inner, [_plain(one, plain[name][place]) for place, one in enumerate(value)]
        else:
            yield inner, shown_inner, plain[name]


def _plain(value: object, plain: object) -> object:
    """Return a table in a list with the keys that are set, and any other value as it is in JSON."""
    return value.model_dump(mode="json", exclude_unset=True) if isinstance(value, BaseModel) else plain
