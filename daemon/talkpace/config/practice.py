"""What is set of the practice: each piece can be switched off, each figure changed."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from ..practice.entries import Name
from ..practice.settings import OwnSupplement as OfList
from ..practice.settings import (
    PracticeSettings,
    RestSettings,
    SleepSettings,
    SymptomSettings,
    WaterSettings,
    WeekSettings,
)
from .guides import BreathingGuide, Mornings, NapTimer
from .kinds import Section, Slug

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _known_zone(name: str) -> str:
    try:
        if name:
            ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such name, one that can't be, a folder of the database
        raise ValueError(f"{name!r} is no time zone (like Europe/Berlin)") from None
    return name


def _local(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("times are local, without an offset")
    return at


Zone = Annotated[str, AfterValidator(_known_zone)]


class Week(Section):
    """What a week amounts to."""

    enabled: bool = True
    """The week's count of cardio sessions, its balance, and its share at or under the ceiling."""
    start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    """The first day of a week."""
    cardio_sessions: Annotated[int, Field(ge=1, le=14)] = 2
    """So many cardio sessions a week, at least; one counts with sessions.target_band_s in the band."""
    share_at_or_under: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Less of the week's measured exercise at or under the ceiling is pointed out."""


class Signals(Section):
    """Signals within a session."""

    enabled: bool = True
    """One when sessions.target_band_s in the conversational band are reached, another at `enough_s`."""
    enough_s: Annotated[float, Field(ge=60, le=36000)] = 2700
    """Seconds in the band after which the advice is to finish."""


class Rest(Section):
    """Days of work, and of recovery or active rest."""

    enabled: bool = True
    """Whether to say what today is."""
    days_on: Annotated[int, Field(ge=1, le=13)] = 3
    """So many days of varied work, then one of rest."""
    hard_minutes: Annotated[float, Field(ge=1, le=600)] = 10
    """A day is hard with so many minutes above the conversational band."""


class Load(Section):
    """Training load over weeks."""

    enabled: bool = True
    """Whether to compare this week's load with the four weeks before."""


class SleepGoal(Section):
    """Sleep and naps."""

    enabled: bool = True
    """Whether to keep and compare them."""
    hours_from: Annotated[float, Field(ge=1, le=16)] = 7
    """Hours of sleep a night, from."""
    hours_to: Annotated[float, Field(ge=1, le=16)] = 9
    """And to."""
    nap_minutes_from: Annotated[float, Field(ge=1, le=180)] = 20
    """Minutes of a nap, from."""
    nap_minutes_to: Annotated[float, Field(ge=1, le=180)] = 30
    """And to."""

    @model_validator(mode="after")
    def _ascend(self) -> Self:
        if self.hours_from > self.hours_to or self.nap_minutes_from > self.nap_minutes_to:
            raise ValueError("what goes from … to … must not descend")
        return self


class WaterGoal(Section):
    """Water."""

    enabled: bool = True
    """Whether to count it."""
    ml_per_kg: Annotated[float, Field(gt=0, le=100)] = 32.6
    """The day's target in ml for each kg of athletes.weight_kg: half the weight (lb) in ounces."""
    before_training_ml: Annotated[float, Field(ge=0, le=5000)] = 500
    """Who keeps a water log and has drunk less by a session's start is reminded."""
    glass_ml: Annotated[float, Field(ge=10, le=2000)] = 250
    """What the button "a glass of water" stands for."""


class Symptoms(Section):
    """Listening to the body."""

    enabled: bool = True
    """Whether symptoms can be logged, and are heeded."""
    lower_ceiling_by: Annotated[float, Field(ge=0, le=0.3)] = 0.10
    """The ceiling is so much lower after a symptom."""
    for_days: Annotated[int, Field(ge=1, le=14)] = 3
    """For the rest of its day and so many days after it, on which rest is suggested."""
    repeated: Annotated[int, Field(ge=2, le=20)] = 3
    """So many symptoms within `within_days`, or a severe one: the advice to see a physician."""
    within_days: Annotated[int, Field(ge=2, le=60)] = 14
    """See `repeated`."""


class Supplements(Section):
    """The athletes' own lists; see [[practice.athletes]]."""

    enabled: bool = True
    """Whether to remind (by light and MQTT, without a sound) and to keep a log."""


class Circumstances(Section):
    """What may make exercise harder on the gut: heat, little fluid, long hard bouts, some drugs."""

    enabled: bool = True
    """Whether they can be noted, and are shown beside symptoms."""


