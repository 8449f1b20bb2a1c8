"""What the store gives back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it was kept. An open one has no `end` and no `summary`."""

    id: str
    athlete: str
    node: str
    activity: str
    start: datetime
    clock_synchronised: bool
    boot: str
    origin_ms: int
    judgement: str
    """JSON; see `judgement_from_json`"""
    strap_name: str
    strap_address: str
    end: datetime | None
    summary: str | None
    """JSON, as in section 7 of the contract"""
    discarded: bool
    """too short to count"""


@dataclass(frozen=True, slots=True)
class StrapRow:
    """A strap that was remembered by command (`paired_at`), or only seen as the configuration names it."""

    address: str
    athlete: str
    name: str
    battery_percent: int | None
    first_seen: datetime
    last_seen: datetime
    paired_at: datetime | None


@dataclass(frozen=True, slots=True)
class AthleteChange:
    """From `changed_at` on, an athlete's `key` has another value; None takes it back."""

    athlete: str
    key: str
    value: object
    """anything JSON can hold"""
    changed_at: datetime
    source: str
    """configuration, command, mqtt, …"""


def change_row(change: AthleteChange) -> dict[str, str]:
    """As it is written. Raises ValueError for what JSON cannot hold."""
    return {
        "athlete": change.athlete,
        "key": change.key,
        "value": json.dumps(change.value, allow_nan=False),
        "changed_at": change.changed_at.isoformat(),
        "source": change.source,
    }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A heart rate above the maximum in use was held; the athlete may want to adopt it."""

    session: str
    athlete: str
    max_heart_rate: int
    at: datetime
