"""Kinds of log entries: one frozen model each, with the range of its values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ..text import require_printable
from ..training.calibration_load import Device
from ..training.calibration_result import Doubt
from ..training.profile import Activity
from .settings import BreathingMinutes, SupplementName


class Severity(StrEnum):
    """Severity in the athlete's own judgement, from mild to severe."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


def _text(longest: int, *, shortest: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


_Number = Field(strict=True, allow_inf_nan=False)
Hours = Annotated[float, _Number, Field(ge=0, le=24)]
Minutes = Annotated[float, _Number, Field(ge=1, le=1440)]
Millilitres = Annotated[float, _Number, Field(ge=1, le=5000)]
Remark = Annotated[str, _text(500), AfterValidator(require_printable)]


class _Kind(BaseModel):
    """Base of the kinds; `kind` is the name in the database and in commands."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @property
    def words(self) -> str:
        """Short description for a list."""
        raise NotImplementedError


class Sleep(_Kind):
    """Sleep of a night; it belongs to the day of waking up."""

    kind: Literal["sleep"] = "sleep"
    hours: Hours

    @property
    def words(self) -> str:
        """Such as `7.5 h of sleep`."""
        return f"{self.hours:g} h of sleep"


class Nap(_Kind):
    """A nap."""

    kind: Literal["nap"] = "nap"
    minutes: Annotated[Minutes, Field(le=360)]

    @property
    def words(self) -> str:
        """Such as `a nap of 25 min`."""
        return f"a nap of {self.minutes:g} min"


class Water(_Kind):
    """An amount of water, or of another drink."""

    kind: Literal["water"] = "water"
    ml: Millilitres

    @property
    def words(self) -> str:
        """Such as `250 ml of water`."""
        return f"{self.ml:g} ml of water"


class Supplement(_Kind):
    """A supplement that was taken."""

    kind: Literal["supplement"] = "supplement"
    name: SupplementName

    @property
    def words(self) -> str:
        """Such as `collagen taken`."""
        return f"{self.name} taken"


class Symptom(_Kind):
    """A symptom; `what` describes it in the athlete's words, or is empty."""

    kind: Literal["symptom"] = "symptom"
    severity: Severity
    what: Annotated[str, _text(200, shortest=0), AfterValidator(require_printable)] = ""

    @property
    def words(self) -> str:
        """Such as `a mild symptom: cramps`."""
        return f"a {self.severity} symptom" + (f": {self.what}" if self.what else "")


class UntrackedActivity(_Kind):
    """An activity without a strap (kind `activity`)."""

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
    """A note in the athlete's words."""

    kind: Literal["note"] = "note"
    text: Remark

    @property
    def words(self) -> str:
        """The text itself."""
        return self.text


class Context(_Kind):
    """Circumstances of a day's training that may cause gut symptoms."""

    kind: Literal["context"] = "context"
    heat: bool = False
    little_fluid: bool = False
    anti_inflammatory: bool = False
    """whether a drug such as ibuprofen was taken"""

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.named:
            raise ValueError("set at least one of heat, little_fluid and anti_inflammatory to true")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Names of the circumstances that apply."""
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
    """A breathing exercise."""

    kind: Literal["breathing"] = "breathing"
    minutes: Annotated[BreathingMinutes, _Number]
    pace: _Pace | None = None
    """breaths per minute; None if several paces were tried"""
    coherence: _Share | None = None
    """mean coherence from 0 to 1; None without a strap"""
    swing_bpm: Annotated[float, Field(ge=0, le=200)] | None = None
    """heart-rate swing at the pace, or at the best one"""
    suited: _Pace | None = None
    """of several paces the one with the largest heart-rate swing"""
    close: tuple[_Pace, ...] = ()
    """paces that were not clearly worse"""

    @property
    def words(self) -> str:
        """Such as `5 min of breathing at 6 a minute, coherence 0.71`."""
        text = f"{self.minutes:g} min of breathing"
        if self.pace is not None:
            text += f" at {self.pace:g} a minute"
        if self.coherence is not None:
            text += f", coherence {self.coherence:.2f}"
        if self.suited is not None:
            others = " and ".join(f"{pace:g}" for pace in self.close)
            text += f", {self.suited:g} a minute suited best" + (
                f" ({others} nearly as well)" if others else ""
            )
        return text


class Morning(_Kind):
    """A morning measurement at rest, of sufficient signal quality."""

    kind: Literal["readiness"] = "readiness"
    ln_rmssd: Annotated[float, Field(ge=-3, le=8)]
    """natural logarithm of the RMSSD in ms"""
    heart_rate: Annotated[float, Field(ge=20, le=250)]
    """bpm"""
    coverage: _Share
    artifact_ratio: _Share
    strap: Annotated[str, _text(100), AfterValidator(require_printable)] | None = None
    """address; None in entries that were made before it was logged"""

    @property
    def words(self) -> str:
        """Such as `lnRMSSD 4.02, 54 bpm at rest`."""
        return f"lnRMSSD {self.ln_rmssd:.2f}, {self.heart_rate:.0f} bpm at rest"


_Bpm = Annotated[int, Field(ge=30, le=250)]


class Calibration(_Kind):
    """A calibration's value: the heart rate of a long part in which speech was comfortable."""

    kind: Literal["calibration"] = "calibration"
    heart_rate: _Bpm
    lowest: _Bpm
    highest: _Bpm
    """of the heart rates that count"""
    minutes: Annotated[float, Field(ge=5, le=12)]
    """of comfortable speech with a heart rate"""
    device: Device
    mets: Annotated[int, Field(ge=1, le=30)]
    """about so many, of the long part's load"""
    doubts: tuple[Doubt, ...] = ()
    alpha1: Annotated[float, Field(ge=30, le=250)] | None = None
    """heart rate at which DFA alpha 1 passed 0.75 in the ramp"""
    alpha1_personal: Annotated[float, Field(ge=30, le=250)] | None = None
    """and the personal value"""

    @property
    def words(self) -> str:
        """Such as `a calibration: 121 bpm in 12 min of comfortable speech`."""
        doubtful = ", uncertain" if self.doubts else ""
        return f"a calibration: {self.heart_rate} bpm in {self.minutes:g} min of comfortable speech{doubtful}"


EntryContent = Annotated[
    Sleep
    | Nap
    | Water
    | Supplement
    | Symptom
    | UntrackedActivity
    | Note
    | Context
    | Breathing
    | Morning
    | Calibration,
    Field(discriminator="kind"),
]
"""the content of an entry; to add a kind, define a class above and add it here, to MAIN_VALUE and FEATURES"""

MAIN_VALUE: Mapping[str, str] = MappingProxyType(
    {
        "sleep": "hours",
        "nap": "minutes",
        "water": "ml",
        "supplement": "name",
        "symptom": "severity",
        "activity": "minutes",
        "note": "text",
    }
)
"""by kind the key of a value that is sent alone"""
