"""Guests: athletes for one day, who are deleted a week later with all that was recorded of them.

A guest is stored as any athlete is, with two keys more: until when, and which strap is lent to them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from ..config.model import Configuration
from ..training.profile import require_profile
from .athlete_edit import COMMAND, validate_values
from .athletes import GUEST_STRAP, GUEST_UNTIL, AthleteHistory
from .records import AthleteChange
from .store import Store

_GUEST_ID = re.compile(r"guest-(\d{1,6})", re.ASCII)


def add_guest(
    store: Store,
    configuration: Configuration,
    values: Mapping[str, object],
    *,
    strap: str | None,
    until: datetime,
    now: datetime,
    used: Collection[str],
) -> str:
    """Add a guest until a date and lend them a strap; return their id, which is none of `used`.

    Raises ConfigurationError for invalid values, having written nothing.
    """
    stored = store.athlete_changes()
    ids = {*used, *store.athletes_on_record(), *(change.athlete for change in stored)}
    guest = _next_id(ids.union(athlete.id for athlete in configuration.athletes))
    written = {**validate_values(guest, values), GUEST_UNTIL: until.isoformat()}
    changes = [AthleteChange(guest, key, value, now, COMMAND) for key, value in written.items()]
    history = AthleteHistory([*stored, *changes])
    require_profile(
        guest, history.latest(guest), year=now.year, ceilings=configuration.ceilings.by_activity()
    )
    loans = [] if strap is None else _loan_changes(history, strap, guest, now)
    store.add_athlete_changes([*changes, *loans])
    return guest


def give_strap(store: Store, address: str, athlete: str, name: str, now: datetime) -> None:
    """Pair a strap with an athlete, or lend it to a guest; nobody else has it from now on."""
    history = AthleteHistory(store.athlete_changes())
    guest = athlete if history.guest_until(athlete) is not None else None
    if guest is None:
        store.remember_strap(address, athlete, name, now)
    store.add_athlete_changes(_loan_changes(history, address, guest, now))


def purge_guests(store: Store, before: datetime) -> list[str]:
    """Delete the guests whose day ended before a date, with all that was recorded; return their ids."""
    history = AthleteHistory(store.athlete_changes())
    guests = [
        athlete
        for athlete in history.athletes
        if (until := history.guest_until(athlete)) is not None and until < before
    ]
    for guest in guests:
        store.delete_athlete(guest)
    return guests


def _next_id(ids: Iterable[str]) -> str:
    numbers = [int(match[1]) for athlete in ids if (match := _GUEST_ID.fullmatch(athlete))]
    return f"guest-{max(numbers, default=0) + 1}"


def _loan_changes(
    history: AthleteHistory, address: str, guest: str | None, now: datetime
) -> list[AthleteChange]:
    former = [athlete for athlete in history.athletes if history.guest_strap(athlete) == address]
    changes = [AthleteChange(one, GUEST_STRAP, None, now, COMMAND) for one in former if one != guest]
    if guest is not None:
        changes.append(AthleteChange(guest, GUEST_STRAP, address, now, COMMAND))
    return changes
