"""An athlete's values, and the profile that they resolve to: the thresholds of a session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from ..errors import ConfigurationError
from .effort_zones import EffortMethod, EffortScale, ZoneBounds, to_fraction
from .heart_condition import MAXIMUM_NEEDED, why_no_hrv

_log = logging.getLogger(__name__)


class Sex(StrEnum):
    """Sex, as Banister's load formula distinguishes it."""

    FEMALE = "female"
    MALE = "male"


class Activity(StrEnum):
    """A kind of training; each has its ceiling."""

    CARDIO = "cardio"
    STRENGTH = "strength"
    MINDFUL = "mindful"
    RECOVERY = "recovery"


DEFAULT_CEILINGS: Mapping[Activity, float] = {
    Activity.CARDIO: 0.70,
    Activity.STRENGTH: 0.50,
    Activity.MINDFUL: 0.50,
    Activity.RECOVERY: 0.60,
}


class MaximumFormula(StrEnum):
    """Formulas of the maximum heart rate from age, with a standard error of 7 to 11 bpm."""

    TANAKA = "tanaka"
    """208 - 0.7 age; Tanaka, Monahan and Seals (2001)"""
    GELLISH = "gellish"
    """207 - 0.7 age; Gellish et al. (2007)"""
    NES = "nes"
    """211 - 0.64 age; Nes et al. (2013), the HUNT study"""
    FOX = "fox"
    """220 - age; Fox, Naughton and Haskell (1971)"""

    def maximum_bpm(self, age_years: int) -> Fraction:
        """Return the estimated maximum heart rate in bpm."""
        intercept, slope = _FORMULAS[self]
        return intercept - slope * age_years


_FORMULAS = {
    MaximumFormula.TANAKA: (Fraction(208), Fraction(70, 100)),
    MaximumFormula.GELLISH: (Fraction(207), Fraction(70, 100)),
    MaximumFormula.NES: (Fraction(211), Fraction(64, 100)),
    MaximumFormula.FOX: (Fraction(220), Fraction(1)),
}

_LOWEST_CEILING = Fraction(10, 100)

GUEST_MAXIMUM_BPM = MaximumFormula.TANAKA.maximum_bpm(60)
"""166 bpm, of a guest of whom nothing is known: low, so that for most people it warns early and not late"""
GUEST_MAXIMUM = "guest_default"
"""source of that maximum"""
MAXIMUM_GIVEN = "given"
"""source of a maximum heart rate that was not estimated"""


@dataclass(frozen=True, slots=True)
class AthleteValues:
    """An athlete's values on a date, as configured or set by command; None where unknown."""

    max_heart_rate: float | None = None
    max_heart_rate_formula: MaximumFormula = MaximumFormula.TANAKA
    birth_year: int | None = None
    resting_heart_rate: float | None = None
    effort_method: EffortMethod = EffortMethod.HRMAX
    ceiling: float | None = None
    """personal ceiling; applies where it is lower than the activity's"""
    conversational_from: float = 0.50
    conversational_to: float = 0.70
    hard_to: float = 0.85
    sex: Sex | None = None
    weight_kg: float | None = None
    heart_rate_drug: bool = False
    """takes a drug that limits the heart rate, such as a beta-blocker"""
    irregular_rhythm: bool = False
    guest_until: datetime | None = None
    """when a guest's day ends; None of everybody else"""

    @property
    def hrv_reason(self) -> str | None:
        """Why HRV and readiness do not apply; None where they do."""
        return why_no_hrv(heart_rate_drug=self.heart_rate_drug, irregular_rhythm=self.irregular_rhythm)

    @property
    def lacks_own_ceiling(self) -> bool:
        """Whether no formula fits this athlete, and there is no ceiling of their own."""
        return self.hrv_reason is not None and self.ceiling is None


