"""Settings of the habits. Every feature has a table with its own `enabled`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, tzinfo
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from ..habits import nap
from ..habits.settings import (
    BreathingMinutes,
    HabitsSettings,
    MorningMinutes,
    OwnSupplement,
    Pace,
    RatioText,
    RestSettings,
    SleepSettings,
    SupplementName,
    SymptomSettings,
    WaterSettings,
    WeekSettings,
)
from ..language.sentences import Language
from ..timestamps import time_zone
from ..training.calibration_load import Device
from .fields import Section, Slug

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _require_time_zone(name: str) -> str:
    try:
        if name:
            ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: a folder of the time zone database
        raise ValueError(f"{name!r} is not a time zone: use a name such as Europe/Berlin") from None
    return name


def _require_local(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("must be a local time without an offset, such as 08:00:00")
    return at


Zone = Annotated[str, AfterValidator(_require_time_zone)]


class WeekConfig(Section):
    """Weekly training targets."""

    enabled: bool = True
    """Whether to count cardio sessions, balance, and the share of time at or under the ceiling."""
    start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    """First day of the week."""
    cardio_sessions: Annotated[int, Field(ge=1, le=14)] = 2
    """Target number of cardio sessions a week; one counts with sessions.target_band_s in the zone."""
    share_at_or_under: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Target share of the week's measured exercise at or under the ceiling."""


class SignalsConfig(Section):
    """Signals during a session."""

    enabled: bool = True
    """Whether to signal sessions.target_band_s and `enough_s` in the conversational zone."""
    enough_s: Annotated[float, Field(ge=60, le=36000)] = 2700
    """Seconds in the conversational zone after which to finish."""


class RestConfig(Section):
    """Days of training, and days of rest or active recovery."""

    enabled: bool = True
    """Whether to plan days of rest."""
    days_on: Annotated[int, Field(ge=1, le=13)] = 3
    """Days of training in a row before a day of rest."""
    hard_minutes: Annotated[float, Field(ge=1, le=600)] = 10
    """Minutes above the conversational zone that make a day a hard one."""


class LoadConfig(Section):
    """Training load."""

    enabled: bool = True
    """Whether to compare the load of seven days with the four weeks before."""


class SleepGoalConfig(Section):
    """Sleep and naps."""

    enabled: bool = True
    """Whether to log sleep and compare it with the targets."""
    hours_from: Annotated[float, Field(ge=1, le=16)] = 7
    """Lower bound of the target for a night, in hours."""
    hours_to: Annotated[float, Field(ge=1, le=16)] = 9
    """Upper bound of the target for a night, in hours."""
    nap_minutes_from: Annotated[float, Field(ge=1, le=180)] = 20
    """Lower bound of the target for a nap, in minutes."""
    nap_minutes_to: Annotated[float, Field(ge=1, le=180)] = 30
    """Upper bound of the target for a nap, in minutes."""

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        if self.hours_from > self.hours_to or self.nap_minutes_from > self.nap_minutes_to:
            raise ValueError(
                "hours_from must be at most hours_to, and nap_minutes_from at most nap_minutes_to"
            )
        return self


class WaterGoalConfig(Section):
    """Drinking."""

    enabled: bool = True
    """Whether to log water and compare it with the target."""
    ml_per_kg: Annotated[float, Field(gt=0, le=100)] = 32.6
    """Daily target in ml for each kg of athletes.weight_kg (32.6: half the weight in lb as fl. oz)."""
    before_training_ml: Annotated[float, Field(ge=0, le=5000)] = 500
    """Remind of drinking if less is logged (ml) when a session starts; only if water is logged at all."""
    glass_ml: Annotated[float, Field(ge=10, le=2000)] = 250
    """Amount in ml that the button "a glass of water" logs."""


class SymptomsConfig(Section):
    """Symptoms."""

    enabled: bool = True
    """Whether symptoms can be logged, and lower the ceiling."""
    lower_ceiling_by: Annotated[float, Field(ge=0, le=0.3)] = 0.10
    """How far (effort) the ceiling is lowered after a symptom."""
    for_days: Annotated[int, Field(ge=1, le=14)] = 3
    """Days after the day of a symptom on which the ceiling stays lowered and rest is suggested."""
    repeated: Annotated[int, Field(ge=2, le=20)] = 3
    """Number of symptoms within `within_days` after which to advise seeing a physician."""
    within_days: Annotated[int, Field(ge=2, le=60)] = 14
    """Period in days for `repeated`."""


