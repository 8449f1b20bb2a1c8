"""The practice log as commands see it: whose it is, what is in it, and how it is changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..config.model import Configuration
from ..errors import ConfigurationError
from ..practice.days import moment, written
from ..practice.kinds import PIECES
from ..practice.log import Entry, Log, checked_time, edited, what_of
from ..service.entry_ids import new_id
from ..service.zones import zone_of
from .options import config_option
from .output import printable
from .typed_values import typed_values
from .whose import chosen_athlete

if TYPE_CHECKING:
    from ..record.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


def athlete_option(command: Command) -> Command:
    """`--athlete ID`, given on as `athlete`."""
    return click.option("--athlete", metavar="ID", help="Whose; the only one's by default.")(command)


def entry_options(command: Command) -> Command:
    """Those of whatever has a time: `--athlete`, `--at`, `--config`."""
    command = click.option("--at", metavar="TIME", help="When it was; now by default.")(command)
    return config_option(athlete_option(command))


def say(done: str, entry: Entry) -> None:
    """What has become of an entry, in a line."""
    click.echo(
        printable(f"{done} for {entry.athlete}: {entry.at:%Y-%m-%d %H:%M}, {entry.words} ({entry.id})")
    )


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

    def edit(self, name: str, changes: Mapping[str, str], at: str | None) -> Entry:
        """Change an entry's values, as typed, or its time."""
        with said_wrong():
            before = self.log.entry(name)
            values = typed_values(type(before.what), changes)
            entry = edited(before, values, at=self.time(at) if at is not None else None)
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
