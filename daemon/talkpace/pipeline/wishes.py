"""What an athlete has asked for by command that holds for a while, so that a new run can go on with it."""

from __future__ import annotations

from dataclasses import dataclass

from ..effort.athlete import Activity
from .athlete import AthletePipeline


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one athlete. As it stands here nothing is asked for."""

    muted_until_ms: int | None = None
    """monotonic"""
    activity: Activity = Activity.CARDIO
    """of the next session; that of one under way is the session's own"""
    held_off: bool = False
    """whether the last session was ended by command, so that the beats that still come begin none"""


def wishes_of(pipeline: AthletePipeline) -> Wishes:
    """What holds now."""
    training = pipeline.training
    activity = training.activity if training.session is None else Activity.CARDIO
    return Wishes(pipeline.muted.until_ms, activity, training.held_off)


def wish_again(pipeline: AthletePipeline, wishes: Wishes, now_ms: int) -> None:
    """Let a pipeline that has just begun go on with them."""
    if wishes.muted_until_ms is not None and wishes.muted_until_ms > now_ms:
        pipeline.mute((wishes.muted_until_ms - now_ms) / 1000, now_ms)
    if pipeline.kept is None:
        pipeline.be(wishes.activity, now_ms)
        if wishes.held_off:
            pipeline.hold_off(now_ms)
