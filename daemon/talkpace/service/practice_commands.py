"""Commands from outside that write down, correct and take back what belongs to the practice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from ..config.practice import Practice as Settings
from ..pipeline.commands import Command
from ..practice.days import moment, written
from ..practice.kinds import MAIN_VALUE, PIECES
from ..practice.log import Entry, checked_time, edited, what_of
from ..record.items import EntryDeleted, EntryEdited, EntryLogged
from .entry_ids import new_id
from .practice import Practice

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

    def action(does: Callable[[str, Any], None]) -> Command:
        return Command(_ANY, lambda athlete, value, _now_ms: does(athlete, value), takes_object=True)

    def add(kind: str) -> Callable[[str, Any], None]:
        def write_down(athlete: str, argument: Any) -> None:
            values = _values(kind, argument, settings)
            now = practice.now(athlete)
            at = _time(practice, athlete, values)
            entry = Entry(new_id(), athlete, at or now, now, what_of(kind, values))
            practice.put(EntryLogged(entry), dated_by_clock=at is None)

        return write_down

    def undo(athlete: str, _argument: Any) -> None:
        last = practice.log(athlete).last(practice.now(athlete))
        practice.put(EntryDeleted(athlete, last.id))

    def edit(athlete: str, argument: Any) -> None:
        if not isinstance(argument, dict) or set(argument) <= {"id"}:
            raise ValueError('an object with "id" and what is to change is wanted')
        changes = dict(argument)
        entry = practice.log(athlete).entry(_name(changes.pop("id", None)))
        at = _time(practice, athlete, changes)
        practice.put(EntryEdited(edited(entry, changes, at=at)))

    def delete(athlete: str, argument: Any) -> None:
        if isinstance(argument, dict):
            if set(argument) != {"id"}:
                raise ValueError('an object must have the key "id" and no other')
            argument = argument["id"]
        entry = practice.log(athlete).entry(_name(argument))
        practice.put(EntryDeleted(athlete, entry.id))

    if not practice.on:
        return {}
    on = {
        name: action(add(kind))
        for name, kind in LOG_COMMANDS.items()
        if (piece := PIECES[kind]) is None or settings.has(piece)
    }
    return {**on, "undo": action(undo), "log_edit": action(edit), "log_delete": action(delete)}


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


def _name(given: object) -> str:
    """An entry's id; one that is all digits may come as a number."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise ValueError("the id of an entry is wanted")  # noqa: TRY004 - for who sent it
    return str(given)
