"""Commands from outside: a name and a scalar or object, validated before anything changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ..effort.athlete import Activity
from ..errors import CommandError
from .athlete import AthletePipeline

LONGEST_MUTE_S = 86_400


def _session(pipeline: AthletePipeline, action: Literal["start", "end"], now_ms: int) -> None:
    if action == "start":
        pipeline.start_session()
    else:
        pipeline.end_session(now_ms)


def _activity(pipeline: AthletePipeline, activity: Activity, now_ms: int) -> None:
    pipeline.be(activity, now_ms)


def _mute(pipeline: AthletePipeline, seconds: float, _now_ms: int) -> None:
    pipeline.mute(seconds)


_Seconds = Annotated[float, Field(ge=0, le=LONGEST_MUTE_S, allow_inf_nan=False, strict=True)]

_COMMANDS: Mapping[str, tuple[TypeAdapter[Any], Callable[[AthletePipeline, Any, int], None]]] = {
    "session": (TypeAdapter(Literal["start", "end"]), _session),
    "activity": (TypeAdapter(Activity), _activity),
    "mute": (TypeAdapter(_Seconds), _mute),
}


def carry_out(pipeline: AthletePipeline, name: str, argument: object, now_ms: int) -> None:
    """Carry out one command. An object's `value` stands for the scalar.

    Raises CommandError, in words for who sent it; then nothing has changed.
    """
    if name not in _COMMANDS:
        raise CommandError(f"there is no command {name[:40]!r}; known are {', '.join(_COMMANDS)}")
    kind, action = _COMMANDS[name]
    if isinstance(argument, dict):
        if set(argument) != {"value"}:
            raise CommandError('an object must have the key "value" and no other')
        argument = argument["value"]
    try:
        value = kind.validate_python(argument)
    except ValidationError as error:
        raise CommandError(f"{name}: {error.errors(include_url=False)[0]['msg']}") from None
    try:
        action(pipeline, value, now_ms)
    except ValueError as error:
        raise CommandError(str(error)) from None
