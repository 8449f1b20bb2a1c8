"""Read, change and export the entries of an athlete's habits log."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click
from pydantic import BaseModel, TypeAdapter, ValidationError

from ..habits.log import Entry, EntryLog, edit_entry, new_entry_id, parse_content, validate_time
from ..timestamps import local_time, parse_time
from .athlete_option import require_recorded, resolve_athlete_on_record
from .options import require_habit

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.store import Store

_COLUMNS = (
    "id", "athlete", "at", "recorded_at", "kind",
    "hours", "minutes", "ml", "name", "severity", "what", "activity", "hard", "text",
    "heat", "little_fluid", "anti_inflammatory",
    "pace", "coherence", "swing_bpm", "suited", "close",
    "ln_rmssd", "heart_rate", "coverage", "artifact_ratio", "strap",
)  # fmt: skip


@dataclass(frozen=True)
class LogEditor:
    """One athlete's log in the database, for where no daemon runs.

    Its methods raise click.UsageError for invalid input.
    """

    athlete: str
    zone: tzinfo
    now: datetime
    store: Store

    @property
    def log(self) -> EntryLog:
        """All entries."""
        return EntryLog.of(self.store.log_entries(self.athlete))

    def time(self, text: str | None) -> datetime:
        """Parse the time of an entry; None is now."""
        with usage_errors():
            return self.now if text is None else entry_time(text, self.now, self.zone)

    def add(self, kind: str, values: Mapping[str, Any], at: str | None) -> Entry:
        """Add an entry."""
        with usage_errors():
            what = parse_content(kind, values)
        entry = Entry(new_entry_id(), self.athlete, self.time(at), self.now, what)
        self.store.add_log_entry(entry)
        return entry

    def undo(self) -> Entry:
        """Delete the entry that was added last; return it."""
        with usage_errors():
            entry = self.log.last(self.now)
        self.store.delete_log_entry(self.athlete, entry.id)
        return entry

    def edit(self, name: str, changes: Mapping[str, str], at: str | None) -> Entry:
        """Change an entry's values, given as text, or its time."""
        with usage_errors():
            before = self.log.entry(name)
            values = typed_values(type(before.content), changes)
            entry = edit_entry(before, values, at=self.time(at) if at is not None else None)
        self.store.edit_log_entry(entry)
        return entry

    def delete(self, name: str) -> Entry:
        """Delete an entry by its id or the beginning of it; return it."""
        with usage_errors():
            entry = self.log.entry(name)
        self.store.delete_log_entry(self.athlete, entry.id)
        return entry


def entry_time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Parse the time of an entry. Raises ValueError."""
    return local_time(validate_time(parse_time(text, now, zone), now), zone)


def read_entries(configuration: Configuration, athlete: str | None) -> list[Entry]:
    """Return an athlete's entries, oldest first; also of an athlete who is no longer configured."""
    from ..storage.queries import open_existing_store

    require_habit(configuration)
    with open_existing_store(configuration, os.environ) as store:
        if athlete is None:
            athlete = resolve_athlete_on_record(configuration, None)
        else:
            require_recorded(configuration, store, athlete)
        entries = store.log_entries(athlete) if store is not None else []
    return sorted(entries, key=lambda entry: entry.at)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn a ValueError of the log into click.UsageError."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def typed_values(model: type[BaseModel], texts: Mapping[str, str]) -> dict[str, Any]:
    """Convert KEY=VALUE texts to the types of a model's fields; bounds are not checked.

    An empty text is None for an optional field. Unknown keys and constant fields keep their text. Raises
    ValueError where a text is not of the field's type.
    """
    return {key: _typed(model, key, text) for key, text in texts.items()}


def _typed(model: type[BaseModel], key: str, text: str) -> Any:
    field = model.model_fields.get(key)
    kind: Any = None if field is None else field.annotation
    if field is None or get_origin(kind) is Literal:
        return text
    if not text and type(None) in get_args(kind):
        return None
    is_list = get_origin(kind) is tuple
    try:
        return TypeAdapter(kind).validate_python(text.replace(",", " ").split() if is_list else text)
    except ValidationError as error:
        raise ValueError(f"{key}: {error.errors(include_url=False)[0]['msg']}") from None


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it."""
    return {
        "id": entry.id,
        "athlete": entry.athlete,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "recorded_at": entry.recorded_at.isoformat(timespec="milliseconds"),
        **entry.content.model_dump(mode="json"),
    }


def to_csv(entries: Iterable[Entry]) -> str:
    """Return entries as CSV with a column for every possible value."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, _COLUMNS, restval="", extrasaction="raise", lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        writer.writerow({key: _cell(value) for key, value in entry_document(entry).items()})
    return lines.getvalue()


def _cell(value: object) -> object:
    """Quote text that a spreadsheet would execute as a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return "'" + value
    return str(value).lower() if isinstance(value, bool) else value