@dataclass(frozen=True)
class AthleteProfile:
    """The resolved thresholds that a session is measured by, from its start to its end.

    Raises ValueError for the reserve without a resting heart rate below the maximum.
    """

    max_heart_rate: Fraction
    max_heart_rate_source: str
    """`given`, or the formula it was estimated by"""
    resting_heart_rate: Fraction | None = None
    effort_method: EffortMethod = EffortMethod.HRMAX
    zones: ZoneBounds = field(default_factory=ZoneBounds)
    ceilings: Mapping[Activity, Fraction] = field(
        default_factory=lambda: {activity: to_fraction(value) for activity, value in DEFAULT_CEILINGS.items()}
    )
    sex: Sex | None = None
    ceiling_lowered_by: Fraction = Fraction(0)
    """effort taken off every ceiling, after symptoms; already applied in `ceilings`"""
    hrv_reason: str | None = None
    """why HRV does not apply to the athlete; None where it does"""
    scale: EffortScale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the scale from method, maximum and resting heart rate."""
        scale = EffortScale.of(self.effort_method, self.max_heart_rate, self.resting_heart_rate)
        object.__setattr__(self, "scale", scale)

    def with_lower_ceilings(self, by: Fraction) -> AthleteProfile:
        """Return a copy with every ceiling lower by this effort, but not below 0.10."""
        ceilings = {
            activity: max(ceiling - by, min(ceiling, _LOWEST_CEILING))
            for activity, ceiling in self.ceilings.items()
        }
        return replace(self, ceilings=ceilings, ceiling_lowered_by=by)


def resolve_profile(
    values: AthleteValues, *, year: int, ceilings: Mapping[Activity, float]
) -> AthleteProfile:
    """Resolve an athlete's values into the profile of a session in `year`.

    Raises ValueError where the maximum heart rate is unknown or values contradict each other.
    """
    if values.max_heart_rate is not None:
        maximum, source = to_fraction(values.max_heart_rate), MAXIMUM_GIVEN
    elif values.hrv_reason is not None:
        raise ValueError(MAXIMUM_NEEDED)
    elif values.birth_year is not None:
        formula = values.max_heart_rate_formula
        maximum, source = formula.maximum_bpm(year - values.birth_year), formula.value
    elif values.guest_until is not None:
        maximum, source = GUEST_MAXIMUM_BPM, GUEST_MAXIMUM
    else:
        raise ValueError("neither max_heart_rate nor birth_year is known")
    resting = None if values.resting_heart_rate is None else to_fraction(values.resting_heart_rate)
    if resting is not None and resting >= maximum:
        raise ValueError("resting_heart_rate must be below max_heart_rate")
    personal = values.ceiling
    return AthleteProfile(
        max_heart_rate=maximum,
        max_heart_rate_source=source,
        resting_heart_rate=resting,
        effort_method=values.effort_method,
        zones=ZoneBounds(
            to_fraction(values.conversational_from),
            to_fraction(values.conversational_to),
            to_fraction(values.hard_to),
        ),
        ceilings={
            activity: to_fraction(ceiling if personal is None else min(personal, ceiling))
            for activity, ceiling in ceilings.items()
        },
        sex=values.sex,
        hrv_reason=values.hrv_reason,
    )


def require_profile(
    athlete: str, values: AthleteValues, *, year: int, ceilings: Mapping[Activity, float]
) -> AthleteProfile:
    """Resolve the profile, or raise ConfigurationError with the athlete's id and the reason."""
    try:
        return resolve_profile(values, year=year, ceilings=ceilings)
    except ValueError as error:
        raise ConfigurationError(f"athlete {athlete}: {error}") from None


CurrentValues = Callable[[str], AthleteValues]
"""returns an athlete's current values"""

CeilingReduction = Callable[[str, datetime], Fraction]
"""returns the effort by which an athlete's ceilings are lowered at a date, as after symptoms"""

_FIRST_YEAR = 2026
"""An earlier year comes from a wrong clock, and must not make an athlete younger."""


class ProfileResolver:
    """Resolves an athlete's profile at each session start; with invalid values the last valid one applies."""

    def __init__(
        self,
        athlete: str,
        values: CurrentValues,
        ceilings: Mapping[Activity, float],
        *,
        at: datetime,
        ceiling_reduction: CeilingReduction = lambda _athlete, _at: Fraction(0),
    ) -> None:
        """Raises ConfigurationError where the values do not resolve at `at`."""
        self._ceiling_reduction = ceiling_reduction
        self._athlete = athlete
        self._values = values
        self._ceilings = ceilings
        self._last = self._resolve(at)

    def set_ceilings(self, ceilings: Mapping[Activity, float]) -> None:
        """Replace the activities' ceilings, for profiles from now on."""
        self._ceilings = ceilings

    def __call__(self, at: datetime) -> AthleteProfile:
        """Return the profile of a session that starts at this date."""
        try:
            self._last = self._resolve(at)
        except ConfigurationError:
            _log.exception(
                "athlete %s: values are invalid, keeping the previous profile; see `talkpace athlete show`",
                self._athlete,
            )
        return self._last

    def _resolve(self, at: datetime) -> AthleteProfile:
        values = self._values(self._athlete)
        profile = require_profile(
            self._athlete, values, year=max(at.year, _FIRST_YEAR), ceilings=self._ceilings
        )
        by = self._ceiling_reduction(self._athlete, at)
        return profile.with_lower_ceilings(by) if by else profile
