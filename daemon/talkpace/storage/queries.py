"""Read-only queries for the command line and reports; the database need not exist yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..errors import StoreError
from ..training.profile import Activity
from .athletes import AthleteHistory, configuration_changes
from .paths import store_path
from .profile_json import profile_from_json
from .records import AthleteChange
from .store import Store

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..formats.finished_session import FinishedSession, StoredMeasurement


@contextmanager
def open_existing_store(configuration: Configuration, environ: Mapping[str, str]) -> Iterator[Store | None]:
    """Open the store read-only; None where it does not exist or is empty.

    Raises StoreError where it cannot be read.
    """
    path = store_path(configuration, environ)
    try:
        missing = not path.exists() or (path.is_file() and not path.stat().st_size)
    except OSError:
        missing = False  # opening it reports the reason
    if missing:
        yield None
        return
    with Store.open(path, read_only=True) as store:
        yield store


@dataclass(frozen=True)
class AthleteRoster:
    """The athletes of the configuration and of the store, with their values."""

    ids: list[str]
    """those of the configuration in its order, then the others who were not removed"""
    changes: list[AthleteChange]
    """the stored ones, then those that the configuration would make now"""
    history: AthleteHistory


def load_athletes(configuration: Configuration, environ: Mapping[str, str]) -> AthleteRoster:
    """Load all athletes and their values. Raises StoreError where the store cannot be read."""
    with open_existing_store(configuration, environ) as store:
        stored = store.athlete_changes() if store is not None else []
    configured = configuration.athlete_values()
    changes = [*stored, *configuration_changes(configured, stored, datetime.now().astimezone())]
    history = AthleteHistory(changes)
    others = [one for one in history.athletes if one not in configured and not history.is_removed(one)]
    return AthleteRoster([*configured, *others], changes, history)


def strap_owners(configuration: Configuration, environ: Mapping[str, str]) -> dict[str, str]:
    """Load the athlete of each strap (by address); the configuration overrides the paired straps.

    Raises StoreError where the store cannot be read.
    """
    with open_existing_store(configuration, environ) as store:
        rows = store.straps() if store is not None else []
    owners = {row.address: row.athlete for row in rows if row.paired_at is not None}
    for athlete in configuration.athletes:
        owners.update(dict.fromkeys(athlete.straps, athlete.id))
    return owners


def load_finished_session(store: Store, name: str) -> FinishedSession:
    """Load a session for an export, by its id, the beginning of it, or `last`.

    Raises UnknownSessionError, or StoreError while the session is still being recorded.
    """
    from ..formats.finished_session import (  # noqa: PLC0415 - for exports only
        ActivityChange,
        FinishedSession,
        StoredEvent,
        StoredMeasurement,
    )

    row = store.session(name)
    if row.summary is None or row.end is None:
        raise StoreError(f"session {row.id} of {row.athlete} is still being recorded: export it later")
    profile = profile_from_json(row.profile)
    summary = json.loads(row.summary)

    def measurements() -> Iterator[StoredMeasurement]:
        for one in store.measurements(row.id):
            yield StoredMeasurement(
                one.offset_ms, one.heart_rate, one.contact, one.rr_ms, one.energy_kj, one.hold_ms
            )

    return FinishedSession(
        id=row.id,
        athlete=row.athlete,
        start=row.start,
        end=row.end,
        strap_name=row.strap_name,
        discarded=row.discarded,
        ceiling_bpm=profile.scale.highest_at_or_below(profile.ceilings[Activity(summary["activity"])]),
        profile=json.loads(row.profile),
        summary=summary,
        events=[
            StoredEvent(one.offset_ms, one.name, one.heart_rate, one.effort, one.level)
            for one in store.events(row.id)
        ],
        activity_changes=[
            ActivityChange(one.offset_ms, one.activity) for one in store.activity_changes(row.id)
        ],
        measurements=measurements,
    )
