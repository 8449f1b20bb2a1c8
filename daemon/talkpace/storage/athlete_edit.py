"""Adds and changes athletes in the store, after the same checks for every way in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from ..config.model import AthleteConfig, Configuration
from ..errors import ConfigurationError
from ..training.profile import require_profile
from ..validation import first_reason
from .athletes import MUTE_S, REMOVED, AthleteHistory, configuration_changes
from .records import AthleteChange
from .store import Store

COMMAND = "command"
"""source of a change that was made by a command on this host"""

EDITABLE_KEYS: Sequence[str] = tuple(key for key in AthleteConfig.model_fields if key not in {"id", "straps"})


def validate_values(athlete: str, values: Mapping[str, object]) -> dict[str, Any]:
    """Validate new values by key; None stands for a value to be removed. Raises ConfigurationError."""
    for key in values:
        if key not in EDITABLE_KEYS:
            raise ConfigurationError(f"{key}: unknown key; use one of {', '.join(EDITABLE_KEYS)}")
    given = {key: value for key, value in values.items() if value is not None}
    try:
        valid = AthleteConfig.model_validate({"id": athlete, **given})
    except ValidationError as error:
        raise ConfigurationError(first_reason(error)) from None
    written = valid.model_dump(mode="json")
    return {key: written[key] if key in given else None for key in values}


def change_athlete(
    store: Store,
    configuration: Configuration,
    athlete: str,
    values: Mapping[str, object],
    now: datetime,
    *,
    new: bool = False,
    source: str = COMMAND,
) -> None:
    """Write values that were validated, for an athlete who is `new` or exists; `source` says who sets them.

    Raises ConfigurationError, having written nothing, where that is not so, or where no profile can be
    resolved with the values.
    """
    stored = store.athlete_changes()
    declared = configuration_changes(configuration.athlete_values(), stored, now)
    before = AthleteHistory([*stored, *declared])
    ids = {one.id for one in configuration.athletes}
    former = before.is_removed(athlete) and athlete not in ids
    if new and athlete in before.athletes and not (former and before.guest_until(athlete) is None):
        raise ConfigurationError(f"athlete {athlete!r} exists; change it with `talkpace athlete set`")
    if not new:
        _require(athlete, before, ids)
    changes = [AthleteChange(athlete, key, value, now, source) for key, value in values.items()]
    if new and former:
        changes += _renewal(athlete, before, values, now)
    changed = before.with_changes(changes).latest(athlete)
    require_profile(athlete, changed, year=now.year, ceilings=configuration.ceilings.by_activity())
    store.add_athlete_changes([*declared, *changes])


def remove_athlete(store: Store, declared: Collection[str], athlete: str, now: datetime) -> None:
    """Remove an athlete, and free their straps; what was recorded stays.

    `declared` are ids of those in the configuration. Raises ConfigurationError, having written nothing, where
    the athlete is one of them or does not exist.
    """
    _require(athlete, AthleteHistory(store.athlete_changes()), declared)
    if athlete in declared:
        raise in_configuration(athlete, "the configuration")
    store.remove_athlete(AthleteChange(athlete, REMOVED, value=True, changed_at=now, source=COMMAND))


def in_configuration(athlete: str, place: str) -> ConfigurationError:
    """The error for an athlete who can be removed in the configuration only."""
    return ConfigurationError(
        f"athlete {athlete!r} is in {place}: remove their [[athletes]] table there, then restart talkpace"
    )


def _require(athlete: str, history: AthleteHistory, declared: Collection[str]) -> None:
    """Raise ConfigurationError where there is no such athlete."""
    present = [one for one in history.athletes if one in declared or not history.is_removed(one)]
    if athlete not in present:
        choices = ", ".join(present) or "none yet"
        raise ConfigurationError(f"there is no athlete {athlete!r}; choose from {choices}")


def _renewal(
    athlete: str, before: AthleteHistory, values: Mapping[str, object], now: datetime
) -> list[AthleteChange]:
    """The changes that bring a removed athlete back, without the values of then."""
    former = [key for key in (*EDITABLE_KEYS, MUTE_S) if before.last(athlete, key) and key not in values]
    outdated = [AthleteChange(athlete, key, None, now, COMMAND) for key in former]
    return [AthleteChange(athlete, REMOVED, value=False, changed_at=now, source=COMMAND), *outdated]
