"""Phases of a calibration with their durations, answers, why it ends, and what it instructs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .calibration_load import Load

_MINUTE_MS = 60_000
REST_MS = 2 * _MINUTE_MS
WARM_UP_MS = 4 * _MINUTE_MS
STAGE_MS = 2 * _MINUTE_MS
READING_MS = 30_000
"""at the end of a stage"""
RECOVERY_MS = 3 * _MINUTE_MS
BOUT_MS = 12 * _MINUTE_MS
ASKED_MS = (6 * _MINUTE_MS, 9 * _MINUTE_MS, BOUT_MS)
"""of the bout"""
STRAP_PATIENCE_MS = 3 * _MINUTE_MS
QUESTIONS_PATIENCE_MS = 10 * _MINUTE_MS
STAGE_PATIENCE_MS = 30_000
"""after a stage's end, at its load"""
BOUT_PATIENCE_MS = 60_000
TEXTS = ("bread", "garden", "train", "kitchen", "market", "weather")
"""names of the texts to read aloud"""


class Phase(StrEnum):
    """Where a calibration is."""

    QUESTIONS = "questions"
    WAITING = "waiting"
    """for the strap"""
    REST = "rest"
    WARM_UP = "warm_up"
    STAGE = "stage"
    RECOVERY = "recovery"
    BOUT = "bout"
    """the 12 minutes at an even load"""
    DONE = "done"


class Answer(StrEnum):
    """Could you speak comfortably? Before the ramp: an answer to one of its questions."""

    YES = "yes"
    NOT_SURE = "not_sure"
    NO = "no"


class RampEnd(StrEnum):
    """Why there was no further stage."""

    SPEECH = "speech"
    LIMIT = "limit"
    """85 % of the maximum heart rate"""
    LAST_LOAD = "last_load"
    REQUEST = "request"


class End(StrEnum):
    """Why a calibration is over."""

    COMPLETE = "complete"
    REFUSED = "refused"
    NO_STRAP = "no_strap"
    SIGNAL_LOST = "signal_lost"
    NO_ANSWER = "no_answer"
    STOPPED = "stopped"
    DAEMON_STOPPED = "daemon_stopped"
    LIMIT = "limit"
    """85 % outside of the ramp, or before any yes"""
    NO_COMFORT = "no_comfort"
    """no yes in the ramp, or not in the bout"""

    @property
    def key(self) -> str:
        """Key of its sentence."""
        return f"calibration_ends.{self.value}"


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the athlete is to do now."""

    key: str
    """of `language.sentences`"""
    load: Load | None = None
    """to be set or kept"""
    text_key: str | None = None
    """of the text to read aloud"""
    pattern: str | None = None
    """signal to be played with it"""


DURATIONS_MS = {
    Phase.WAITING: STRAP_PATIENCE_MS,
    Phase.REST: REST_MS,
    Phase.WARM_UP: WARM_UP_MS,
    Phase.STAGE: STAGE_MS,
    Phase.RECOVERY: RECOVERY_MS,
    Phase.BOUT: BOUT_MS,
}
