"""What is set of athletes, warnings and sessions. Units are in the names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.functional_validators import AfterValidator

from ..effort.athlete import DEFAULT_CEILINGS, Activity, AthleteValues, MaximumFormula, Sex
from ..effort.rules import SessionRules, WarningRules
from ..effort.scale import EffortMethod, exact
from ..effort.zones import ZoneBounds
from .kinds import BPM, Address, Effort, Section, Slug, past, printable


class Athlete(Section):
    """Someone who trains. Values can also be set by command; the latest change holds."""

    id: Slug
    """The athlete's name in commands and MQTT topics."""
    name: Annotated[str, AfterValidator(printable)] = ""
    """As it is shown; the id by default."""
    straps: list[Address] = Field(default=[])
    """Addresses of the athlete's straps; `talkpace pair` remembers others without this."""
    max_heart_rate: BPM | None = None
    """Maximum heart rate in bpm, best measured. Without it, it is estimated from `birth_year`."""
    max_heart_rate_formula: MaximumFormula | None = None
    """tanaka (default), gellish, nes or fox; each may be wrong by some 10 bpm."""
    birth_year: Annotated[int, Field(ge=1900, le=2100), AfterValidator(past)] | None = None
    """For the estimate."""
    resting_heart_rate: BPM | None = None
    """In bpm; needed by effort_method = "reserve" and for Banister's training load."""
    effort_method: EffortMethod | None = None
    """hrmax (default): of maximum heart rate; reserve: of heart-rate reserve, after Karvonen."""
    ceiling: Effort | None = None
    """The athlete's own ceiling; where lower than the activity's, it wins."""
    conversational_from: Effort | None = None
    """Effort where the conversational zone begins (0.50)."""
    conversational_to: Effort | None = None
    """Effort where it ends (0.70)."""
    hard_to: Effort | None = None
    """Effort where the hard zone ends (0.85)."""
    sex: Sex | None = None
    """female or male, for Banister's training load; without it the mean of both is used."""
    weight_kg: Annotated[float, Field(gt=20, le=400)] | None = None
    """For the day's water."""

    def check_zones(self) -> None:
        """Raises ValueError where the zones' bounds do not ascend; those not set here are the defaults."""
        default = ZoneBounds()
        try:
            ZoneBounds(
                default.conversational_from if (low := self.conversational_from) is None else exact(low),
                default.conversational_to if (high := self.conversational_to) is None else exact(high),
                default.hard_to if (hard := self.hard_to) is None else exact(hard),
            )
        except ValueError as error:
            raise ValueError(f"athlete {self.id!r}: {error}") from None

    def declared(self) -> dict[str, object]:
        """The judged-by values that this table sets, by name."""
        keys = AthleteValues.__dataclass_fields__.keys()
        return {
            key: value
            for key, value in self.model_dump(mode="json").items()
            if key in keys and value is not None
        }


class Warnings(Section):
    """When the room is told. Efforts are fractions of the athlete's range."""

    warn_after_s: Annotated[float, Field(ge=0, le=120)] = 5
    """Seconds above the ceiling before a warning is raised."""
    clear_after_s: Annotated[float, Field(ge=0, le=300)] = 10
    """Seconds at or below ceiling - margin before it is easy again."""
    margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.02
    """How far below the ceiling counts as easy again."""
    start_grace_s: Annotated[float, Field(ge=0, le=600)] = 20
    """Nothing is raised so early in a session: a dry strap shows wild values at first."""
    repeat_every_s: Annotated[float, Field(ge=5, le=3600)] = 30
    """A warning is said again so often while it lasts."""
    approaching_margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.03
    """So far below the ceiling the light, not the buzzer, shows that it is near."""
    signal_lost_after_s: Annotated[float, Field(ge=6, le=120)] = 10
    """Seconds without a heart rate, or without skin contact, before the signal counts as lost."""

    def rules(self) -> WarningRules:
        """As the core takes them."""
        return WarningRules(
            warn_after_ms=_ms(self.warn_after_s),
            clear_after_ms=_ms(self.clear_after_s),
            margin=exact(self.margin),
            start_grace_ms=_ms(self.start_grace_s),
            repeat_every_ms=_ms(self.repeat_every_s),
            approaching_margin=exact(self.approaching_margin),
            signal_lost_after_ms=_ms(self.signal_lost_after_s),
        )


class Sessions(Section):
    """When a session ends and which count."""

    end_after_s: Annotated[float, Field(ge=30, le=3600)] = 180
    """A session ends when no heart rate has come for so long."""
    min_duration_s: Annotated[float, Field(ge=0, le=3600)] = 120
    """Shorter ones are discarded: not published, and removed after a week."""
    target_band_s: Annotated[float, Field(ge=0, le=36000)] = 1800
    """The time in the conversational zone that a session aims at."""

    def rules(self) -> SessionRules:
        """As the core takes them."""
        return SessionRules(_ms(self.end_after_s), _ms(self.min_duration_s), _ms(self.target_band_s))


class Ceilings(Section):
    """The effort not to exceed in each activity."""

    cardio: Effort = DEFAULT_CEILINGS[Activity.CARDIO]
    """Bike, treadmill, rowing."""
    strength: Effort = DEFAULT_CEILINGS[Activity.STRENGTH]
    """Low-intensity strength work."""
    mindful: Effort = DEFAULT_CEILINGS[Activity.MINDFUL]
    """Yoga, tai chi, breathwork."""
    recovery: Effort = DEFAULT_CEILINGS[Activity.RECOVERY]
    """Active rest."""

    def by_activity(self) -> dict[Activity, float]:
        """As the core takes them."""
        return {activity: getattr(self, activity.value) for activity in Activity}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
