"""Whether a ceiling that was adopted from a calibration is still good: its age, and the talk test since.

The criteria are this project's own: 90 days; three answers in two sessions that contradict it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .calibration_result import STALE_AFTER
from .talk_test import TalkTestAnswer

CONTRADICTING_ANSWERS = 3
CONTRADICTING_SESSIONS = 2
MARGIN = 0.05
"""effort above the ceiling from which comfortable speech says that it is too low"""


class Staleness(StrEnum):
    """Why a calibration should be repeated."""

    OLD = "old"
    TOO_HIGH = "too_high"
    """speech was strained at the ceiling or below"""
    TOO_LOW = "too_low"
    """speech was comfortable well above the ceiling"""


@dataclass(frozen=True, slots=True)
class EffortAnswer:
    """An answer to the talk test in a session."""

    at: datetime
    answer: TalkTestAnswer
    effort: float
    session: str | None
    steady: bool | None = None


@dataclass(frozen=True, slots=True)
class AdoptedCeiling:
    """A ceiling (effort) that the athlete has adopted from calibrations, the last of them on `day`."""

    ceiling: float
    day: date
    adopted_at: datetime
    answers: tuple[EffortAnswer, ...] = ()
    """of ordinary sessions"""

    def staleness(self, today: date) -> Staleness | None:
        """Return why it should be repeated; None where it should not. Too high goes before all else."""
        since = [one for one in self.answers if one.at > self.adopted_at and one.steady is not False]
        strained = [
            one
            for one in since
            if one.answer is not TalkTestAnswer.COMFORTABLE and one.effort <= self.ceiling
        ]
        if _are_enough(strained):
            return Staleness.TOO_HIGH
        if today - self.day > STALE_AFTER:
            return Staleness.OLD
        comfortable = [
            one
            for one in since
            if one.answer is TalkTestAnswer.COMFORTABLE and one.effort >= self.ceiling + MARGIN
        ]
        return Staleness.TOO_LOW if _are_enough(comfortable) and not strained else None


def _are_enough(answers: Iterable[EffortAnswer]) -> bool:
    sessions = [one.session for one in answers]
    return len(sessions) >= CONTRADICTING_ANSWERS and len(set(sessions)) >= CONTRADICTING_SESSIONS
