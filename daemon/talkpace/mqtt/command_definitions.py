"""Definitions of all commands: name, argument type and description, written once for every transport.

`pipeline`, `guided` and `service` attach the action that carries a command out; `schema` documents it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from ..errors import CommandError
from ..habits.entries import MAIN_VALUE, EntryContent
from ..habits.log import DAY_TOTAL_KINDS
from ..habits.settings import BreathingMinutes, Pace, RatioText
from ..training.calibration_load import Device
from ..training.calibration_phases import Answer
from ..training.profile import Activity
from ..training.talk_test import TalkTestAnswer
from ..validation import first_reason

LONGEST_MUTE_S = 86_400.0

START = "start"
STOP = "stop"
_STOP_WORDS = (STOP, "cancel")

_STRICT_NUMBER = Field(strict=True, allow_inf_nan=False)

SessionAction = Literal["start", "end"]
MuteSeconds = Annotated[float, _STRICT_NUMBER, Field(ge=0, le=LONGEST_MUTE_S)] | None
"""None stands for the athlete's default mute duration"""
DefaultMuteSeconds = Annotated[float, _STRICT_NUMBER, Field(ge=60, le=LONGEST_MUTE_S)]
PersonalCeiling = Annotated[float, _STRICT_NUMBER, Field(gt=0, le=1.5)] | None
"""effort, 0 to 1 and a little beyond; None removes the ceiling"""
YesOrNo = Annotated[bool, Field(strict=True)]
ExerciseAction = Literal["start", "stop", "cancel"]
"""`cancel` is a synonym of `stop`"""


class BreatheCommand(BaseModel):
    """`start` or `stop`, or an object with parameters; those left out are as configured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["start", "stop"] = "start"
    pace: Annotated[Pace, _STRICT_NUMBER] | None = None
    minutes: Annotated[BreathingMinutes, _STRICT_NUMBER] | None = None
    ratio: RatioText | None = None
    find: bool = False
    """whether to try several paces, two minutes each, and report the one with the largest heart-rate swing"""


def _breathe_object(argument: object) -> object:
    if isinstance(argument, str):
        return {"action": STOP if argument in _STOP_WORDS else argument}
    return argument


class CalibrateCommand(BaseModel):
    """`start`, `enough` (ends the ramp) or `stop`, or an object with what is trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["start", "enough", "stop"] = "start"
    device: Device | None = None
    """as configured by default"""


def _calibrate_object(argument: object) -> object:
    if isinstance(argument, str):
        return {"action": STOP if argument in _STOP_WORDS else argument}
    return argument


def _minutes_or_action(argument: object) -> object:
    if isinstance(argument, str) and argument in {START, *_STOP_WORDS}:
        return START if argument == START else STOP
    if isinstance(argument, bool) or not isinstance(argument, int | float):
        raise ValueError('must be minutes, "start" or "stop"')  # noqa: TRY004 - pydantic catches ValueError
    try:
        return float(argument)
    except OverflowError:
        raise ValueError("the number is too large") from None


Breathe = Annotated[
    BreatheCommand,
    BeforeValidator(_breathe_object, json_schema_input_type=ExerciseAction | BreatheCommand),
]
MinutesOrAction = Annotated[
    Any, BeforeValidator(_minutes_or_action, json_schema_input_type=ExerciseAction | float)
]
"""validated to a float, START or STOP"""


Calibrate = Annotated[
    CalibrateCommand,
    BeforeValidator(
        _calibrate_object, json_schema_input_type=ExerciseAction | Literal["enough"] | CalibrateCommand
    ),
]


class EntryId(BaseModel):
    """The id of a log entry."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    id: str | int


class EntryEdit(BaseModel):
    """The id of a log entry, and any of its own keys or `at` with the new value."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    id: str | int


@dataclass(frozen=True)
class CommandDefinition:
    """A command without the action that carries it out."""

    name: str
    argument: Any
    """a type that pydantic can validate"""
    description: str
    accepts_value_object: bool = True
    """whether `{"value": …}` stands for the argument"""
    validated_by_action: bool = False
    """whether validation needs settings or the athlete's log; `validate` then changes nothing"""
    further_keys: Mapping[str, Any] | None = None
    """JSON Schemas of keys that an object may have beyond those of `argument`"""

    def validate(self, argument: object) -> Any:
        """The validated argument. Raises CommandError."""
        if self.validated_by_action:
            return argument
        if isinstance(argument, dict) and self.accepts_value_object:
            if set(argument) != {"value"}:
                raise CommandError('an object must have the key "value" and no other')
            argument = argument["value"]
        try:
            return self._adapter.validate_python(argument)
        except ValidationError as error:
            raise CommandError(f"{self.name}: {first_reason(error)}") from None

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.argument)


