"""Loads the stored data from which an athlete's aerobic threshold is estimated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..hrv.analysis import analyze_beats
from ..hrv.beats import beats_from_measurements
from ..training.talk_test import TalkTestAnswer
from ..training.threshold import ThresholdCrossing, find_crossings, find_personal_crossings
from .store import Store


@dataclass
class ThresholdEvidence:
    """Stored data from which an athlete's aerobic threshold is estimated."""

    sessions: int = 0
    """number of sessions with RR intervals"""
    crossings: list[ThresholdCrossing] = field(default_factory=list)
    """where DFA alpha 1 fell below 0.75 during a slow rise of the heart rate"""
    personal_crossings: list[ThresholdCrossing] = field(default_factory=list)
    """where it fell below the value halfway between its early maximum and 0.5"""
    talk_tests: list[tuple[TalkTestAnswer, float]] = field(default_factory=list)
    """answers with the effort (fraction) at which they were given"""


def load_threshold_evidence(
    store: Store, athlete: str, *, since: datetime, progress: Callable[[int, int], None]
) -> ThresholdEvidence:
    """Analyse the sessions since a date; `progress` gets the numbers of analysed and of all sessions."""
    evidence = ThresholdEvidence(talk_tests=talk_test_answers(store, athlete))
    rows = [row for row in store.sessions(athlete, discarded=False) if row.start >= since and row.summary]
    for number, row in enumerate(rows):
        progress(number, len(rows))
        beats = beats_from_measurements(
            (one.offset_ms, one.rr_ms, one.hold_ms) for one in store.measurements(row.id)
        )
        if beats:
            evidence.sessions += 1
            _, windows = analyze_beats(beats)
            evidence.crossings += find_crossings(windows)
            evidence.personal_crossings += find_personal_crossings(windows)
    progress(len(rows), len(rows))
    return evidence


def talk_test_answers(store: Store, athlete: str) -> list[tuple[TalkTestAnswer, float]]:
    """Answers to the talk test in steady effort, each with the effort (fraction) at which it was given."""
    valid = frozenset(TalkTestAnswer)
    return [
        (TalkTestAnswer(test.answer), test.effort)
        for test in store.talk_tests(athlete)
        if test.answer in valid and test.steady is not False
    ]
