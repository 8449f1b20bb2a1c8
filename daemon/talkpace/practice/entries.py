"""What an athlete may write down: one frozen model for each kind, with amounts that can be."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ..effort.athlete import Activity
from .breathing import Minutes as BreathingMinutes


class Severity(StrEnum):
    """How bad it was, in the athlete's own judgement; the worst comes last."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable, and on one line")
    return text


def _text(longest: int, *, shortest: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


_Number = Field(strict=True, allow_inf_nan=False)
Hours = Annotated[float, _Number, Field(ge=0, le=24)]
Minutes = Annotated[float, _Number, Field(ge=1, le=1440)]
Millilitres = Annotated[float, _Number, Field(ge=1, le=5000)]
Name = Annotated[str, _text(60), AfterValidator(_one_line)]
Remark = Annotated[str, _text(500), AfterValidator(_one_line)]


class _Kind(BaseModel):
    """One kind of entry; `kind` names it in the store and in commands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def words(self) -> str:
        """In a few words, for a list."""
        raise NotImplementedError


class Sleep(_Kind):
    """A night's sleep; its date is that of waking up."""

    kind: Literal["sleep"] = "sleep"
    hours: Hours

    @property
    def words(self) -> str:
        """Such as `7.5 h of sleep`."""
        return f"{self.hours:g} h of sleep"


class Nap(_Kind):
    """A nap by day."""

    kind: Literal["nap"] = "nap"
    minutes: Annotated[Minutes, Field(le=360)]

    @property
    def words(self) -> str:
        """Such as `a nap of 25 min`."""
        return f"a nap of {self.minutes:g} min"


class Water(_Kind):
    """Something drunk."""

    kind: Literal["water"] = "water"
    ml: Millilitres

    @property
    def words(self) -> str:
        """Such as `250 ml of water`."""
        return f"{self.ml:g} ml of water"


class Supplement(_Kind):
    """One of the athlete's own supplements, taken."""

    kind: Literal["supplement"] = "supplement"
    name: Name

    @property
    def words(self) -> str:
        """Such as `collagen taken`."""
        return f"{self.name} taken"


class Symptom(_Kind):
    """Something the body said; `what` in the athlete's own words, or empty."""

    kind: Literal["symptom"] = "symptom"
    severity: Severity
    what: Annotated[str, _text(200, shortest=0), AfterValidator(_one_line)] = ""

    @property
    def words(self) -> str:
        """Such as `a mild symptom: cramps`."""
        return f"a {self.severity} symptom" + (f": {self.what}" if self.what else "")


class Exercise(_Kind):
    """An activity without a strap."""

    kind: Literal["activity"] = "activity"
    activity: Activity
    minutes: Minutes
    hard: bool = False
    """whether talking was no longer possible"""

    @property
    def words(self) -> str:
        """Such as `40 min of cardio, hard`."""
        return f"{self.minutes:g} min of {self.activity}" + (", hard" if self.hard else "")


class Note(_Kind):
    """Anything else, in the athlete's own words."""

    kind: Literal["note"] = "note"
    text: Remark

    @property
    def words(self) -> str:
        """The text itself."""
        return self.text


class Context(_Kind):
    """What may have made a day's training harder on the gut."""

    kind: Literal["context"] = "context"
    heat: bool = False
    little_fluid: bool = False
    anti_inflammatory: bool = False
    """a drug such as ibuprofen was taken"""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.named:
            raise ValueError("at least one of heat, little_fluid and anti_inflammatory is wanted")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Those that apply, in words."""
        words = {
            "heat": self.heat,
            "little fluid": self.little_fluid,
            "an anti-inflammatory drug": self.anti_inflammatory,
        }
        return tuple(word for word, applies in words.items() if applies)

    @property
    def words(self) -> str:
        """Such as `trained with heat, little fluid`."""
        return f"trained with {', '.join(self.named)}"


_Share = Annotated[float, Field(ge=0, le=1)]
_Pace = Annotated[float, Field(ge=1, le=20)]


class Breathing(_Kind):
    """A breathing exercise, led by the pace."""

    kind: Literal["breathing"] = "breathing"
    minutes: Annotated[BreathingMinutes, _Number]
    pace: _Pace | None = None
    """breaths a minute; None where several were tried"""
    coherence: _Share | None = None
    """the mean share of the heart's swing that lay at the pace; None without a strap"""
    swing_bpm: Annotated[float, Field(ge=0, le=200)] | None = None
    """of the pace, or of the one that suited best"""
    suited: _Pace | None = None
    """of several that were tried, the pace at which the heart swung most"""
    close: tuple[_Pace, ...] = ()
    """those that were not clearly worse"""

    @property
    def words(self) -> str:
        """Such as `5 min of breathing at 6 a minute, coherence 0.71`."""
        said = f"{self.minutes:g} min of breathing"
        if self.pace is not None:
            said += f" at {self.pace:g} a minute"
        if self.coherence is not None:
            said += f", coherence {self.coherence:.2f}"
        if self.suited is not None:
            others = " and ".join(f"{pace:g}" for pace in self.close)
            said += f", {self.suited:g} a minute suited best" + (
                f" ({others} nearly as well)" if others else ""
            )
        return said


class Morning(_Kind):
    """A morning's measurement at rest, of good signal."""

    kind: Literal["readiness"] = "readiness"
    ln_rmssd: Annotated[float, Field(ge=-3, le=8)]
    """natural logarithm of the RMSSD in ms"""
    heart_rate: Annotated[float, Field(ge=20, le=250)]
    """bpm"""
    coverage: _Share
    artifact_ratio: _Share

    @property
    def words(self) -> str:
        """Such as `lnRMSSD 4.02, 54 bpm at rest`."""
        return f"lnRMSSD {self.ln_rmssd:.2f}, {self.heart_rate:.0f} bpm at rest"


What = Annotated[
    Sleep | Nap | Water | Supplement | Symptom | Exercise | Note | Context | Breathing | Morning,
    Field(discriminator="kind"),
]
"""any of them; another kind is a class above and a name here"""