class SupplementsConfig(Section):
    """Supplements; each athlete's list is in [[habits.athletes]]."""

    enabled: bool = True
    """Whether to log supplements and remind of them, by LED and MQTT without a sound."""


class CircumstancesConfig(Section):
    """Circumstances that may cause gut symptoms: heat, little fluid, long hard exercise, some drugs."""

    enabled: bool = True
    """Whether they can be logged, and are shown with symptoms."""


class BreathingGuideConfig(Section):
    """Paced breathing, guided by LED, tone or terminal."""

    enabled: bool = True
    """Whether breathing exercises can be started."""
    pace: Pace = 6
    """Breaths per minute."""
    minutes: BreathingMinutes = 5
    """Duration of an exercise in minutes."""
    ratio: RatioText = "4:6"
    """Ratio of inhalation to exhalation."""
    low_hz: Annotated[int, Field(ge=100, le=8000)] = 330
    """Pitch of a passive buzzer with empty lungs; it rises with inhalation."""
    high_hz: Annotated[int, Field(ge=100, le=8000)] = 660
    """Pitch with full lungs; it falls with exhalation."""

    @model_validator(mode="after")
    def _check_pitch(self) -> Self:
        if self.low_hz > self.high_hz:
            raise ValueError("low_hz must not be above high_hz: swap them")
        return self


class NapTimerConfig(Section):
    """Nap timer. The alarm starts gently and sounds in quiet hours too."""

    enabled: bool = True
    """Whether a nap can be started."""
    minutes: Annotated[float, Field(ge=nap.SHORTEST_MIN, le=nap.LONGEST_MIN)] = 25
    """Duration of a nap in minutes."""


class MorningsConfig(Section):
    """Readiness: a morning measurement at rest, compared with the athlete's baseline."""

    enabled: bool = True
    """Whether a morning measurement can be started, and readiness is shown."""
    minutes: MorningMinutes = 2
    """Duration of a measurement in minutes; keep it the same, so that days can be compared."""
    settle_s: Annotated[float, Field(ge=0, le=300)] = 30
    """Seconds at rest with the strap on before the measurement begins."""


class CalibrationConfig(Section):
    """Calibration: a ramp with the talk test, from which a ceiling of one's own is proposed."""

    enabled: bool = True
    """Whether a calibration can be started."""
    device: Device = Device.BIKE
    """What is trained on: bike (shows watts), bike_levels (levels of resistance) or treadmill."""
    language: Language = Language.ENGLISH
    """Language of the instructions and of the texts to read aloud, as shown."""


class OwnSupplementConfig(Section):
    """A supplement of an athlete; talkpace gives no advice on doses."""

    name: SupplementName
    """Name, as shown and logged."""
    times: list[Annotated[time, AfterValidator(_require_local)]] = Field(default=[], max_length=12)
    """Local times of the daily reminders; none by default."""


class AthleteHabitsConfig(Section):
    """Habits settings of one athlete."""

    athlete: Slug
    """Id of the athlete."""
    timezone: Zone = ""
    """Time zone of the athlete's days; habits.timezone by default."""
    supplements: list[OwnSupplementConfig] = Field(default=[], max_length=30)
    """Supplements of the athlete."""

    @model_validator(mode="after")
    def _check_supplement_names(self) -> Self:
        names = [supplement.name.casefold() for supplement in self.supplements]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.athlete!r} has two supplements of one name: put all times into one")
        return self


