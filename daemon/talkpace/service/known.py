"""What is on record, looked at without changing it: there may be no record yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ..config.model import Configuration
from ..record.athletes import AthleteBook, declare
from ..record.rows import AthleteChange
from ..record.store import Store
from .paths import store_path


@contextmanager
def existing_store(configuration: Configuration, environ: Mapping[str, str]) -> Iterator[Store | None]:
    """The store, read-only; None where there is none yet, or nothing in it.

    Raises StoreError where it cannot be read.
    """
    path = store_path(configuration, environ)
    try:
        missing = not path.exists() or (path.is_file() and not path.stat().st_size)
    except OSError:
        missing = False  # it cannot even be looked for; opening it says why
    if missing:
        yield None
        return
    with Store.open(path, read_only=True) as store:
        yield store


@dataclass(frozen=True)
class KnownAthletes:
    """Who trains here, and everything that was ever said of them."""

    everyone: list[str]
    """ids: those of the configuration in its order, then the others"""
    changes: list[AthleteChange]
    """the record's, then those that the configuration would make now"""
    book: AthleteBook


def known_athletes(configuration: Configuration, environ: Mapping[str, str]) -> KnownAthletes:
    """Everyone, of the record and of the configuration. Raises StoreError where the record cannot be read."""
    with existing_store(configuration, environ) as store:
        kept = store.athlete_changes() if store is not None else []
    changes = [*kept, *declare(configuration.athletes, kept, datetime.now().astimezone())]
    book = AthleteBook(changes)
    declared = [athlete.id for athlete in configuration.athletes]
    others = [athlete for athlete in book.athletes if athlete not in declared]
    return KnownAthletes([*declared, *others], changes, book)


def strap_owners(configuration: Configuration, environ: Mapping[str, str]) -> dict[str, str]:
    """Whose each known strap (by address) is; what the configuration says goes before what is remembered.

    Raises StoreError where the record cannot be read.
    """
    with existing_store(configuration, environ) as store:
        seen = store.straps() if store is not None else []
    owners = {row.address: row.athlete for row in seen if row.paired_at is not None}
    for athlete in configuration.athletes:
        owners.update(dict.fromkeys(athlete.straps, athlete.id))
    return owners