class OwnSupplement(Section):
    """One of an athlete's supplements. What and how much is between the athlete and a physician."""

    name: Name
    """As it is shown and logged."""
    times: list[Annotated[time, AfterValidator(_local)]] = Field(default=[], max_length=12)
    """Local times of a daily reminder; none by default."""


class PracticeAthlete(Section):
    """What differs from athlete to athlete."""

    athlete: Slug
    """Whom it is about."""
    timezone: Zone = ""
    """Where the athlete's days begin; practice.timezone by default."""
    supplements: list[OwnSupplement] = Field(default=[], max_length=30)
    """The athlete's own list."""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [supplement.name.casefold() for supplement in self.supplements]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.athlete!r} has a supplement twice: give one all its times")
        return self


class Practice(Section):
    """The habits around the sessions. Each piece below can be switched off by its own `enabled`."""

    enabled: bool = True
    """All of it."""
    timezone: Zone = ""
    """Where days begin, such as Europe/Berlin; the host's by default."""
    athletes: list[PracticeAthlete] = Field(default=[])
    """Time zones and supplements of single athletes."""
    week: Week = Week()
    """What a week amounts to."""
    signals: Signals = Signals()
    """Signals within a session."""
    rest: Rest = Rest()
    """Days of work, and of rest."""
    load: Load = Load()
    """Training load over weeks."""
    sleep: SleepGoal = SleepGoal()
    """Sleep and naps."""
    water: WaterGoal = WaterGoal()
    """Water."""
    symptoms: Symptoms = Symptoms()
    """Listening to the body."""
    supplements: Supplements = Supplements()
    """The athletes' own lists."""
    context: Circumstances = Circumstances()
    """What may make exercise harder on the gut."""
    breathing: BreathingGuide = BreathingGuide()
    """Deep breathing."""
    nap: NapTimer = NapTimer()
    """The nap timer."""
    readiness: Mornings = Mornings()
    """A measurement in the morning."""

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        ids = [one.athlete for one in self.athletes]
        if len(set(ids)) < len(ids):
            raise ValueError("an athlete is named twice in [[practice.athletes]]")
        return self

    def of(self, athlete: str) -> PracticeAthlete:
        """What is set of one athlete; all defaults where nothing is."""
        found = next((one for one in self.athletes if one.athlete == athlete), None)
        return found or PracticeAthlete(athlete=athlete)

    def settings(self, athlete: str, *, target_band_s: float) -> PracticeSettings:
        """As the core takes them."""
        week, rest, sleep, water, symptoms = self.week, self.rest, self.sleep, self.water, self.symptoms
        own = [OfList(one.name, tuple(sorted(set(one.times)))) for one in self.of(athlete).supplements]
        return PracticeSettings(
            week=WeekSettings(
                WEEKDAYS.index(week.start),
                week.cardio_sessions,
                target_band_s,
                max(target_band_s, self.signals.enough_s),
                week.share_at_or_under,
            )
            if self.has("week")
            else None,
            rest=RestSettings(rest.days_on, rest.hard_minutes * 60) if self.has("rest") else None,
            sleep=SleepSettings(
                sleep.hours_from, sleep.hours_to, sleep.nap_minutes_from, sleep.nap_minutes_to
            )
            if self.has("sleep")
            else None,
            water=WaterSettings(water.ml_per_kg, water.before_training_ml) if self.has("water") else None,
            symptoms=SymptomSettings(
                symptoms.lower_ceiling_by, symptoms.for_days, symptoms.repeated, symptoms.within_days
            )
            if self.has("symptoms")
            else None,
            supplements=tuple(own) if self.has("supplements") else None,
            load=self.has("load"),
            context=self.has("context"),
            readiness=self.has("readiness"),
            breathing=self.has("breathing"),
        )

    def has(self, piece: str) -> bool:
        """Whether a piece, by its table's name, is on."""
        return self.enabled and bool(getattr(self, piece).enabled)

    @property
    def topics_off(self) -> list[str]:
        """The topics of what is switched off, which a broker may still remember."""
        off = [piece for piece in ("breathing", "nap", "readiness") if not self.has(piece)]
        return off if self.pieces else ["practice", *off]

    @property
    def pieces(self) -> list[str]:
        """The tables of all that is on."""
        tables = [name for name in type(self).model_fields if hasattr(getattr(self, name), "enabled")]
        return [name for name in tables if self.has(name)]
