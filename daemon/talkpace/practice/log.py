"""The log of one athlete: entries, and what may become of them. Every change gives a new log."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from .entries import What

WHAT: TypeAdapter[What] = TypeAdapter(What)

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=1)
"""so much may another host's clock be ahead of ours"""
UNDONE_WITHIN = timedelta(days=1)
"""an older entry is deleted by its id, lest a button that is pressed again and again empties the log"""

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something written down."""

    id: str
    athlete: str
    at: datetime
    """when it was, with its offset"""
    recorded_at: datetime
    """when it was written down"""
    what: What

    @property
    def words(self) -> str:
        """In a few words."""
        return self.what.words


def checked_time(at: datetime, now: datetime) -> datetime:
    """The time itself. Raises ValueError where an entry cannot be of it: yet to come, or long ago."""
    if at.tzinfo is None:
        raise ValueError("a time needs its offset")
    if at > now + AHEAD:
        raise ValueError(f"{at:%Y-%m-%d %H:%M} is yet to come")
    if at < EARLIEST:
        raise ValueError(f"{at:%Y-%m-%d} is too long ago")
    return at


def what_of(kind: str, values: Mapping[str, Any]) -> What:
    """An entry's content from plain values. Raises ValueError, in words for who wrote them."""
    try:
        return WHAT.validate_python({**values, "kind": kind})
    except ValidationError as error:
        raise ValueError(reason(error)) from None


def edited(entry: Entry, changes: Mapping[str, Any], *, at: datetime | None = None) -> Entry:
    """The entry with other values, or another time. Raises ValueError, in words for who wants it so."""
    before = entry.what.model_dump()
    if unknown := sorted(changes.keys() - (before.keys() - {"kind"})):
        known = ", ".join(key for key in before if key != "kind")
        raise ValueError(f"an entry of {before['kind']} has no {unknown[0][:40]!r}; it has {known}")
    what = what_of(before["kind"], {**before, **changes})
    return replace(entry, what=what, at=at or entry.at)


@dataclass(frozen=True)
class Log:
    """Entries of one athlete in the order in which they were written down."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Log:
        """From entries in that order."""
        return cls(tuple(entries))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def entry(self, name: str) -> Entry:
        """By its id, or by the beginning of it. Raises ValueError where there is none, or more than one."""
        found = [entry for entry in self.entries if name and entry.id.startswith(name.lower())]
        exact = [entry for entry in found if entry.id == name.lower()]
        if not found:
            raise ValueError(f"there is no entry {name[:40]!r}")
        if not exact and len(found) > 1:
            raise ValueError(f"more than one entry begins with {name[:40]!r}")
        return (exact or found)[0]

    def last(self, now: datetime) -> Entry:
        """The one that `undo` takes back: the last written down. Raises ValueError where there is none."""
        if not self.entries:
            raise ValueError("there is nothing to undo")
        last = self.entries[-1]
        if last.recorded_at < now - UNDONE_WITHIN:
            raise ValueError(
                f"the last entry was written down over a day ago: {last.words} (delete {last.id} instead)"
            )
        return last

    def put(self, entry: Entry) -> Log:
        """With an entry: a new one comes last, one of the same id takes its place."""
        if any(known.id == entry.id for known in self.entries):
            return self.changed(entry)
        return Log((*self.entries, entry))

    def changed(self, entry: Entry) -> Log:
        """With other values for the entry of this id, where there is one."""
        return Log(tuple(entry if known.id == entry.id else known for known in self.entries))

    def without(self, entry_id: str) -> Log:
        """Without one."""
        return Log(tuple(entry for entry in self.entries if entry.id != entry_id))

    def between(self, start: datetime, end: datetime, kind: type[Kind]) -> list[tuple[datetime, Kind]]:
        """Those of a kind from `start` on and before `end`, by their time."""
        timed: list[tuple[datetime, Any]] = self._by_kind.get(kind, [])
        first, after = (bisect_left(timed, when, key=itemgetter(0)) for when in (start, end))
        return timed[first:after]

    @cached_property
    def _by_kind(self) -> Mapping[type, list[tuple[datetime, What]]]:
        """All, by their time: the figures of a day ask for many spans of months."""
        found: dict[type, list[tuple[datetime, What]]] = {}
        for entry in sorted(self.entries, key=attrgetter("at")):
            found.setdefault(type(entry.what), []).append((entry.at, entry.what))
        return found


def reason(error: ValidationError) -> str:
    """The first thing that is wrong, in one line."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    says = first["msg"].removeprefix("Value error, ")
    return f"{place}: {says}" if place else says
