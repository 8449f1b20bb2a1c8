"""What an athlete has asked for by command that holds for a while, so that a new run can go on with it."""

from __future__ import annotations

from dataclasses import dataclass

from ..effort.athlete import Activity
from .athlete import AthletePipeline

_GRID_MS = 30_000
"""lest each beat be written down; a session may begin so much the earlier"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one athlete. As it stands here nothing is asked for."""

    muted_until_ms: int | None = None
    """monotonic"""
    activity: Activity = Activity.CARDIO
    """of the next session; that of one under way is the session's own"""
    held_off_ms: int | None = None
    """where a session was ended by command, so that the beats that still come begin none: about when the
    last of them came, monotonic"""


def wishes_of(pipeline: AthletePipeline) -> Wishes:
    """What holds now."""
    training = pipeline.training
    activity = training.activity if training.session is None else Activity.CARDIO
    last_ms = training.held_off_ms
    held_off_ms = None if last_ms is None else last_ms // _GRID_MS * _GRID_MS
    return Wishes(pipeline.muted.until_ms, activity, held_off_ms)


def wish_again(pipeline: AthletePipeline, wishes: Wishes, now_ms: int) -> None:
    """Let a pipeline that has just begun go on with them."""
    if wishes.muted_until_ms is not None and wishes.muted_until_ms > now_ms:
        pipeline.mute((wishes.muted_until_ms - now_ms) / 1000, now_ms)
    if pipeline.kept is None:
        pipeline.be(wishes.activity, now_ms)
        if wishes.held_off_ms is not None:
            pipeline.hold_off(wishes.held_off_ms, now_ms)
