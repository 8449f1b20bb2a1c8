"""The log of one athlete: immutable entries, and the ways to edit them."""

from __future__ import annotations

import secrets
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from .entries import MAIN_VALUE, EntryContent, Severity, Symptom, UntrackedActivity

CONTENT_ADAPTER: TypeAdapter[EntryContent] = TypeAdapter(EntryContent, config=ConfigDict(defer_build=True))

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_CLOCK_SKEW = timedelta(minutes=1)
"""tolerance for a sender whose clock is ahead"""
UNDO_LIMIT = timedelta(days=1)
"""older entries are not undone but deleted by id, so that a button pressed again and again empties no log"""
_ID_BYTES = 5
DAY_TOTAL_KINDS = frozenset({"sleep", "nap", "water", "activity", "symptom"})
"""kinds that have a value per day: a sum, or the worst severity"""

_BY_SEVERITY = list(Severity)

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    id: str
    athlete: str
    at: datetime
    """time of what is logged, with offset"""
    recorded_at: datetime
    """time of logging"""
    content: EntryContent

    @property
    def words(self) -> str:
        """Short description."""
        return self.content.words


def new_entry_id(random_hex: Callable[[int], str] = secrets.token_hex) -> str:
    """Return ten random hexadecimal digits that JSON never reads as a number.

    A command may send an id without quotes, where 12e4567890 would be a floating-point number.
    """
    while True:
        entry_id = random_hex(_ID_BYTES)
        if not set(entry_id) <= set("0123456789e"):
            return entry_id


def validate_time(at: datetime, now: datetime) -> datetime:
    """Return the time. Raises ValueError if it is in the future, before 2000 or without an offset."""
    if at.tzinfo is None:
        raise ValueError("the time has no UTC offset: add one, such as +01:00")
    if at > now + MAX_CLOCK_SKEW:
        raise ValueError(f"{at:%Y-%m-%d %H:%M} is in the future")
    if at < EARLIEST:
        raise ValueError(f"{at:%Y-%m-%d} is too long ago: entries begin in 2000")
    return at


def parse_content(kind: str, values: Mapping[str, Any]) -> EntryContent:
    """Validate the content of an entry. Raises ValueError with one line for the user."""
    try:
        return CONTENT_ADAPTER.validate_python({**values, "kind": kind})
    except ValidationError as error:
        raise ValueError(first_error(error)) from None


def edit_entry(entry: Entry, changes: Mapping[str, Any], *, at: datetime | None = None) -> Entry:
    """Return the entry with changed values or time. Raises ValueError with one line for the user."""
    before = entry.content.model_dump()
    if unknown := sorted(changes.keys() - (before.keys() - {"kind"})):
        keys = ", ".join(key for key in before if key != "kind")
        raise ValueError(f"{before['kind']} has no {unknown[0][:40]!r}: use one of {keys}")
    content = parse_content(before["kind"], {**before, **changes})
    return replace(entry, content=content, at=at or entry.at)


