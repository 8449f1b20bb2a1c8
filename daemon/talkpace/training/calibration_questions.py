"""The questions before a calibration's ramp: a yes to any, or doubt, and there is no ramp."""

from __future__ import annotations

from enum import StrEnum


class Question(StrEnum):
    """What speaks against raising the effort step by step without a physician."""

    HEART_RATE_DRUG = "heart_rate_drug"
    IRREGULAR_RHYTHM = "irregular_rhythm"
    CHEST_PAIN = "chest_pain"
    PREGNANCY = "pregnancy"
    PHYSICIAN = "physician"
    """a physician's advice against effort, or to do it under supervision only"""

    @property
    def key(self) -> str:
        """Key of the question's sentence."""
        return f"calibration_questions.{self.value}"

    @property
    def refusal_key(self) -> str:
        """Key of the sentence that says why there is no ramp after a yes."""
        return f"calibration_refusals.{self.value}"
