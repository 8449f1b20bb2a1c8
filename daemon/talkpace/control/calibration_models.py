"""Parameters and results of the methods for calibrations."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ..training.calibration_result import Proposal
from .params import Params


class CalibrationParams(Params):
    """Whose calibrations."""

    athlete: str


class CalibrationAdopted(BaseModel):
    """The ceiling that was adopted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ceiling: float
    """effort"""
    heart_rate: int
    """bpm"""
    day: str
    """date of the last calibration"""
    doubts: list[str]
    """why it is uncertain"""

    @classmethod
    def of(cls, proposal: Proposal) -> CalibrationAdopted:
        """Take it from a proposal."""
        return cls(
            ceiling=proposal.ceiling,
            heart_rate=proposal.heart_rate,
            day=proposal.day.isoformat(),
            doubts=[one.value for one in proposal.doubts],
        )
