"""An athlete's thresholds and talk tests, as JSON and as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError
from ..training.profile import AthleteProfile, AthleteValues, require_profile
from ..training.talk_test import MIN_ANSWERS, CeilingSuggestion, parse_talk_tests, suggest_ceiling

if TYPE_CHECKING:
    from fractions import Fraction

    from ..config.model import Configuration
    from ..storage.records import TalkTestAnswered

_TALK_TESTS_SHOWN = 5


def current_profile(athlete: str, values: AthleteValues, configuration: Configuration) -> AthleteProfile:
    """Resolve the profile by today's date. Raises ConfigurationError."""
    year = datetime.now().astimezone().year
    return require_profile(athlete, values, year=year, ceilings=configuration.ceilings.by_activity())


@dataclass(frozen=True)
class AthleteView:
    """An athlete's values, and the profile resolved from them or the reason why there is none."""

    values: AthleteValues
    profile: AthleteProfile | None
    problem: str | None

    @classmethod
    def now(cls, athlete: str, values: AthleteValues, configuration: Configuration) -> AthleteView:
        """Resolve by today's date."""
        try:
            return cls(values, current_profile(athlete, values, configuration), None)
        except ConfigurationError as error:
            return cls(values, None, str(error))

    @property
    def max_heart_rate(self) -> float | None:
        """In bpm; None where there is no profile."""
        return None if self.profile is None else float(self.profile.max_heart_rate)

    @property
    def max_heart_rate_source(self) -> str | None:
        """`given`, or the formula."""
        return None if self.profile is None else self.profile.max_heart_rate_source

    def document(self) -> dict[str, Any]:
        """For `--json`; null where unknown."""
        profile, values = self.profile, self.values
        return {
            "max_heart_rate": self.max_heart_rate,
            "max_heart_rate_source": self.max_heart_rate_source,
            "resting_heart_rate": values.resting_heart_rate,
            "effort_method": values.effort_method.value,
            "zones": None
            if profile is None
            else {
                "conversational_from": float(profile.zones.conversational_from),
                "conversational_to": float(profile.zones.conversational_to),
                "hard_to": float(profile.zones.hard_to),
            },
            "ceilings": None
            if profile is None
            else {activity.value: float(ceiling) for activity, ceiling in profile.ceilings.items()},
            "sex": None if values.sex is None else values.sex.value,
            "weight_kg": values.weight_kg,
            "heart_rate_drug": values.heart_rate_drug,
            "irregular_rhythm": values.irregular_rhythm,
        }

    def lines(self) -> list[str]:
        """As text."""
        profile, values = self.profile, self.values
        if profile is None:
            return [f"maximum heart rate: unknown; {self.problem}"]
        bounds, resting = profile.zones, values.resting_heart_rate
        low, high, hard = (
            _effort(profile, bound)
            for bound in (bounds.conversational_from, bounds.conversational_to, bounds.hard_to)
        )
        method = "of maximum heart rate" if values.effort_method == "hrmax" else "of heart-rate reserve"
        ceilings = ", ".join(
            f"{activity} {_effort(profile, ceiling)}" for activity, ceiling in profile.ceilings.items()
        )
        return [
            f"maximum heart rate: {self.max_heart_rate:g} bpm, {self.max_heart_rate_source}",
            f"resting heart rate: {'unknown' if resting is None else f'{resting:g} bpm'}",
            f"effort: {method} ({values.effort_method.value})",
            f"zones: conversational {low} to {high}, hard to {hard}",
            f"ceilings: {ceilings}",
            f"sex: {values.sex or 'not given'}",
            f"weight: {'not given' if values.weight_kg is None else f'{values.weight_kg:g} kg'}",
            f"drug that limits the heart rate: {'yes' if values.heart_rate_drug else 'none given'}",
            f"irregular rhythm: {'yes' if values.irregular_rhythm else 'none given'}",
            *([f"{values.hrv_reason}; no formula from age is used"] if values.hrv_reason else []),
            *(["no ceiling of your own: ask your physician for one"] if values.lacks_own_ceiling else []),
        ]


def _effort(profile: AthleteProfile, effort: Fraction) -> str:
    """Format an effort in percent and in this athlete's bpm."""
    bpm = profile.scale.base_bpm + effort * profile.scale.span_bpm
    return f"{float(effort):.0%} ({float(bpm):.0f} bpm)"


@dataclass(frozen=True)
class TalkTestsView:
    """All talk test answers, oldest first, and the ceiling that they suggest."""

    answers: Sequence[TalkTestAnswered]
    suggestion: CeilingSuggestion | None

    @classmethod
    def of(cls, answers: Sequence[TalkTestAnswered], profile: AthleteProfile | None) -> TalkTestsView:
        """Compute the suggestion; None without a profile."""
        tests = parse_talk_tests((one.answer, one.heart_rate, one.session, one.steady) for one in answers)
        return cls(answers, None if profile is None else suggest_ceiling(tests, profile))

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "suggested_ceiling": None if self.suggestion is None else self.suggestion.ceiling,
            "suggested_ceiling_range": None
            if self.suggestion is None
            else [self.suggestion.lowest, self.suggestion.highest],
            "talk_tests": [
                {
                    "at": one.at.isoformat(),
                    "answer": one.answer,
                    "heart_rate": one.heart_rate,
                    "effort": one.effort,
                    "ceiling": one.ceiling,
                    "session": one.session,
                    "steady": one.steady,
                }
                for one in self.answers
            ],
        }

    def lines(self, athlete: str, cardio_ceiling: float) -> list[str]:
        """As text: the latest answers, and the suggestion; `cardio_ceiling` is `ceilings.cardio`."""
        if not self.answers:
            return []
        latest = ", ".join(
            f"{one.answer} at {one.heart_rate} bpm" for one in self.answers[-_TALK_TESTS_SHOWN:]
        )
        lines = [f"talk test: {len(self.answers)} answer(s); latest: {latest}"]
        suggestion = self.suggestion
        if suggestion is None:
            return [
                *lines,
                f"talk test: a ceiling is suggested from {MIN_ANSWERS} steady answers on",
            ]
        lines.append(
            f"suggestion: a ceiling of {suggestion.ceiling:.0%}, from the talk test "
            f"({suggestion.lowest:.0%} to {suggestion.highest:.0%} in single sessions); to use it: "
            f"talkpace athlete set {athlete} ceiling={suggestion.ceiling}"
        )
        if suggestion.ceiling > cardio_ceiling:
            lines.append(
                "  (the lower of the athlete's and the activity's ceiling counts: to go above "
                f"{cardio_ceiling:.0%}, also raise ceilings.cardio in the configuration)"
            )
        return lines
