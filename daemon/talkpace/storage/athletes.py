"""Athletes' values by date, from the stored history of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import StoreError
from ..training.profile import AthleteValues
from .records import AthleteChange

CONFIGURATION = "configuration"
"""source of a change that the configuration file has made"""
MQTT = "mqtt"
"""source of a change that a command over MQTT has made"""
NAME = "name"
MUTE_S = "mute_s"
"""name and mute duration: keys that are no part of the profile"""

GUEST_UNTIL = "guest_until"
GUEST_STRAP = "guest_strap"
"""address of the strap that is lent to a guest: no part of the profile either"""

REMOVED = "removed"
"""whether an athlete was removed by command; False where they were added again: no part of it either"""

_KEYS = frozenset(AthleteValues.__dataclass_fields__)


@cache
def _values_adapter() -> TypeAdapter[AthleteValues]:
    return TypeAdapter(AthleteValues)


class AthleteHistory:
    """Looks up athletes' values: the last change of a key wins, whatever its source.

    The order in which changes were written decides which is the last, and not their dates: the wall clock
    may have been wrong.
    """

    def __init__(self, changes: Iterable[AthleteChange]) -> None:
        """Raises StoreError for an invalid value; unknown keys (of a newer version) are ignored."""
        self._changes: dict[str, dict[str, list[AthleteChange]]] = {}
        self._all = tuple(changes)
        for change in self._all:
            if change.key in _KEYS:
                _check(change)
            self._changes.setdefault(change.athlete, {}).setdefault(change.key, []).append(change)

    @property
    def athletes(self) -> list[str]:
        """Ids of all athletes with a change, sorted."""
        return sorted(self._changes)

    def with_changes(self, changes: Iterable[AthleteChange]) -> AthleteHistory:
        """A history with these changes appended, unless it has them already. Raises as `__init__`."""
        return AthleteHistory([*self._all, *(change for change in changes if change not in self._all)])

    def is_active(self, athlete: str, declared: Iterable[str]) -> bool:
        """Return whether the athlete is in the configuration, or was added by command and not removed.

        An athlete removed from the configuration is inactive, whatever commands have set; the history stays.
        """
        removed = self._last_value(athlete, REMOVED)
        if removed is not None:
            return athlete in declared or not removed
        changes = chain.from_iterable(self._changes.get(athlete, {}).values())
        return athlete in declared or all(change.source != CONFIGURATION for change in changes)

    def is_removed(self, athlete: str) -> bool:
        """Return whether a command has removed the athlete, who may be in the configuration all the same."""
        return self._last_value(athlete, REMOVED) is True

    def name(self, athlete: str) -> str:
        """Display name; the id where none is set."""
        return str(self._last_value(athlete, NAME) or athlete)

    def mute_s(self, athlete: str) -> float | None:
        """Default mute duration in seconds; None where the athlete has set none."""
        seconds = self._last_value(athlete, MUTE_S)
        return float(seconds) if isinstance(seconds, int | float) else None

    def guest_until(self, athlete: str) -> datetime | None:
        """When a guest's day ends; None of everybody else."""
        return self.latest(athlete).guest_until

    def guest_strap(self, athlete: str) -> str | None:
        """Address of the strap that is lent to a guest."""
        address = self._last_value(athlete, GUEST_STRAP)
        return str(address) if address else None

    def latest(self, athlete: str) -> AthleteValues:
        """The present values, whatever the wall clock says."""
        values = {
            key: changes[-1].value
            for key, changes in self._changes.get(athlete, {}).items()
            if key in _KEYS and changes[-1].value is not None
        }
        return _values_adapter().validate_python(values)

    def last(self, athlete: str, key: str) -> AthleteChange | None:
        """The last change of a key; None where it was never set."""
        changes = self._changes.get(athlete, {}).get(key)
        return changes[-1] if changes else None

    def _last_value(self, athlete: str, key: str) -> object:
        change = self.last(athlete, key)
        return None if change is None else change.value

    def values(self, athlete: str, at: datetime) -> AthleteValues:
        """The values on a date; before a key was first set, its first value: old recordings need one."""
        values: dict[str, Any] = {}
        for key, changes in self._changes.get(athlete, {}).items():
            value = next((c for c in reversed(changes) if c.changed_at <= at), changes[0]).value
            if key in _KEYS and value is not None:
                values[key] = value
        return _values_adapter().validate_python(values)


def configuration_changes(
    configured: Mapping[str, Mapping[str, object]], changes: Sequence[AthleteChange], now: datetime
) -> list[AthleteChange]:
    """The changes that bring the stored history up to date with the configuration.

    `configured` has the values of each athlete by id, such as `{"anna": {"name": "Anna"}}`. A value is
    written where it differs from what the configuration last set, so that a change by command holds until
    the file is edited. A value removed from the file is removed, unless a command has set it since. Nothing
    is removed of an athlete who is no longer in the file.
    """
    last_configured: dict[tuple[str, str], object] = {}
    last_source: dict[tuple[str, str], str] = {}
    for change in changes:
        last_source[change.athlete, change.key] = change.source
        if change.source == CONFIGURATION:
            last_configured[change.athlete, change.key] = change.value
    new: list[AthleteChange] = []
    for athlete, values in configured.items():
        before = {key: value for (who, key), value in last_configured.items() if who == athlete}
        new.extend(
            AthleteChange(athlete, key, values.get(key), now, CONFIGURATION)
            for key in sorted(values.keys() | before.keys())
            if values.get(key) != before.get(key)
            and (key in values or last_source[athlete, key] == CONFIGURATION)
        )
    return new


def _check(change: AthleteChange) -> None:
    if change.value is None:
        return
    try:
        _values_adapter().validate_python({change.key: change.value})
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"]
        raise StoreError(
            f"invalid value in the database: {change.athlete}'s {change.key} is {change.value!r}: {reason}"
        ) from None
