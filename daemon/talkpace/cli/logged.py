"""The practice log as commands see it: whose it is, what is in it, and how it is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from ..config.model import Configuration
from ..errors import ConfigurationError
from ..practice.days import moment, written
from ..practice.kinds import PIECES
from ..practice.log import Entry, Log, checked_time, edited, what_of
from ..service.entry_ids import new_id
from ..service.zones import zone_of

if TYPE_CHECKING:
    from ..record.store import Store


def chosen_athlete(configuration: Configuration, athlete: str | None) -> str:
    """The athlete that is meant: the one named, or the only one. Raises ConfigurationError."""
    from ..service.known import known_athletes

    everyone = known_athletes(configuration, os.environ).everyone
    if athlete is not None:
        if athlete not in everyone:
            raise ConfigurationError(f"nobody here is {athlete!r}; see `talkpace athlete list`")
        return athlete
    if not everyone:
        raise ConfigurationError("nobody trains here yet; see `talkpace athlete add --help`")
    if len(everyone) > 1:
        raise ConfigurationError(f"whose? --athlete is one of {', '.join(everyone)}")
    return everyone[0]


def must_be_on(configuration: Configuration, piece: str | None = None) -> None:
    """Raises ConfigurationError where the practice, or a piece of it, is switched off."""
    practice = configuration.practice
    if not practice.pieces:
        raise ConfigurationError("the practice is switched off in the configuration ([practice])")
    if piece is not None and not practice.has(piece):
        raise ConfigurationError(f"this is switched off in the configuration ([practice.{piece}])")


@dataclass(frozen=True)
class AthleteLog:
    """One athlete's log, open for changes. Its methods raise ConfigurationError for nonsense."""

    athlete: str
    zone: tzinfo
    now: datetime
    store: Store

    @property
    def log(self) -> Log:
        """All of it."""
        return Log.of(self.store.log_entries(self.athlete))

    def time(self, text: str | None) -> datetime:
        """When something was; now by default."""
        with said_wrong():
            at = self.now if text is None else moment(text, self.now, self.zone)
            return written(checked_time(at, self.now), self.zone)

    def add(self, kind: str, values: Mapping[str, Any], at: str | None) -> Entry:
        """Write something down."""
        with said_wrong():
            what = what_of(kind, values)
        entry = Entry(new_id(), self.athlete, self.time(at), self.now, what)
        self.store.add_log_entry(entry)
        return entry

    def undo(self) -> Entry:
        """Take back what was written down last."""
        with said_wrong():
            entry = self.log.last(self.now)
        self.store.delete_log_entry(self.athlete, entry.id)
        return entry

    def edit(self, name: str, changes: Mapping[str, Any], at: str | None) -> Entry:
        """Change an entry's values, or its time."""
        with said_wrong():
            before = self.log.entry(name)
            entry = edited(before, changes, at=self.time(at) if at is not None else None)
        self.store.edit_log_entry(entry)
        return entry

    def delete(self, name: str) -> Entry:
        """Remove an entry."""
        with said_wrong():
            entry = self.log.entry(name)
        self.store.delete_log_entry(self.athlete, entry.id)
        return entry


@contextmanager
def said_wrong() -> Iterator[None]:
    """What was asked for cannot be: the person changes it."""
    try:
        yield
    except ConfigurationError:
        raise
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


@contextmanager
def opened_log(configuration: Configuration, athlete: str | None, kind: str | None) -> Iterator[AthleteLog]:
    """An athlete's log, to be changed by entries of a kind. Raises ConfigurationError or StoreError."""
    from ..record.store import Store
    from ..service.paths import store_path

    must_be_on(configuration, PIECES[kind] if kind is not None else None)
    who = chosen_athlete(configuration, athlete)
    zone = zone_of(who, configuration.practice, os.environ)
    with Store.open(store_path(configuration, os.environ)) as store:
        yield AthleteLog(who, zone, written(datetime.now(zone), zone), store)