class HabitsConfig(Section):
    """The habits around the sessions. Each feature has a table below with its own `enabled`."""

    enabled: bool = True
    """Whether any habits feature is on."""
    timezone: Zone = ""
    """Time zone of the household's days, such as Europe/Berlin; the host's by default."""
    athletes: list[AthleteHabitsConfig] = Field(default=[])
    """Settings of single athletes."""
    week: WeekConfig = WeekConfig()
    """Weekly training targets."""
    signals: SignalsConfig = SignalsConfig()
    """Signals during a session."""
    rest: RestConfig = RestConfig()
    """Days of training and of rest."""
    load: LoadConfig = LoadConfig()
    """Training load."""
    sleep: SleepGoalConfig = SleepGoalConfig()
    """Sleep and naps."""
    water: WaterGoalConfig = WaterGoalConfig()
    """Drinking."""
    symptoms: SymptomsConfig = SymptomsConfig()
    """Symptoms."""
    supplements: SupplementsConfig = SupplementsConfig()
    """Supplements."""
    context: CircumstancesConfig = CircumstancesConfig()
    """Circumstances that may cause gut symptoms."""
    breathing: BreathingGuideConfig = BreathingGuideConfig()
    """Paced breathing."""
    nap: NapTimerConfig = NapTimerConfig()
    """The nap timer."""
    readiness: MorningsConfig = MorningsConfig()
    """Morning measurement."""
    calibration: CalibrationConfig = CalibrationConfig()
    """Calibration of the ceiling."""

    @model_validator(mode="after")
    def _check_athletes(self) -> Self:
        ids = [one.athlete for one in self.athletes]
        if len(set(ids)) < len(ids):
            raise ValueError("two [[habits.athletes]] tables name one athlete: merge them")
        return self

    def for_athlete(self, athlete: str) -> AthleteHabitsConfig:
        """Return the settings of one athlete; defaults if none are set."""
        match = next((one for one in self.athletes if one.athlete == athlete), None)
        return match or AthleteHabitsConfig(athlete=athlete)

    def zone_of(self, athlete: str, environ: Mapping[str, str]) -> tzinfo:
        """Return an athlete's time zone: the athlete's own, else the household's, else the host's."""
        return time_zone(self.for_athlete(athlete).timezone or self.timezone, environ)

    def settings(self, athlete: str, *, target_band_s: float) -> HabitsSettings:
        """Return the settings of one athlete for `talkpace.habits`."""
        on, week, sleep, symptoms = self.is_enabled, self.week, self.sleep, self.symptoms
        return HabitsSettings(
            week=WeekSettings(
                first_weekday=WEEKDAYS.index(week.start),
                cardio_sessions=week.cardio_sessions,
                band_s=target_band_s,
                enough_s=max(target_band_s, self.signals.enough_s),
                share_at_or_under=week.share_at_or_under,
            )
            if on("week")
            else None,
            rest=RestSettings(self.rest.days_on, self.rest.hard_minutes * 60) if on("rest") else None,
            sleep=SleepSettings(
                sleep.hours_from, sleep.hours_to, sleep.nap_minutes_from, sleep.nap_minutes_to
            )
            if on("sleep")
            else None,
            water=WaterSettings(self.water.ml_per_kg, self.water.before_training_ml) if on("water") else None,
            symptoms=SymptomSettings(
                symptoms.lower_ceiling_by, symptoms.for_days, symptoms.repeated, symptoms.within_days
            )
            if on("symptoms")
            else None,
            supplements=self._supplements(athlete) if on("supplements") else None,
            load=on("load"),
            context=on("context"),
            readiness=on("readiness"),
            breathing=on("breathing"),
            calibration=on("calibration"),
        )

    def _supplements(self, athlete: str) -> tuple[OwnSupplement, ...]:
        supplements = self.for_athlete(athlete).supplements
        return tuple(OwnSupplement(each.name, tuple(sorted(set(each.times)))) for each in supplements)

    def is_enabled(self, feature: str) -> bool:
        """Whether a feature is on, by the name of its table."""
        return self.enabled and bool(getattr(self, feature).enabled)

    @property
    def disabled_topics(self) -> list[str]:
        """Topics of the features that are off; a broker may still hold retained messages there."""
        off = [name for name in ("breathing", "nap", "readiness", "calibration") if not self.is_enabled(name)]
        return off if self.enabled_features else ["habits", *off]

    @property
    def enabled_features(self) -> list[str]:
        """Names of the tables of all features that are on."""
        tables = [name for name in type(self).model_fields if hasattr(getattr(self, name), "enabled")]
        return [name for name in tables if self.is_enabled(name)]
