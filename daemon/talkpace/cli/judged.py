"""What an athlete is judged by now, as a document and as lines for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from ..config.model import Configuration
from ..effort.athlete import AthleteValues, Judgement, judge_by


@dataclass(frozen=True)
class Judged:
    """An athlete's values, and the judgement that follows from them or the reason why none does."""

    values: AthleteValues
    judgement: Judgement | None
    reason: str | None

    @classmethod
    def now(cls, values: AthleteValues, configuration: Configuration) -> Judged:
        """By today's date."""
        year, ceilings = datetime.now().astimezone().year, configuration.ceilings.by_activity()
        try:
            return cls(values, judge_by(values, year=year, ceilings=ceilings), None)
        except ValueError as error:
            return cls(values, None, str(error))

    @property
    def max_heart_rate(self) -> float | None:
        """In bpm; None where the athlete cannot be judged."""
        return None if self.judgement is None else float(self.judgement.max_heart_rate)

    @property
    def max_heart_rate_source(self) -> str | None:
        """`given`, or the formula."""
        return None if self.judgement is None else self.judgement.max_heart_rate_source

    def document(self) -> dict[str, Any]:
        """For `--json`; what cannot be told is null."""
        judgement, values = self.judgement, self.values
        return {
            "max_heart_rate": self.max_heart_rate,
            "max_heart_rate_source": self.max_heart_rate_source,
            "resting_heart_rate": values.resting_heart_rate,
            "effort_method": values.effort_method.value,
            "zones": None
            if judgement is None
            else {
                "conversational_from": float(judgement.zones.conversational_from),
                "conversational_to": float(judgement.zones.conversational_to),
                "hard_to": float(judgement.zones.hard_to),
            },
            "ceilings": None
            if judgement is None
            else {activity.value: float(ceiling) for activity, ceiling in judgement.ceilings.items()},
            "sex": None if values.sex is None else values.sex.value,
            "weight_kg": values.weight_kg,
        }

    def lines(self) -> list[str]:
        """For a person."""
        judgement, values = self.judgement, self.values
        if judgement is None:
            return [f"maximum heart rate: unknown; cannot be judged: {self.reason}"]
        bounds, resting = judgement.zones, values.resting_heart_rate
        low, high, hard = (
            _share(judgement, bound)
            for bound in (bounds.conversational_from, bounds.conversational_to, bounds.hard_to)
        )
        method = "of the maximum" if values.effort_method == "hrmax" else "of the reserve"
        ceilings = ", ".join(
            f"{activity} {_share(judgement, ceiling)}" for activity, ceiling in judgement.ceilings.items()
        )
        return [
            f"maximum heart rate: {self.max_heart_rate:g} bpm, {self.max_heart_rate_source}",
            f"resting heart rate: {'unknown' if resting is None else f'{resting:g} bpm'}",
            f"effort: {method} ({values.effort_method.value})",
            f"zones: conversational {low} to {high}, hard to {hard}",
            f"ceilings: {ceilings}",
            f"sex: {values.sex or 'not given'}",
            f"weight: {'not given' if values.weight_kg is None else f'{values.weight_kg:g} kg'}",
        ]


def _share(judgement: Judgement, effort: Fraction) -> str:
    """An effort, and the heart rate that it is for this athlete."""
    bpm = judgement.scale.base_bpm + effort * judgement.scale.span_bpm
    return f"{float(effort):.0%} ({float(bpm):.0f} bpm)"
