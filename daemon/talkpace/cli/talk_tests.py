"""An athlete's answers to the talk test, as a document and as lines for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..effort.athlete import Judgement
from ..effort.talk_test import ENOUGH, as_tests, suggested_ceiling
from ..record.items import TalkTestAnswered

_SHOWN = 5


@dataclass(frozen=True)
class TalkTests:
    """All answers, oldest first, and the ceiling that they suggest."""

    answers: Sequence[TalkTestAnswered]
    suggested: float | None

    @classmethod
    def of(cls, answers: Sequence[TalkTestAnswered], judgement: Judgement | None) -> TalkTests:
        """With the suggestion; none where nobody can be judged."""
        tests = as_tests((one.answer, one.heart_rate, one.session) for one in answers)
        return cls(answers, None if judgement is None else suggested_ceiling(tests, judgement))

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "suggested_ceiling": self.suggested,
            "talk_tests": [
                {
                    "at": one.at.isoformat(),
                    "answer": one.answer,
                    "heart_rate": one.heart_rate,
                    "effort": one.effort,
                    "ceiling": one.ceiling,
                    "session": one.session,
                }
                for one in self.answers
            ],
        }

    def lines(self, who: str, cardio: float) -> list[str]:
        """For a person: the latest answers, and what follows from all of them.

        `cardio` is the ceiling that the household has set for that activity.
        """
        if not self.answers:
            return []
        latest = ", ".join(f"{one.answer} at {one.heart_rate} bpm" for one in self.answers[-_SHOWN:])
        lines = [f"talk test: {len(self.answers)} answer(s); the latest: {latest}"]
        if self.suggested is None:
            return [*lines, f"talk test: {ENOUGH} answers at least suggest a ceiling of one's own"]
        lines.append(
            f"suggestion: a ceiling of {self.suggested:.0%}, from the talk test; if you believe it: "
            f"talkpace athlete set {who} ceiling={self.suggested}"
        )
        if self.suggested > cardio:
            lines.append(
                "  (an activity's ceiling wins where it is lower: to go above "
                f"{cardio:.0%}, raise ceilings.cardio in the configuration too)"
            )
        return lines
