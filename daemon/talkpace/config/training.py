"""Settings of athletes, warnings, sessions and ceilings. Key names carry the units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from pydantic.functional_validators import AfterValidator

from ..text import require_printable
from ..training.effort_zones import EffortMethod, ZoneBounds, to_fraction
from ..training.profile import DEFAULT_CEILINGS, Activity, AthleteValues, MaximumFormula, Sex, require_profile
from ..training.rules import SessionRules, WarningRules
from .fields import BPM, Address, Effort, Section, Slug, not_in_future


class AthleteConfig(Section):
    """An athlete. Values can also be set by command; the latest change wins."""

    id: Slug
    """Id in commands and MQTT topics: a-z, 0-9 and hyphens."""
    name: Annotated[str, AfterValidator(require_printable)] = ""
    """Display name; the id by default."""
    straps: list[Address] = Field(default=[])
    """Bluetooth addresses of the athlete's straps; those paired with `talkpace pair` need not be listed."""
    max_heart_rate: BPM | None = None
    """Maximum heart rate in bpm, best a measured one; estimated from `birth_year` if not set."""
    max_heart_rate_formula: MaximumFormula | None = None
    """Formula of the estimate: tanaka (default), gellish, nes or fox; standard error some 10 bpm."""
    birth_year: Annotated[int, Field(ge=1900, le=2100), AfterValidator(not_in_future)] | None = None
    """Year of birth, to estimate the maximum heart rate."""
    resting_heart_rate: BPM | None = None
    """Resting heart rate in bpm, for effort_method = "reserve" and Banister's training load."""
    effort_method: EffortMethod | None = None
    """hrmax (default): fraction of maximum heart rate; reserve: of heart-rate reserve (Karvonen)."""
    ceiling: Effort | None = None
    """The athlete's own ceiling; the lower of this and the activity's is used."""
    conversational_from: Effort | None = None
    """Lower bound of the conversational zone (effort, default 0.50)."""
    conversational_to: Effort | None = None
    """Upper bound of the conversational zone (effort, default 0.70)."""
    hard_to: Effort | None = None
    """Upper bound of the hard zone (effort, default 0.85)."""
    sex: Sex | None = None
    """female or male, for Banister's training load; the mean of both if not set."""
    weight_kg: Annotated[float, Field(gt=20, le=400)] | None = None
    """Body mass in kg, for the daily water target."""
    heart_rate_drug: bool | None = None
    """Whether you take a drug that limits the heart rate, such as a beta-blocker. If so, no formula from age
    is used: set max_heart_rate and ceiling; HRV and readiness do not apply."""
    irregular_rhythm: bool | None = None
    """Whether your heart rhythm is irregular, as in atrial fibrillation. The same then holds."""

    def check_zones(self) -> None:
        """Raise ValueError if the zone bounds do not ascend; bounds that are not set are the defaults."""
        default = ZoneBounds()
        try:
            ZoneBounds(
                default.conversational_from
                if (low := self.conversational_from) is None
                else to_fraction(low),
                default.conversational_to if (high := self.conversational_to) is None else to_fraction(high),
                default.hard_to if (hard := self.hard_to) is None else to_fraction(hard),
            )
        except ValueError as error:
            raise ValueError(f"athlete {self.id!r}: {error}") from None

    def values(self) -> AthleteValues:
        """Return the values that this table sets; the others are the defaults."""
        keys = AthleteValues.__dataclass_fields__.keys()
        return AthleteValues(**{key: value for key, value in self if key in keys and value is not None})

    def profile_values(self) -> dict[str, object]:
        """Return the profile values that this table sets, by name, as JSON values."""
        keys = AthleteValues.__dataclass_fields__.keys()
        return {
            key: value
            for key, value in self.model_dump(mode="json").items()
            if key in keys and value is not None
        }


class WarningsConfig(Section):
    """When warnings are raised. Efforts are fractions, as set by effort_method."""

    warn_after_s: Annotated[float, Field(ge=0, le=120)] = 5
    """Seconds above the ceiling until a warning is raised."""
    clear_after_s: Annotated[float, Field(ge=0, le=300)] = 10
    """Seconds at or below ceiling - margin until the warning is cleared."""
    margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.02
    """How far (effort) below the ceiling a warning is cleared."""
    start_grace_s: Annotated[float, Field(ge=0, le=600)] = 20
    """Seconds without warnings at the start of a session, as a dry strap reports wrong values."""
    repeat_every_s: Annotated[float, Field(ge=5, le=3600)] = 30
    """Seconds between repetitions of a warning while it lasts."""
    approaching_margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.03
    """How far (effort) below the ceiling the LED shows `approaching`; without a sound."""
    signal_lost_after_s: Annotated[float, Field(ge=6, le=120)] = 10
    """Seconds without a heart rate or skin contact until the signal counts as lost."""

    def rules(self) -> WarningRules:
        """Return the rules for raising warnings."""
        return WarningRules(
            warn_after_ms=_ms(self.warn_after_s),
            clear_after_ms=_ms(self.clear_after_s),
            margin=to_fraction(self.margin),
            start_grace_ms=_ms(self.start_grace_s),
            repeat_every_ms=_ms(self.repeat_every_s),
            approaching_margin=to_fraction(self.approaching_margin),
            signal_lost_after_ms=_ms(self.signal_lost_after_s),
        )


class SessionsConfig(Section):
    """When a session ends, and which sessions count."""

    end_after_s: Annotated[float, Field(ge=30, le=3600)] = 180
    """Seconds without a heart rate until the session ends."""
    min_duration_s: Annotated[float, Field(ge=0, le=3600)] = 120
    """Shorter sessions (seconds) are discarded: not published, and deleted after a week."""
    target_band_s: Annotated[float, Field(ge=0, le=36000)] = 1800
    """Target time in the conversational zone of a session, in seconds."""

    def rules(self) -> SessionRules:
        """Return the rules for a session's end."""
        return SessionRules(_ms(self.end_after_s), _ms(self.min_duration_s), _ms(self.target_band_s))


class CeilingsConfig(Section):
    """The effort ceiling of each activity."""

    cardio: Effort = DEFAULT_CEILINGS[Activity.CARDIO]
    """Cycling, running, rowing."""
    strength: Effort = DEFAULT_CEILINGS[Activity.STRENGTH]
    """Low-intensity strength training."""
    mindful: Effort = DEFAULT_CEILINGS[Activity.MINDFUL]
    """Yoga, tai chi, breathwork."""
    recovery: Effort = DEFAULT_CEILINGS[Activity.RECOVERY]
    """Active rest."""

    def by_activity(self) -> dict[Activity, float]:
        """Return the ceilings by activity."""
        return {activity: getattr(self, activity.value) for activity in Activity}


def check_profiles(athletes: Iterable[AthleteConfig], ceilings: CeilingsConfig, *, year: int) -> None:
    """Raise ConfigurationError where the values of an athlete contradict each other.

    One without max_heart_rate and birth_year passes: these may have been set by command.
    """
    for athlete in athletes:
        values = athlete.values()
        if values.max_heart_rate is None and values.birth_year is None:
            continue
        require_profile(athlete.id, values, year=year, ceilings=ceilings.by_activity())


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
