"""What an athlete is judged by. A session keeps the judgement it began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from .scale import EffortMethod, EffortScale, exact
from .zones import ZoneBounds


class Sex(StrEnum):
    """As the load formula of Banister distinguishes."""

    FEMALE = "female"
    MALE = "male"


class Activity(StrEnum):
    """What is trained; each has a ceiling."""

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
    """Maximum heart rate from age. Each is uncertain by some 7 to 11 bpm (one standard error)."""

    TANAKA = "tanaka"
    """208 - 0.7 age; Tanaka, Monahan and Seals (2001)"""
    GELLISH = "gellish"
    """207 - 0.7 age; Gellish et al. (2007)"""
    NES = "nes"
    """211 - 0.64 age; Nes et al. (2013), the HUNT study"""
    FOX = "fox"
    """220 - age; Fox, Naughton and Haskell (1971)"""

    def maximum_bpm(self, age_years: int) -> Fraction:
        """Estimated maximum heart rate."""
        intercept, slope = _FORMULAS[self]
        return intercept - slope * age_years


_FORMULAS = {
    MaximumFormula.TANAKA: (Fraction(208), Fraction(70, 100)),
    MaximumFormula.GELLISH: (Fraction(207), Fraction(70, 100)),
    MaximumFormula.NES: (Fraction(211), Fraction(64, 100)),
    MaximumFormula.FOX: (Fraction(220), Fraction(1)),
}

_LOWEST_CEILING = Fraction(10, 100)

GIVEN = "given"
"""the source of a maximum that nobody estimated"""


@dataclass(frozen=True, slots=True)
class AthleteValues:
    """What is known of an athlete on a date, as declared; any of it may be unknown."""

    max_heart_rate: float | None = None
    max_heart_rate_formula: MaximumFormula = MaximumFormula.TANAKA
    birth_year: int | None = None
    resting_heart_rate: float | None = None
    effort_method: EffortMethod = EffortMethod.HRMAX
    ceiling: float | None = None
    """the athlete's own; where lower than an activity's, it wins"""
    conversational_from: float = 0.50
    conversational_to: float = 0.70
    hard_to: float = 0.85
    sex: Sex | None = None
    weight_kg: float | None = None


@dataclass(frozen=True)
class Judgement:
    """An athlete's values, resolved for a session: nothing in it is unknown but what may be."""

    max_heart_rate: Fraction
    max_heart_rate_source: str
    """`given`, or the formula it was estimated by"""
    resting_heart_rate: Fraction | None = None
    effort_method: EffortMethod = EffortMethod.HRMAX
    zones: ZoneBounds = field(default_factory=ZoneBounds)
    ceilings: Mapping[Activity, Fraction] = field(
        default_factory=lambda: {activity: exact(value) for activity, value in DEFAULT_CEILINGS.items()}
    )
    sex: Sex | None = None
    ceiling_lowered_by: Fraction = Fraction(0)
    """so much, after symptoms; `ceilings` are the lower ones then"""

    def lowered(self, by: Fraction) -> Judgement:
        """The same with every ceiling lower by so much effort, as after symptoms."""
        ceilings = {
            activity: max(ceiling - by, min(ceiling, _LOWEST_CEILING))
            for activity, ceiling in self.ceilings.items()
        }
        return replace(self, ceilings=ceilings, ceiling_lowered_by=by)

    @property
    def scale(self) -> EffortScale:
        """Heart rates on this athlete's scale."""
        return EffortScale.of(self.effort_method, self.max_heart_rate, self.resting_heart_rate)


def judge_by(values: AthleteValues, *, year: int, ceilings: Mapping[Activity, float]) -> Judgement:
    """Resolve what is known into what a session in `year` is judged by.

    Raises ValueError, in words for the athlete, where the maximum is unknown or values contradict.
    """
    if values.max_heart_rate is not None:
        maximum, source = exact(values.max_heart_rate), GIVEN
    elif values.birth_year is not None:
        formula = values.max_heart_rate_formula
        maximum, source = formula.maximum_bpm(year - values.birth_year), formula.value
    else:
        raise ValueError("neither max_heart_rate nor birth_year is known")
    resting = None if values.resting_heart_rate is None else exact(values.resting_heart_rate)
    if resting is not None and resting >= maximum:
        raise ValueError("resting_heart_rate must be below max_heart_rate")
    own = values.ceiling
    judgement = Judgement(
        max_heart_rate=maximum,
        max_heart_rate_source=source,
        resting_heart_rate=resting,
        effort_method=values.effort_method,
        zones=ZoneBounds(
            exact(values.conversational_from), exact(values.conversational_to), exact(values.hard_to)
        ),
        ceilings={
            activity: exact(ceiling if own is None else min(own, ceiling))
            for activity, ceiling in ceilings.items()
        },
        sex=values.sex,
    )
    judgement.scale  # noqa: B018 - refuses the reserve without a resting heart rate now, not at the first beat
    return judgement