LOG_COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "sleep": "sleep",
        "log_nap": "nap",
        "water": "water",
        "supplement": "supplement",
        "symptom": "symptom",
        "context": "context",
        "log_activity": "activity",
        "note": "note",
    }
)
"""kind of log entry by command; `activity` sets the session's activity, `nap` starts the nap timer"""

_AT: Mapping[str, Any] = {
    "at": {"type": "string", "description": "Local time such as 2026-11-24 07:30; now by default."},
}
_REPLACE: Mapping[str, Any] = {
    "replace": {
        "type": "boolean",
        "description": (
            "Whether this replaces all entries of its kind on that day; an amount of 0 then deletes them."
            " For symptoms: caps the severity of that day's entries."
        ),
    },
}

_ENTRY_MODELS: Mapping[str, type[BaseModel]] = {
    model.model_fields["kind"].default: model for model in get_args(get_args(EntryContent)[0])
}


def _log_command(name: str, kind: str) -> CommandDefinition:
    """An object with the entry's keys, or its main value alone where it has one."""
    model = _ENTRY_MODELS[kind]
    argument: Any = model
    if kind in MAIN_VALUE and kind != "activity":
        field = model.model_fields[MAIN_VALUE[kind]]
        argument = Union[model, field.rebuild_annotation()]  # noqa: UP007 - operands are values
    if kind == "water":
        argument = Union[argument, None]  # noqa: UP007
    summary = (model.__doc__ or "").splitlines()[0]
    return CommandDefinition(
        name,
        argument,
        f"Log an entry: {summary}",
        validated_by_action=True,
        further_keys={**_AT, **(_REPLACE if kind in DAY_TOTAL_KINDS else {})},
    )


_DEFINITIONS = (
    CommandDefinition("session", SessionAction, "Start or end a session."),
    CommandDefinition("activity", Activity, "Set the activity of the current or the next session."),
    CommandDefinition(
        "mute",
        MuteSeconds,
        "Mute the sound for this many seconds; 0 unmutes, null is the athlete's default duration.",
    ),
    CommandDefinition(
        "mute_time",
        DefaultMuteSeconds,
        "Default mute duration in seconds, used when `mute` is sent without a value.",
    ),
    CommandDefinition(
        "ceiling", PersonalCeiling, "Set a personal ceiling as an effort, from the next session on."
    ),
    CommandDefinition(
        "heart_rate_drug",
        YesOrNo,
        "Say whether the athlete takes a drug that limits the heart rate, such as a beta-blocker.",
    ),
    CommandDefinition("irregular_rhythm", YesOrNo, "Say whether the athlete's heart rhythm is irregular."),
    CommandDefinition(
        "talk_test", TalkTestAnswer, "Record a talk test: could you still talk? Needs a current heart rate."
    ),
    CommandDefinition(
        "breathe", Breathe, "Start or stop a guided breathing exercise.", accepts_value_object=False
    ),
    CommandDefinition("nap", MinutesOrAction, "Start a nap timer of 20 to 30 minutes, or stop it."),
    CommandDefinition(
        "readiness", MinutesOrAction, "Start a morning measurement of so many minutes, or stop it."
    ),
    CommandDefinition(
        "calibrate",
        Calibrate,
        "Start a calibration, end its ramp (enough), or stop it.",
        accepts_value_object=False,
    ),
    CommandDefinition(
        "calibration_answer",
        Answer,
        "Answer a calibration's question: could you speak comfortably? Before the ramp: does it apply?",
    ),
    *(_log_command(name, kind) for name, kind in LOG_COMMANDS.items()),
    CommandDefinition(
        "undo", None, "Delete the newest log entry.", accepts_value_object=False, validated_by_action=True
    ),
    CommandDefinition(
        "log_edit", EntryEdit, "Change a log entry: its id, and the keys to change.", validated_by_action=True
    ),
    CommandDefinition(
        "log_delete",
        str | int | EntryId,
        "Delete a log entry by its id.",
        accepts_value_object=False,
        validated_by_action=True,
    ),
)

COMMANDS: Mapping[str, CommandDefinition] = MappingProxyType(
    {definition.name: definition for definition in _DEFINITIONS}
)
"""by name"""