@dataclass(frozen=True)
class EntryLog:
    """Immutable sequence of an athlete's entries, in the order of logging."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> EntryLog:
        """Create from entries in the order of logging."""
        return cls(tuple(entries))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def entry(self, name: str) -> Entry:
        """Find an entry by its id or a unique prefix of it. Raises ValueError."""
        matches = [entry for entry in self.entries if name and entry.id.startswith(name.lower())]
        exact = [entry for entry in matches if entry.id == name.lower()]
        if not matches:
            raise ValueError(f"there is no entry {name[:40]!r}")
        if not exact and len(matches) > 1:
            raise ValueError(f"more than one entry begins with {name[:40]!r}: give more digits of the id")
        return (exact or matches)[0]

    def last(self, now: datetime) -> Entry:
        """Return the entry that `undo` deletes, the last one logged. Raises ValueError."""
        if not self.entries:
            raise ValueError("there is nothing to undo")
        last = self.entries[-1]
        if last.recorded_at < now - UNDO_LIMIT:
            raise ValueError(
                f"the last entry was logged over a day ago: {last.words} (delete {last.id} instead)"
            )
        return last

    def put(self, entry: Entry) -> EntryLog:
        """Return a log with this entry appended, or in the place of the one with the same id."""
        if any(each.id == entry.id for each in self.entries):
            return self.changed(entry)
        return EntryLog((*self.entries, entry))

    def changed(self, entry: Entry) -> EntryLog:
        """Return a log with this entry in the place of the one with the same id, if there is one."""
        return EntryLog(tuple(entry if each.id == entry.id else each for each in self.entries))

    def without(self, entry_id: str) -> EntryLog:
        """Return a log without this entry."""
        return EntryLog(tuple(entry for entry in self.entries if entry.id != entry_id))

    def since(self, start: datetime) -> list[Entry]:
        """Return the entries of a time at or after `start`, newest first."""
        return sorted((one for one in self.entries if one.at >= start), key=attrgetter("at"), reverse=True)

    def difference(self, before: EntryLog) -> list[Entry]:
        """Return what has changed since `before`: entries that were added or edited, and those deleted."""
        earlier = {entry.id: entry for entry in before}
        changed = [entry for entry in self.entries if earlier.pop(entry.id, None) != entry]
        return [*changed, *earlier.values()]

    def between(self, start: datetime, end: datetime, kind: type[Kind]) -> list[tuple[datetime, Kind]]:
        """Return times and contents of one kind in [start, end), sorted by time."""
        timed: list[tuple[datetime, Any]] = self._by_kind.get(kind, [])
        first, after = (bisect_left(timed, when, key=itemgetter(0)) for when in (start, end))
        return timed[first:after]

    @cached_property
    def _by_kind(self) -> Mapping[type, list[tuple[datetime, EntryContent]]]:
        """Contents by kind, sorted by time: the status of a day reads many periods of months."""
        contents: dict[type, list[tuple[datetime, EntryContent]]] = {}
        for entry in sorted(self.entries, key=attrgetter("at")):
            contents.setdefault(type(entry.content), []).append((entry.at, entry.content))
        return contents


def first_error(error: ValidationError) -> str:
    """Return the first error as `key: reason`."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    text = first["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text


@dataclass(frozen=True, slots=True)
class LogChange:
    """Changes to a log."""

    changed: Sequence[Entry] = ()
    removed: Sequence[Entry] = ()
    added: EntryContent | None = None


def set_day_total(
    kind: str, values: Mapping[str, Any], before: Sequence[Entry], *, at: datetime | None
) -> LogChange:
    """Make a value the total of a day, as a number on a dashboard shows it.

    `before`: the day's entries of this kind (and of the same activity), in the order of logging.
    Raises ValueError with one line for the user.
    """
    if kind == "symptom":
        return _set_worst(values, before, at)
    return _set_sum(kind, values, before, at)


def _set_sum(kind: str, values: Mapping[str, Any], before: Sequence[Entry], at: datetime | None) -> LogChange:
    """Leave one entry with the amount; none for 0, except for sleep, where 0 h is a value."""
    name = MAIN_VALUE[kind]
    amount = values.get(name)
    delete = kind != "sleep" and isinstance(amount, int | float) and amount == 0 and amount is not False
    content = parse_content(kind, {**values, name: 1} if delete else values)
    if delete:
        return LogChange(removed=before)
    if not before:
        return LogChange(added=content)
    was_hard = any(isinstance(one.content, UntrackedActivity) and one.content.hard for one in before)
    hard = {"hard": True} if was_hard and "hard" not in values else {}
    return LogChange(changed=[edit_entry(before[-1], {**values, **hard}, at=at)], removed=before[:-1])


def _set_worst(values: Mapping[str, Any], before: Sequence[Entry], at: datetime | None) -> LogChange:
    """Make this the worst severity of the day; the texts of the symptoms stay."""
    content = parse_content("symptom", values)
    assert isinstance(content, Symptom)
    if not before:
        return LogChange(added=content)
    rank = _BY_SEVERITY.index(content.severity)
    ranks = [_BY_SEVERITY.index(one.content.severity) for one in before if isinstance(one.content, Symptom)]
    if max(ranks) < rank:
        return LogChange(changed=[edit_entry(before[-1], values, at=at)])
    worse = [one for one, its_rank in zip(before, ranks, strict=True) if its_rank > rank]
    return LogChange(changed=[edit_entry(one, {"severity": content.severity}) for one in worse])
