"""The talk test ("could you still talk?"): answers, and the personal ceiling that they suggest.

The highest intensity at which talking is comfortable is close to the first ventilatory threshold. Foster,
Porcari, Gibson, Wright, Greany, Talati and Recalde (2009), "Translation of submaximal exercise test responses
to exercise prescription using the Talk Test", J. Strength Cond. Res. 23(9):2425: 14 sedentary adults in
steady bouts of 20 minutes were at 73 ± 11 % of their maximum at the stage before the last positive one, at 79
± 9 % at the last positive, and at 82 ± 9 % at the first equivocal. At the first of these speech was
comfortable. People differ so much that an athlete's own answers fit better than one percentage for all.

What makes answers plausible is this project's own: repeated in several sessions, and in steady effort, as
heart rate follows a change of effort by a minute or two.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median_low

from .profile import AthleteProfile

MIN_ANSWERS = 5
"""with fewer answers there is no suggestion"""
MAX_ANSWERS = 20
"""number of the latest answers that count: people change"""
MODERATE = Fraction(76, 100)
"""of the maximum heart rate: the upper end of moderate exercise (ACSM 2018)"""
MIN_SESSIONS = 3
"""beyond moderate exercise: in so many sessions talking must have been comfortable up to the suggestion"""

STEADY_MS = 120_000
STEADY_RANGE_BPM = 12
"""effort is steady if heart rates lie no further apart for `STEADY_MS`"""
_PART_MS = 10_000


class TalkTestAnswer(StrEnum):
    """Could you still talk?"""

    COMFORTABLE = "comfortable"
    STRAINED = "strained"
    UNABLE = "unable"


_ANSWERS = frozenset(TalkTestAnswer)


@dataclass(frozen=True, slots=True)
class TalkTest:
    """An answer at a heart rate (bpm), and the session it was given in."""

    answer: TalkTestAnswer
    heart_rate: int
    session: str | None = None
    steady: bool | None = None
    """whether effort was steady; None where that is not known, as in an earlier version's answers"""


@dataclass(frozen=True, slots=True)
class CeilingSuggestion:
    """Efforts (fractions, whole percent)."""

    ceiling: float
    lowest: float
    """of what single sessions suggest"""
    highest: float


class SteadyEffort:
    """Whether heart rates of the last two minutes, or up to 10 s more, lie close together."""

    def __init__(self) -> None:
        self._start_ms: int | None = None
        self._part = 0
        """number of the present part; a part lasts 10 s"""
        self._low = self._high = 0
        self._parts: deque[tuple[int, int]] = deque(maxlen=STEADY_MS // _PART_MS)
        """lowest and highest of the parts before, without a pause"""

    def measure(self, at_ms: int, heart_rate: int) -> None:
        """Take the next measurement."""
        if self._start_ms is None:
            self._start_ms, self._low, self._high = at_ms, heart_rate, heart_rate
        part = (at_ms - self._start_ms) // _PART_MS
        if part == self._part:
            if heart_rate > self._high:
                self._high = heart_rate
            elif heart_rate < self._low:
                self._low = heart_rate
            return
        if part == self._part + 1:
            self._parts.append((self._low, self._high))
        else:
            self._parts.clear()
        self._part, self._low, self._high = part, heart_rate, heart_rate

    def is_steady(self) -> bool | None:
        """Return whether effort has been steady for two minutes; None where they are not all measured."""
        if len(self._parts) < STEADY_MS // _PART_MS:
            return None
        lowest = min(self._low, *(low for low, _ in self._parts))
        return max(self._high, *(high for _, high in self._parts)) - lowest <= STEADY_RANGE_BPM


def suggest_ceiling(tests: Sequence[TalkTest], profile: AthleteProfile) -> CeilingSuggestion | None:
    """Return the effort that the answers suggest as a ceiling; None with too few answers.

    `tests` has the newest last; answers in unsteady effort do not count. Each session gives the highest
    heart rate at which talking was comfortable and the lowest at which it was not; the (lower) medians over
    sessions count. The suggestion is the first median, but below the second. Above 76 % of the maximum heart
    rate it goes only as high as talking was comfortable in three sessions.
    """
    recent = [test for test in tests if test.steady is not False][-MAX_ANSWERS:]
    if len(recent) < MIN_ANSWERS:
        return None
    comfortable = [max(rates) for rates in _by_session(recent, comfortable=True)]
    strained = [min(rates) - 1 for rates in _by_session(recent, comfortable=False)]
    bpm = min(median_low(rates) for rates in (comfortable, strained) if rates)
    repeated = sorted(comfortable)[-MIN_SESSIONS] if len(comfortable) >= MIN_SESSIONS else 0
    bpm = min(bpm, max(repeated, math.floor(MODERATE * profile.max_heart_rate)))
    ceiling = _percent(bpm, profile)
    if ceiling <= 0:
        return None
    every = [_percent(one, profile) for one in (*comfortable, *strained)]
    return CeilingSuggestion(ceiling, max(0.0, min(ceiling, *every)), max(ceiling, *every))


def _percent(bpm: int, profile: AthleteProfile) -> float:
    """Return the effort in whole percent, rounded down."""
    return math.floor(100 * (bpm - profile.scale.base_bpm) / profile.scale.span_bpm) / 100


def parse_talk_tests(answers: Iterable[tuple[str, int, str | None, bool | None]]) -> list[TalkTest]:
    """Parse stored answers: word, heart rate in bpm, session, steady; ignore words of later versions."""
    return [
        TalkTest(TalkTestAnswer(answer), heart_rate, session, steady)
        for answer, heart_rate, session, steady in answers
        if answer in _ANSWERS
    ]


def _by_session(tests: Iterable[TalkTest], *, comfortable: bool) -> Iterable[list[int]]:
    rates: dict[str | None, list[int]] = {}
    for test in tests:
        if (test.answer is TalkTestAnswer.COMFORTABLE) is comfortable:
            rates.setdefault(test.session, []).append(test.heart_rate)
    return rates.values()
