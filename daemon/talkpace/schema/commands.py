"""Every command that is understood: add a line here for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union, get_args

from pydantic import BaseModel, ConfigDict

from ..effort.athlete import Activity
from ..effort.talk_test import Answer
from ..guide.orders import BreatheOrder, Word
from ..pipeline.commands import MuteSeconds, SessionAction
from ..practice.entries import What
from ..practice.kinds import MAIN_VALUE
from ..practice.replacing import REPLACEABLE
from ..service.practice_commands import LOG_COMMANDS
from ..service.profiles import OwnCeiling, OwnMuteTime


@dataclass(frozen=True, slots=True)
class CommandTopic:
    """A command and what it takes."""

    name: str
    kind: Any
    """of the value: a type that pydantic knows"""
    says: str
    value_may_be_wrapped: bool = True
    """whether `{"value": …}` stands for the value"""
    extra: Mapping[str, Any] | None = None
    """a JSON Schema of further keys that an object may have"""


class EntryName(BaseModel):
    """An entry of the practice's log."""

    model_config = ConfigDict(extra="forbid")

    id: str | int


class EntryEdit(BaseModel):
    """Any of the entry's own keys, and `at`, may be there."""

    model_config = ConfigDict(extra="allow")

    id: str | int


_AT: Mapping[str, Any] = {
    "at": {"type": "string", "description": "When it was, such as 2026-11-24 07:30; now by default."},
}
_REPLACE: Mapping[str, Any] = {
    "replace": {
        "type": "boolean",
        "description": (
            "Whether this stands for all of its kind on that day, in the place of what was noted of it"
            " before; an amount of 0 then leaves none. Of symptoms none is worse then."
        ),
    },
}

_MODELS: Mapping[str, type[BaseModel]] = {
    model.model_fields["kind"].default: model for model in get_args(get_args(What)[0])
}


def _log_command(name: str, kind: str) -> CommandTopic:
    """An object with the entry's keys; where one of them says most, a value that stands alone is that one."""
    model = _MODELS[kind]
    takes: Any = model
    if kind in MAIN_VALUE and kind != "activity":
        field = model.model_fields[MAIN_VALUE[kind]]
        takes = Union[model, field.rebuild_annotation()]  # noqa: UP007 - made of values
    if kind == "water":
        takes = Union[takes, None]  # noqa: UP007
    says = (model.__doc__ or "").splitlines()[0]
    extra = {**_AT, **(_REPLACE if kind in REPLACEABLE else {})}
    return CommandTopic(name, takes, f"Write down: {says}", extra=extra)


COMMANDS: Sequence[CommandTopic] = (
    CommandTopic("session", SessionAction, "Start or end a session."),
    CommandTopic("activity", Activity, "The activity of the session under way, or of the next one."),
    CommandTopic("mute", MuteSeconds, "No sound for so many seconds; 0 ends it, null is the mute time."),
    CommandTopic("mute_time", OwnMuteTime, "How long a mute lasts that does not say, in seconds."),
    CommandTopic("ceiling", OwnCeiling, "A ceiling of one's own, as an effort, from the next session on."),
    CommandTopic("talk_test", Answer, "Could you still talk? Needs a heart rate at that moment."),
    CommandTopic(
        "breathe", Word | BreatheOrder, "Lead through a breathing exercise.", value_may_be_wrapped=False
    ),
    CommandTopic("nap", Word | float, "Wake after so many minutes, 20 to 30; or stop."),
    CommandTopic("readiness", Word | float, "Measure this morning, for so many minutes; or stop."),
    *(_log_command(name, kind) for name, kind in LOG_COMMANDS.items()),
    CommandTopic("undo", None, "Take back what was written down last.", value_may_be_wrapped=False),
    CommandTopic("log_edit", EntryEdit, "Change an entry: its id, and what is to be different."),
    CommandTopic(
        "log_delete", str | int | EntryName, "Delete an entry by its id.", value_may_be_wrapped=False
    ),
)
