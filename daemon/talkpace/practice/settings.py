"""What the practice goes by. A piece that is None is switched off, and is then nowhere to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from .kinds import PIECES


@dataclass(frozen=True, slots=True)
class WeekSettings:
    """What a week amounts to."""

    first_weekday: int = 0
    """0 is Monday"""
    cardio_sessions: int = 2
    band_s: float = 1800.0
    """a cardio session counts from here on"""
    enough_s: float = 2700.0
    """and need not be longer than this"""
    share_at_or_under: float = 0.8
    """of the measured exercise, at or under the ceiling"""


@dataclass(frozen=True, slots=True)
class RestSettings:
    """Days of work, then one of rest."""

    days_on: int = 3
    hard_s: float = 600.0
    """a day is hard with so much above the conversational band"""


@dataclass(frozen=True, slots=True)
class SleepSettings:
    """Nights in hours, naps in minutes."""

    hours_from: float = 7.0
    hours_to: float = 9.0
    nap_minutes_from: float = 20.0
    nap_minutes_to: float = 30.0


@dataclass(frozen=True, slots=True)
class WaterSettings:
    """The day's water."""

    ml_per_kg: float = 32.6
    before_training_ml: float = 500.0


@dataclass(frozen=True, slots=True)
class SymptomSettings:
    """What follows from symptoms."""

    lower_ceiling_by: float = 0.10
    for_days: int = 3
    repeated: int = 3
    within_days: int = 14


@dataclass(frozen=True, slots=True)
class OwnSupplement:
    """One of the athlete's list, and when to be reminded of it, in local time."""

    name: str
    times: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """Every piece that is on."""

    week: WeekSettings | None = WeekSettings()
    rest: RestSettings | None = RestSettings()
    sleep: SleepSettings | None = SleepSettings()
    water: WaterSettings | None = WaterSettings()
    symptoms: SymptomSettings | None = SymptomSettings()
    supplements: tuple[OwnSupplement, ...] | None = ()
    load: bool = True
    context: bool = True
    readiness: bool = True
    breathing: bool = True

    def keeps(self, kind: str) -> bool:
        """Whether entries of a kind belong to a piece that is on."""
        piece = PIECES[kind]
        return piece is None or getattr(self, piece) not in {None, False}
