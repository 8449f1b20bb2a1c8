"""What athletes are judged by on a date, from every change that was ever made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ..effort.athlete import AthleteValues
from ..errors import StoreError
from .rows import AthleteChange

if TYPE_CHECKING:
    from ..config.model import Athlete

CONFIGURATION = "configuration"
"""the source of what the configuration file declares"""
NAME = "name"
"""the one key that nobody is judged by"""

_VALUES = TypeAdapter(AthleteValues)
_KEYS = frozenset(AthleteValues.__dataclass_fields__)


class AthleteBook:
    """Looks up athletes' values. The latest change holds, wherever it came from.

    Changes are taken in the order in which they were made: a clock that was wrong at the time must
    not decide which is the latest.
    """

    def __init__(self, changes: Iterable[AthleteChange]) -> None:
        """Raises StoreError for a value that its key cannot have; keys of later versions are passed over."""
        self._changes: dict[str, dict[str, list[AthleteChange]]] = {}
        for change in changes:
            if change.key in _KEYS:
                _check(change)
            self._changes.setdefault(change.athlete, {}).setdefault(change.key, []).append(change)

    @property
    def athletes(self) -> list[str]:
        """Everyone of whom anything is known, by id."""
        return sorted(self._changes)

    def name(self, athlete: str) -> str:
        """As it is shown; the id where no name is known."""
        changes = self._changes.get(athlete, {}).get(NAME)
        return str((changes[-1].value if changes else None) or athlete)

    def latest(self, athlete: str) -> AthleteValues:
        """What holds now, whatever the clock says."""
        held = {
            key: changes[-1].value
            for key, changes in self._changes.get(athlete, {}).items()
            if key in _KEYS and changes[-1].value is not None
        }
        return _VALUES.validate_python(held)

    def values(self, athlete: str, at: datetime) -> AthleteValues:
        """What holds on a date; of a key that was first set later, its first value.

        So what is known now also judges an old recording.
        """
        held: dict[str, Any] = {}
        for key, changes in self._changes.get(athlete, {}).items():
            value = next((c for c in reversed(changes) if c.changed_at <= at), changes[0]).value
            if key in _KEYS and value is not None:
                held[key] = value
        return _VALUES.validate_python(held)


def declare(
    athletes: Iterable[Athlete], changes: Sequence[AthleteChange], now: datetime
) -> list[AthleteChange]:
    """The changes that make the configuration hold, where it says something new.

    It does where a value differs from what it last said itself, so that a change by command holds
    until the file is edited. What the file no longer says is taken back; of an athlete whom it no
    longer names, everything is kept.
    """
    said: dict[tuple[str, str], object] = {}
    last_source: dict[tuple[str, str], str] = {}
    for change in changes:
        last_source[change.athlete, change.key] = change.source
        if change.source == CONFIGURATION:
            said[change.athlete, change.key] = change.value
    new: list[AthleteChange] = []
    for athlete in athletes:
        says = athlete.declared()
        if athlete.name:
            says[NAME] = athlete.name
        before = {key: value for (who, key), value in said.items() if who == athlete.id}
        new.extend(
            AthleteChange(athlete.id, key, says.get(key), now, CONFIGURATION)
            for key in sorted(says.keys() | before.keys())
            if says.get(key) != before.get(key)
            # What the file no longer says is not its to take back where a command has spoken since.
            and (key in says or last_source[athlete.id, key] == CONFIGURATION)
        )
    return new


def _check(change: AthleteChange) -> None:
    if change.value is None:
        return
    try:
        _VALUES.validate_python({change.key: change.value})
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"]
        raise StoreError(
            f"the store says that {change.athlete}'s {change.key} is {change.value!r}: {reason}"
        ) from None
