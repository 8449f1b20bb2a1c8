"""Resolve `--athlete`: the athlete named, or the only one there is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..errors import ConfigurationError, DaemonError
from .output import note

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.store import Store

_NO_ATHLETE = "no athlete is configured: add an [[athletes]] table with max_heart_rate or birth_year"


def resolve_athlete(configuration: Configuration, athlete: str | None) -> str:
    """Return the configured athlete named, or the only one.

    Raises click.BadParameter for an unknown or missing choice, ConfigurationError where no athlete is
    configured, StoreError where the database cannot be read.
    """
    configured = configured_athletes(configuration)
    if athlete is not None:
        require_athlete(athlete, configured)
        return athlete
    if not configured:
        raise ConfigurationError(_NO_ATHLETE)
    return require_single(configured)


def resolve_athlete_on_record(configuration: Configuration, athlete: str | None) -> str:
    """Return the athlete named, or the only one configured, or else the only one with records.

    Says on standard error what is missing of one who is not configured. Raises as `resolve_athlete`.
    """
    from ..storage.queries import open_existing_store

    configured = configured_athletes(configuration)
    with open_existing_store(configuration, os.environ) as store:
        recorded = store.athletes_on_record() if store is not None else []
    if athlete is not None:
        require_athlete(athlete, [*configured, *(one for one in recorded if one not in configured)])
    elif configured:
        athlete = require_single(configured)
    elif recorded:
        athlete = require_single(recorded)
    else:
        raise ConfigurationError(_NO_ATHLETE)
    remark_on_missing_values(configuration, athlete)
    return athlete


def remark_on_missing_values(configuration: Configuration, athlete: str) -> None:
    """Say on standard error what is missing of an athlete who is only on record."""
    if athlete not in configured_athletes(configuration):
        note(
            f"{athlete} has records here but is not declared, so maximum heart rate and weight are unknown; "
            f"to declare: talkpace athlete add {athlete} max_heart_rate=… (or birth_year=…)"
        )


def resolve_recorded_athlete(
    configuration: Configuration, store: Store | None, athlete: str | None
) -> str | None:
    """Return the athlete named, or the only one with sessions; None where there are no sessions.

    An athlete with records may be named without being configured any more. Raises as `resolve_athlete`.
    """
    if athlete is not None:
        require_recorded(configuration, store, athlete)
        return athlete
    recorded = store.athletes_with_sessions() if store is not None else []
    return require_single(recorded) if recorded else None


def require_recorded(configuration: Configuration, store: Store | None, athlete: str) -> None:
    """Raise click.BadParameter unless the athlete is configured or has records."""
    configured = configured_athletes(configuration)
    recorded = store.athletes_on_record() if store is not None else []
    require_athlete(athlete, [*configured, *(one for one in recorded if one not in configured)])


def require_athlete(athlete: str, athletes: Sequence[str], parameter: str = "--athlete") -> None:
    """Raise click.BadParameter, which lists the athletes, unless it is one of them."""
    if athlete in athletes:
        return
    choices = f"choose from {', '.join(athletes)}" if athletes else _NO_ATHLETE
    raise click.BadParameter(f"there is no athlete {athlete!r}; {choices}", param_hint=f"'{parameter}'")


def require_single(athletes: Sequence[str]) -> str:
    """Return the only athlete. Raises click.BadParameter where there are several to choose from."""
    if len(athletes) > 1:
        raise click.BadParameter(
            f"there are several athletes; choose from {', '.join(athletes)}", param_hint="'--athlete'"
        )
    return athletes[0]


def hrv_reason(configuration: Configuration, athlete: str) -> str | None:
    """Return why HRV does not apply to a known athlete; None where it does. Raises as `resolve_athlete`."""
    from ..storage.queries import load_athletes

    athlete = resolve_athlete(configuration, athlete)
    return load_athletes(configuration, os.environ).history.latest(athlete).hrv_reason


def configured_athletes(configuration: Configuration) -> list[str]:
    """Return the ids of the configuration and of `talkpace athlete add`. Raises StoreError."""
    from ..storage.queries import load_athletes

    if (athletes := _athletes_of_daemon(configuration)) is not None:
        return athletes
    return load_athletes(configuration, os.environ).ids


def _athletes_of_daemon(configuration: Configuration) -> list[str] | None:
    """Ask the daemon, where this user may do so and may not read its database; else None."""
    from ..storage.paths import hidden_state

    if hidden_state(configuration.store, os.environ) is None:
        return None
    from .daemon_client import connect_daemon

    try:
        with connect_daemon(configuration) as daemon:
            return [str(one["athlete"]) for one in daemon.call("athletes.list")]
    except DaemonError:
        return None
