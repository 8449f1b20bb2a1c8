"""The talk test: could you still talk? Answers, and the personal ceiling that they suggest.

Where talking is still comfortable lies close to the first ventilatory threshold: people without
training were last comfortable at 79 ± 9 % of their maximum, unsure at 82 ± 9 % (Persinger, Foster,
Gibson, Fater and Porcari 2004; Gillespie, McCormick, Mermier and Gibson 2015). So a person's own
answers say more of that person's ceiling than a percentage for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median_low

from .athlete import Judgement

ENOUGH = 5
"""with fewer answers nothing is suggested"""
MOST_CONSIDERED = 20
"""people change: older answers count no longer"""
HIGHEST_SUGGESTED = Fraction(76, 100)
"""of the maximum heart rate, where moderate exercise ends (ACSM 2018)"""


class Answer(StrEnum):
    """Could you still talk?"""

    COMFORTABLE = "comfortable"
    STRAINED = "strained"
    UNABLE = "unable"


_ANSWERS = frozenset(Answer)


@dataclass(frozen=True, slots=True)
class TalkTest:
    """An answer at a heart rate (bpm); `session` tells which answers belong to one workout."""

    answer: Answer
    heart_rate: int
    session: str | None = None


def suggested_ceiling(tests: Sequence[TalkTest], judgement: Judgement) -> float | None:
    """The effort that an athlete's answers suggest as a ceiling, a whole percent; None for too few of them.

    `tests` has the newest last. Of each session count the highest heart rate at which talking was
    comfortable and the lowest at which it was not; of all sessions, the (lower) median of each. The
    suggestion is the first of these, but below the second and never over 76 % of the maximum.
    """
    recent = tests[-MOST_CONSIDERED:]
    if len(recent) < ENOUGH:
        return None
    comfortable = [test for test in recent if test.answer is Answer.COMFORTABLE]
    others = [test for test in recent if test.answer is not Answer.COMFORTABLE]
    bounds = [math.floor(HIGHEST_SUGGESTED * judgement.max_heart_rate)]
    if comfortable:
        bounds.append(median_low(max(rates) for rates in _by_session(comfortable)))
    if others:
        bounds.append(median_low(min(rates) for rates in _by_session(others)) - 1)
    scale = judgement.scale
    percent = math.floor(100 * (min(bounds) - scale.base_bpm) / scale.span_bpm)
    return percent / 100 if percent > 0 else None


def as_tests(answers: Iterable[tuple[str, int, str | None]]) -> list[TalkTest]:
    """Answers as they were kept: word, heart rate (bpm), session. Words of later versions are passed over."""
    return [
        TalkTest(Answer(answer), heart_rate, session)
        for answer, heart_rate, session in answers
        if answer in _ANSWERS
    ]


def _by_session(tests: Iterable[TalkTest]) -> Iterable[list[int]]:
    rates: dict[str | None, list[int]] = {}
    for test in tests:
        rates.setdefault(test.session, []).append(test.heart_rate)
    return rates.values()
