"""Settings of the habits, as their functions take them, and the ranges of their values.

Imports no entries and no status, as every command reads the configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from ..text import require_printable

FEATURES: Mapping[str, str | None] = MappingProxyType(
    {
        "sleep": "sleep",
        "nap": "sleep",
        "water": "water",
        "supplement": "supplements",
        "symptom": "symptoms",
        "context": "context",
        "breathing": "breathing",
        "readiness": "readiness",
        "calibration": "calibration",
        "activity": None,
        "note": None,
    }
)
"""by kind the feature it belongs to; None: on while any feature is on"""

SLOWEST, FASTEST = 4.0, 7.0
"""breaths per minute"""
LONGEST_BREATHING_MIN = 60.0
SHORTEST_MORNING_MIN, LONGEST_MORNING_MIN = 1.0, 10.0
"""duration of a morning measurement"""
_LEAST_SHARE, _MOST_SHARE = 0.25, 0.75

Pace = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]
BreathingMinutes = Annotated[float, Field(gt=0, le=LONGEST_BREATHING_MIN)]
MorningMinutes = Annotated[float, Field(ge=SHORTEST_MORNING_MIN, le=LONGEST_MORNING_MIN)]
SupplementName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(require_printable),
]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ratio of inhalation to exhalation, such as 4 to 6."""

    inhale: float = 4.0
    exhale: float = 6.0

    def __post_init__(self) -> None:
        if not (self.inhale > 0 and self.exhale > 0 and _LEAST_SHARE <= self.share <= _MOST_SHARE):
            raise ValueError("the ratio of inhale to exhale must be between 1:3 and 3:1, such as 4:6")

    @property
    def share(self) -> float:
        """Share of a breath that is inhalation."""
        return self.inhale / (self.inhale + self.exhale)

    @classmethod
    def of(cls, text: str) -> Ratio:
        """Parse text such as `4:6`. Raises ValueError."""
        try:
            inhale, exhale = (float(part) for part in text.split(":"))
        except ValueError:
            raise ValueError(f"{text[:20]!r} is not a ratio of inhale to exhale: write it as 4:6") from None
        return cls(inhale, exhale)

    def __str__(self) -> str:
        return f"{self.inhale:g}:{self.exhale:g}"


DEFAULT_RATIO = Ratio()
RatioText = Annotated[str, AfterValidator(lambda text: str(Ratio.of(text)))]
"""a ratio such as `4:6`"""


@dataclass(frozen=True, slots=True)
class WeekSettings:
    """Weekly training targets."""

    first_weekday: int = 0
    """0 is Monday"""
    cardio_sessions: int = 2
    band_s: float = 1800.0
    """time in the conversational zone from which a cardio session counts"""
    enough_s: float = 2700.0
    """time in the conversational zone after which to finish"""
    share_at_or_under: float = 0.8
    """target share of the measured exercise at or under the ceiling"""


@dataclass(frozen=True, slots=True)
class RestSettings:
    """Days of training and of rest."""

    days_on: int = 3
    hard_s: float = 600.0
    """time above the conversational zone that makes a day hard"""


@dataclass(frozen=True, slots=True)
class SleepSettings:
    """Targets: nights in hours, naps in minutes."""

    hours_from: float = 7.0
    hours_to: float = 9.0
    nap_minutes_from: float = 20.0
    nap_minutes_to: float = 30.0


@dataclass(frozen=True, slots=True)
class WaterSettings:
    """Daily water target, and the amount before training."""

    ml_per_kg: float = 32.6
    before_training_ml: float = 500.0


@dataclass(frozen=True, slots=True)
class SymptomSettings:
    """Consequences of symptoms; see [habits.symptoms]."""

    lower_ceiling_by: float = 0.10
    for_days: int = 3
    repeated: int = 3
    within_days: int = 14


@dataclass(frozen=True, slots=True)
class OwnSupplement:
    """A supplement of an athlete, and the local times of its reminders."""

    name: str
    times: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True)
class HabitsSettings:
    """Settings by feature; None or False: the feature is off."""

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
    calibration: bool = True

    def logs(self, kind: str) -> bool:
        """Whether entries of a kind belong to a feature that is on."""
        feature = FEATURES[kind]
        return feature is None or getattr(self, feature) not in {None, False}
