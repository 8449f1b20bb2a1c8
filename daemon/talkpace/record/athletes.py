"""What athletes are judged by on a date, from every change that was ever made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ..effort.athlete import AthleteValues
from ..errors import StoreError
from .rows import AthleteChange

if TYPE_CHECKING:
    from ..config.model import Athlete

CONFIGURATION = "configuration"
"""the source of what the configuration file declares"""
MQTT = "mqtt"
"""the source of what a command over MQTT has set"""
NAME = "name"
MUTE_S = "mute_s"
"""these two keys are the athlete's own, but nobody is judged by them"""

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
        self._all = tuple(changes)
        for change in self._all:
            if change.key in _KEYS:
                _check(change)
            self._changes.setdefault(change.athlete, {}).setdefault(change.key, []).append(change)

    @property
    def athletes(self) -> list[str]:
        """Everyone of whom anything is known, by id."""
        return sorted(self._changes)

    def and_also(self, changes: Iterable[AthleteChange]) -> AthleteBook:
        """A book that has these too, after all others, unless it has them already. Raises as `__init__`."""
        return AthleteBook([*self._all, *(change for change in changes if change not in self._all)])

    def trains_here(self, athlete: str, declared: Iterable[str]) -> bool:
        """Whether this one is declared, or was added by command.

        Whom the configuration once declared and no longer does has left, whatever commands have said
        since; everything that is known of them is kept.
        """
        changes = chain.from_iterable(self._changes.get(athlete, {}).values())
        return athlete in declared or all(change.source != CONFIGURATION for change in changes)

    def name(self, athlete: str) -> str:
        """As it is shown; the id where no name is known."""
        return str(self._last(athlete, NAME) or athlete)

    def mute_s(self, athlete: str) -> float | None:
        """How long a mute lasts that does not say; None where the athlete has set nothing."""
        seconds = self._last(athlete, MUTE_S)
        return float(seconds) if isinstance(seconds, int | float) else None

    def latest(self, athlete: str) -> AthleteValues:
        """What holds now, whatever the clock says."""
        held = {
            key: changes[-1].value
            for key, changes in self._changes.get(athlete, {}).items()
            if key in _KEYS and changes[-1].value is not None
        }
        return _VALUES.validate_python(held)

    def _last(self, athlete: str, key: str) -> object:
        changes = self._changes.get(athlete, {}).get(key)
        return changes[-1].value if changes else None

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
