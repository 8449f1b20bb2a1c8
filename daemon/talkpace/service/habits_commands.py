"""Commands that add, correct and delete entries of the habits log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from ..config.habits import HabitsConfig
from ..habits.entries import MAIN_VALUE, UntrackedActivity
from ..habits.log import (
    DAY_TOTAL_KINDS,
    Entry,
    edit_entry,
    new_entry_id,
    parse_content,
    set_day_total,
    validate_time,
)
from ..habits.settings import FEATURES
from ..mqtt.command_definitions import LOG_COMMANDS
from ..pipeline.registry import Command, with_actions
from ..storage.habits_queries import HABITS_SPAN
from ..storage.records import EntryDeleted, EntryEdited, EntryLogged
from ..timestamps import local_date, local_time, parse_time
from .habits import HabitsTracker


def habits_commands(habits: HabitsTracker) -> Mapping[str, Command]:
    """Return the commands of the enabled features. Each acts on the log in memory; the recorder writes it."""
    if not habits.enabled:
        return {}
    commands = _LogCommands(habits)
    logging_commands: dict[str, Callable[[str, Any, int], None]] = {
        name: partial(commands.add, kind)
        for name, kind in LOG_COMMANDS.items()
        if (feature := FEATURES[kind]) is None or habits.settings.is_enabled(feature)
    }
    corrections: dict[str, Callable[[str, Any, int], None]] = {
        "undo": commands.undo,
        "log_edit": commands.edit,
        "log_delete": commands.delete,
    }
    return with_actions({**logging_commands, **corrections})


@dataclass(frozen=True)
class _LogCommands:
    """Actions of the commands. Each raises ValueError without changing anything."""

    habits: HabitsTracker

    def add(self, kind: str, athlete: str, argument: Any, _now_ms: int) -> None:
        """Add an entry; with `replace` it replaces all of its kind on that day."""
        habits, values = self.habits, _values(kind, argument, self.habits.settings)
        now, at = habits.now(athlete), _time(self.habits, athlete, values)
        if kind in DAY_TOTAL_KINDS and _pop_replace(values):
            self._replace(kind, athlete, values, at)
            return
        entry = Entry(new_entry_id(), athlete, at or now, now, parse_content(kind, values))
        habits.put(EntryLogged(entry), dated_by_clock=at is None)

    def _replace(self, kind: str, athlete: str, values: dict[str, Any], at: datetime | None) -> None:
        habits, now = self.habits, self.habits.now(athlete)
        if at is not None and at < now - HABITS_SPAN:
            raise ValueError(f"replace works for the last {HABITS_SPAN.days} days only")
        change = set_day_total(kind, values, _entries_of_day(habits, athlete, kind, values, at or now), at=at)
        if change.added is not None:
            entry = Entry(new_entry_id(), athlete, at or now, now, change.added)
            habits.put(EntryLogged(entry), dated_by_clock=at is None)
        for entry in change.changed:
            habits.put(EntryEdited(entry))
        for entry in change.removed:
            habits.put(EntryDeleted(athlete, entry.id))

    def undo(self, athlete: str, _argument: Any, _now_ms: int) -> None:
        """Delete the entry that was added last."""
        last = self.habits.log(athlete).last(self.habits.now(athlete))
        self.habits.put(EntryDeleted(athlete, last.id))

    def edit(self, athlete: str, argument: Any, _now_ms: int) -> None:
        """Change values or time of an entry."""
        if not isinstance(argument, dict) or set(argument) <= {"id"}:
            raise ValueError('expected an object with "id" and the values to change')
        changes = dict(argument)
        entry = self.habits.log(athlete).entry(_entry_id(changes.pop("id", None)))
        at = _time(self.habits, athlete, changes)
        self.habits.put(EntryEdited(edit_entry(entry, changes, at=at)))

    def delete(self, athlete: str, argument: Any, _now_ms: int) -> None:
        """Delete an entry."""
        if isinstance(argument, dict):
            if set(argument) != {"id"}:
                raise ValueError('expected an object with the key "id" only')
            argument = argument["id"]
        entry = self.habits.log(athlete).entry(_entry_id(argument))
        self.habits.put(EntryDeleted(athlete, entry.id))


def _values(kind: str, argument: Any, settings: HabitsConfig) -> dict[str, Any]:
    """Return an entry's values: the keys of an object, or the main value of its kind."""
    if isinstance(argument, dict):
        values = dict(argument)
        if set(values) == {"value"} and kind in MAIN_VALUE:
            values = {MAIN_VALUE[kind]: values["value"]}
        return values
    if kind == "water" and argument in {None, "PRESS"}:
        return {"ml": float(settings.water.glass_ml)}
    if kind not in MAIN_VALUE or kind == "activity":
        raise ValueError(f"expected an object, such as {_SAMPLES[kind]}")
    return {MAIN_VALUE[kind]: argument}


_SAMPLES = {"activity": '{"activity": "cardio", "minutes": 40}', "context": '{"heat": true}'}


def _time(habits: HabitsTracker, athlete: str, values: dict[str, Any]) -> datetime | None:
    """Remove and return the time among an entry's values; None where there is none."""
    given = values.pop("at", None)
    if given is None:
        return None
    if not isinstance(given, str):
        raise ValueError("at: expected a text such as 2026-11-24 07:30")  # noqa: TRY004 - becomes a CommandError
    now = habits.now(athlete)
    zone = habits.zone(athlete)
    return local_time(validate_time(parse_time(given, now, zone), now), zone)


def _entries_of_day(
    habits: HabitsTracker, athlete: str, kind: str, values: Mapping[str, Any], at: datetime
) -> list[Entry]:
    """Return the entries of a kind on a day; of activities without a strap those of the same activity."""
    zone, activity = habits.zone(athlete), values.get("activity")
    return [
        entry
        for entry in habits.log(athlete)
        if entry.content.kind == kind
        and local_date(entry.at, zone) == local_date(at, zone)
        and (not isinstance(entry.content, UntrackedActivity) or entry.content.activity == activity)
    ]


def _pop_replace(values: dict[str, Any]) -> bool:
    """Remove and return `replace` among an entry's values."""
    replace = values.pop("replace", False)
    if not isinstance(replace, bool):
        raise ValueError("replace: expected true or false")  # noqa: TRY004 - becomes a CommandError
    return replace


def _entry_id(given: object) -> str:
    """Return an entry's id; one of digits only may arrive as a number."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise ValueError("expected the id of an entry")  # noqa: TRY004 - becomes a CommandError
    return str(given)
