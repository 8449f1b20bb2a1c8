"""What may be asked of the guides, from outside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from ..practice.breathing import Minutes, Pace, RatioText

STOP = "stop"
START = "start"
_STOPS = ("stop", "cancel")


def _object(value: object) -> object:
    """A plain `start` or `stop` stands for an object that says no more."""
    if isinstance(value, str):
        return {"action": STOP if value in _STOPS else value}
    return value


_Number = Field(strict=True, allow_inf_nan=False)


class BreatheOrder(BaseModel):
    """`start` or `stop`, or an object that says how; what is left out is as configured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["start", "stop"] = "start"
    pace: Annotated[Pace, _Number] | None = None
    minutes: Annotated[Minutes, _Number] | None = None
    ratio: RatioText | None = None
    find: bool = False
    """whether to try several paces, two minutes each, for the one that suits best"""


def _minutes_or_word(value: object) -> object:
    if isinstance(value, str) and value in {START, *_STOPS}:
        return START if value == START else STOP
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError('minutes, "start" or "stop" is wanted')  # noqa: TRY004 - of what was sent
    try:
        return float(value)
    except OverflowError:
        raise ValueError("a number that is too large") from None


Word = Literal["start", "stop", "cancel"]
"""`cancel` is another word for `stop`"""

BREATHE: TypeAdapter[BreatheOrder] = TypeAdapter(Annotated[BreatheOrder, BeforeValidator(_object)])
MINUTES: TypeAdapter[Any] = TypeAdapter(Annotated[Any, BeforeValidator(_minutes_or_word)])
"""a float, or START or STOP"""
