"""What the beats say of a breathing exercise: coherence while it runs, and the log entry after it."""

from __future__ import annotations

from collections.abc import Sequence

from ..habits.breathing import BreathingPlan
from ..habits.coherence import (
    WINDOW_MS,
    BestPace,
    Coherence,
    best_pace,
    coherence,
    mean_coherence,
    pace_trial,
    rr_intervals,
)
from ..habits.entries import Breathing
from ..habits.settings import LONGEST_BREATHING_MIN
from ..hrv.beats import Beat
from ..hrv.correction import correct_artifacts


def current_coherence(beats: Sequence[Beat], pace: float, since_ms: int) -> Coherence | None:
    """Coherence at `pace` (breaths/min) in the last 64 s; None where these begin before `since_ms`.

    `beats` has at least one beat.
    """
    intervals = rr_intervals(correct_artifacts(beats))
    end_ms = intervals[-1].at_ms
    return None if end_ms - since_ms < WINDOW_MS else coherence(intervals, pace, end_ms)


def breathing_result(
    exercise: BreathingPlan, beats: Sequence[Beat], *, start_ms: int, duration_ms: int
) -> Breathing:
    """Log entry of an exercise that began at `start_ms` on the beats' clock and lasted `duration_ms`."""
    intervals = [
        each._replace(at_ms=each.at_ms - start_ms) for each in rr_intervals(correct_artifacts(beats))
    ]
    trials = []
    for step in exercise.steps:
        breaths = [breath for breath in exercise.breaths(step) if breath[1] <= duration_ms]
        if breaths:
            trials.append(pace_trial(intervals, step.pace, breaths))
    minutes = min(
        LONGEST_BREATHING_MIN, round(duration_ms / 60_000, 1)
    )  # whole breaths may take a little longer
    if len(exercise.steps) > 1:
        suited: BestPace | None = best_pace(trials)
        if suited is None:
            return Breathing(minutes=minutes)
        return Breathing(
            minutes=minutes,
            swing_bpm=round(suited.swing_bpm, 1),
            suited=suited.pace,
            close=suited.similar,
        )
    pace = exercise.steps[0].pace
    mean = mean_coherence(intervals, pace, 0, duration_ms)
    swing = trials[0].swing_bpm if trials else None
    return Breathing(
        minutes=minutes,
        pace=pace,
        coherence=None if mean is None else round(mean.share, 3),
        swing_bpm=None if swing is None else round(swing, 1),
    )
