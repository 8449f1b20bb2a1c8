"""Adds and changes athletes in the store, after the same checks for every way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from ..config.model import AthleteConfig, Configuration
from ..errors import ConfigurationError
from ..training.profile import require_profile
from ..validation import first_reason
from .athletes import AthleteHistory, configuration_changes
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
    if new and athlete in before.athletes:
        raise ConfigurationError(f"athlete {athlete!r} exists; change it with `talkpace athlete set`")
    if not new and athlete not in before.athletes:
        choices = ", ".join(before.athletes) or "none yet"
        raise ConfigurationError(f"there is no athlete {athlete!r}; choose from {choices}")
    changes = [AthleteChange(athlete, key, value, now, source) for key, value in values.items()]
    changed = before.with_changes(changes).latest(athlete)
    require_profile(athlete, changed, year=now.year, ceilings=configuration.ceilings.by_activity())
    store.add_athlete_changes([*declared, *changes])
