"""Commands from outside: a name and a scalar or object, validated before anything changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ..effort.athlete import Activity
from ..errors import CommandError
from .athlete import AthletePipeline
from .mute import LONGEST_MUTE_S


@dataclass(frozen=True)
class Command:
    """What a command takes, and what it does."""

    kind: TypeAdapter[Any]
    action: Callable[[str, Any, int], None]
    """takes the athlete, the value, and now in ms; raises ValueError, and then has changed nothing"""
    takes_object: bool = False
    """whether an object is the value itself; elsewhere its key `value` stands for the scalar"""

    def carry_out(self, athlete: str, name: str, argument: object, now_ms: int) -> None:
        """Raises CommandError, in words for who sent it; then nothing has changed."""
        if isinstance(argument, dict) and not self.takes_object:
            if set(argument) != {"value"}:
                raise CommandError('an object must have the key "value" and no other')
            argument = argument["value"]
        try:
            value = self.kind.validate_python(argument)
        except ValidationError as error:
            raise CommandError(f"{name}: {_reason(error)}") from None
        try:
            self.action(athlete, value, now_ms)
        except ValueError as error:
            raise CommandError(str(error)) from None


SessionAction = Literal["start", "end"]
MuteSeconds = Annotated[float, Field(ge=0, le=LONGEST_MUTE_S, allow_inf_nan=False, strict=True)] | None
"""None stands for the athlete's own mute time"""


def training_commands(pipeline: Callable[[str], AthletePipeline]) -> Mapping[str, Command]:
    """Those that an athlete's pipeline carries out itself."""

    def session(athlete: str, action: SessionAction, now_ms: int) -> None:
        if action == "start":
            pipeline(athlete).start_session()
        else:
            pipeline(athlete).end_session(now_ms)

    def activity(athlete: str, value: Activity, now_ms: int) -> None:
        pipeline(athlete).be(value, now_ms)

    def mute(athlete: str, seconds: float | None, now_ms: int) -> None:
        pipeline(athlete).mute(seconds, now_ms)

    return {
        "session": Command(TypeAdapter(SessionAction), session),
        "activity": Command(TypeAdapter(Activity), activity),
        "mute": Command(TypeAdapter(MuteSeconds), mute),
    }


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
