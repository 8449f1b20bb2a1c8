"""Commands from outside that write down, correct and take back what belongs to the practice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from ..config.practice import Practice as Settings
from ..pipeline.commands import Command
from ..practice.days import day_of, moment, written
from ..practice.entries import Exercise
from ..practice.kinds import MAIN_VALUE, PIECES
from ..practice.log import Entry, checked_time, edited, what_of
from ..practice.replacing import REPLACEABLE, replaced
from ..record.items import EntryDeleted, EntryEdited, EntryLogged
from .entry_ids import new_id
from .practice import Practice
from .practice_reading import KEPT

_ANY: TypeAdapter[Any] = TypeAdapter(Any)

LOG_COMMANDS: Mapping[str, str] = {
    "sleep": "sleep",
    "log_nap": "nap",
    "water": "water",
    "supplement": "supplement",
    "symptom": "symptom",
    "context": "context",
    "log_activity": "activity",
    "note": "note",
}
"""by a command's name the kind of entry that it writes down; `activity` is the session's own,
`nap` the timer's"""


def practice_commands(practice: Practice, settings: Settings) -> Mapping[str, Command]:
    """Those of the pieces that are on; each acts at once in memory, and is written by the recorder."""
    if not practice.on:
        return {}
    carry_out = _LogCommands(practice, settings)
    on: dict[str, Callable[[str, Any, int], None]] = {
        name: partial(carry_out.write_down, kind)
        for name, kind in LOG_COMMANDS.items()
        if (piece := PIECES[kind]) is None or settings.has(piece)
    }
    others: dict[str, Callable[[str, Any, int], None]] = {
        "undo": carry_out.undo,
        "log_edit": carry_out.edit,
        "log_delete": carry_out.delete,
    }
    return {name: Command(_ANY, does, takes_object=True) for name, does in {**on, **others}.items()}


@dataclass(frozen=True)
class _LogCommands:
    """What each does; raises ValueError, with the reason, and then has changed nothing."""

    practice: Practice
    settings: Settings

    def write_down(self, kind: str, athlete: str, argument: Any, _now_ms: int) -> None:
        """Add an entry; with `replace` it stands for all of its kind on that day."""
        practice, values = self.practice, _values(kind, argument, self.settings)
        now, at = practice.now(athlete), _time(self.practice, athlete, values)
        if kind in REPLACEABLE and _to_replace(values):
            self._replace(kind, athlete, values, at)
            return
        entry = Entry(new_id(), athlete, at or now, now, what_of(kind, values))
        practice.put(EntryLogged(entry), dated_by_clock=at is None)

    def _replace(self, kind: str, athlete: str, values: dict[str, Any], at: datetime | None) -> None:
        practice, now = self.practice, self.practice.now(athlete)
        if at is not None and at < now - KEPT:
            raise ValueError(f"replace: only of the last {KEPT.days} days")
        change = replaced(kind, values, _that_day_s(practice, athlete, kind, values, at or now), at=at)
        if change.added is not None:
            entry = Entry(new_id(), athlete, at or now, now, change.added)
            practice.put(EntryLogged(entry), dated_by_clock=at is None)
        for entry in change.edited:
            practice.put(EntryEdited(entry))
        for entry in change.removed:
            practice.put(EntryDeleted(athlete, entry.id))

    def undo(self, athlete: str, _argument: Any, _now_ms: int) -> None:
        """Take back what was written down last."""
        last = self.practice.log(athlete).last(self.practice.now(athlete))
        self.practice.put(EntryDeleted(athlete, last.id))

    def edit(self, athlete: str, argument: Any, _now_ms: int) -> None:
        """Other values, or another time."""
        if not isinstance(argument, dict) or set(argument) <= {"id"}:
            raise ValueError('an object with "id" and what is to change is wanted')
        changes = dict(argument)
        entry = self.practice.log(athlete).entry(_name(changes.pop("id", None)))
        at = _time(self.practice, athlete, changes)
        self.practice.put(EntryEdited(edited(entry, changes, at=at)))

    def delete(self, athlete: str, argument: Any, _now_ms: int) -> None:
        """Remove an entry."""
        if isinstance(argument, dict):
            if set(argument) != {"id"}:
                raise ValueError('an object must have the key "id" and no other')
            argument = argument["id"]
        entry = self.practice.log(athlete).entry(_name(argument))
        self.practice.put(EntryDeleted(athlete, entry.id))


def _values(kind: str, argument: Any, settings: Settings) -> dict[str, Any]:
    """The entry's values: of an object its keys, of anything else the one that it stands for."""
    if isinstance(argument, dict):
        values = dict(argument)
        if set(values) == {"value"} and kind in MAIN_VALUE:
            values = {MAIN_VALUE[kind]: values["value"]}
        return values
    if kind == "water" and argument in {None, "PRESS"}:
        return {"ml": float(settings.water.glass_ml)}
    if kind not in MAIN_VALUE or kind == "activity":
        raise ValueError(f"an object is wanted, such as {_SAMPLES[kind]}")
    return {MAIN_VALUE[kind]: argument}


_SAMPLES = {"activity": '{"activity": "cardio", "minutes": 40}', "context": '{"heat": true}'}


def _time(practice: Practice, athlete: str, values: dict[str, Any]) -> datetime | None:
    """Takes the time out of an entry's values; None where none was given."""
    given = values.pop("at", None)
    if given is None:
        return None
    if not isinstance(given, str):
        raise ValueError("at: a text such as 2026-11-24 07:30 is wanted")  # noqa: TRY004 - for who sent it
    now = practice.now(athlete)
    zone = practice.zone(athlete)
    return written(checked_time(moment(given, now, zone), now), zone)


def _that_day_s(
    practice: Practice, athlete: str, kind: str, values: Mapping[str, Any], at: datetime
) -> list[Entry]:
    """The entries of a kind on a day, as they were written down; of an activity those of the same one."""
    zone = practice.zone(athlete)
    return [
        entry
        for entry in practice.log(athlete)
        if entry.what.kind == kind
        and day_of(entry.at, zone) == day_of(at, zone)
        and (not isinstance(entry.what, Exercise) or entry.what.activity == values.get("activity"))
    ]


def _to_replace(values: dict[str, Any]) -> bool:
    """Takes `replace` out of an entry's values."""
    replace = values.pop("replace", False)
    if not isinstance(replace, bool):
        raise ValueError("replace: true or false is wanted")  # noqa: TRY004 - for who sent it
    return replace


def _name(given: object) -> str:
    """An entry's id; one that is all digits may come as a number."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise ValueError("the id of an entry is wanted")  # noqa: TRY004 - for who sent it
    return str(given)
