"""Heart-rate coherence: what follows the breath, what does not, and what cannot be judged."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.habits.breathing import PACES_TO_TRY, BreathingPlan
from talkpace.habits.coherence import (
    RR,
    PaceTrial,
    best_pace,
    coherence,
    mean_coherence,
    pace_trial,
    rr_intervals,
)
from talkpace.hrv.beats import Beat, beats_from_intervals
from talkpace.hrv.correction import correct_artifacts

from ..shared_data import shared_data
from .rr_series import sine_intervals

paces = st.floats(4, 7)


@given(paces)
@settings(max_examples=25, deadline=None)
def test_intervals_that_swing_at_the_pace_have_a_high_coherence(pace: float) -> None:
    result = coherence(sine_intervals(pace, 3, noise_ms=5), pace, 120_000)
    assert result is not None
    assert result.share > 0.75
    assert result.peak_pace == pytest.approx(pace, abs=0.35)


@given(paces, st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_random_intervals_have_a_low_coherence(pace: float, seed: int) -> None:
    result = coherence(sine_intervals(pace, 3, swing_ms=0, noise_ms=40, seed=seed), pace, 120_000)
    assert result is not None
    assert result.share < 0.5


def test_the_peak_shows_the_pace_that_was_breathed_instead() -> None:
    result = coherence(sine_intervals(12, 3, noise_ms=5), 6, 120_000)
    assert result is not None
    assert result.share < 0.1
    assert result.peak_pace == pytest.approx(12, abs=0.35)


@given(paces, st.floats(0.2, 3))
@settings(max_examples=20, deadline=None)
def test_coherence_does_not_depend_on_the_amplitude_of_the_swing(pace: float, scale: float) -> None:
    narrow = [
        RR(each.at_ms, 900 + (each.rr_ms - 900) * scale) for each in sine_intervals(pace, 3, noise_ms=20)
    ]
    one, other = (
        coherence(sine_intervals(pace, 3, noise_ms=20), pace, 120_000),
        coherence(narrow, pace, 120_000),
    )
    assert one is not None
    assert other is not None
    assert one.share == pytest.approx(other.share)


def test_coherence_agrees_with_numpy_s_spectrum() -> None:
    intervals = sine_intervals(5.5, 3, noise_ms=25)
    at, rr = np.array([each.at_ms for each in intervals]), np.array([each.rr_ms for each in intervals])
    values = np.interp(np.arange(56_000, 120_000, 500), at, rr)
    number = np.arange(128)
    values = values - np.polyval(np.polyfit(number, values, 1), number)
    power = np.abs(np.fft.rfft(values * (0.5 - 0.5 * np.cos(2 * np.pi * number / 128)), 512)) ** 2
    hz = np.fft.rfftfreq(512, 0.5)
    total = power[(hz >= 0.0033) & (hz <= 0.4)].sum()
    at_pace = power[np.abs(hz - 5.5 / 60) <= 0.015].sum()
    result = coherence(intervals, 5.5, 120_000)
    assert result is not None
    assert result.share == pytest.approx(at_pace / total, rel=1e-6)


def test_less_than_a_window_has_no_coherence() -> None:
    intervals = sine_intervals(6, 0.9)
    assert coherence(intervals, 6, intervals[-1].at_ms) is None
    assert coherence([], 6, 64_000) is None


def test_a_window_with_a_large_gap_has_no_coherence() -> None:
    intervals = [each for each in sine_intervals(6, 3) if not 70_000 < each.at_ms < 80_000]
    assert coherence(intervals, 6, 120_000) is None
    assert coherence(intervals, 6, 170_000) is not None


def test_a_window_with_too_many_artifacts_has_no_coherence() -> None:
    intervals = sine_intervals(6, 3)
    few = [each._replace(artifact=number % 30 == 0) for number, each in enumerate(intervals)]
    many = [each._replace(artifact=number % 15 == 0) for number, each in enumerate(intervals)]
    assert coherence(few, 6, 120_000) is not None
    assert coherence(many, 6, 120_000) is None


@given(st.lists(st.tuples(st.floats(1, 5000), st.booleans()), max_size=120), paces, st.floats(0, 200_000))
@settings(deadline=None)
def test_any_intervals_give_a_share_from_0_to_1_or_none(
    beats: list[tuple[float, bool]], pace: float, end_ms: float
) -> None:
    at_ms, intervals = 0.0, []
    for rr_ms, artifact in beats:
        at_ms += rr_ms
        intervals.append(RR(at_ms, rr_ms, artifact))
    result = coherence(intervals, pace, end_ms)
    assert result is None or 0 <= result.share <= 1


def test_beats_are_timed_by_their_intervals_and_not_by_their_arrival() -> None:
    true = sine_intervals(6, 3)
    arrived = [Beat(each.rr_ms, math.ceil(each.at_ms / 1000) * 1000) for each in true]
    placed = rr_intervals(arrived)
    shift = placed[0].at_ms - true[0].at_ms
    assert 0 <= shift < 1000
    assert all(
        one.at_ms == pytest.approx(other.at_ms + shift) for one, other in zip(placed, true, strict=True)
    )


def test_the_first_beat_after_a_gap_is_timed_by_its_arrival() -> None:
    placed = rr_intervals([Beat(800, 1000), Beat(900, 2500), Beat(850, 9000, lost_ms=6000), Beat(900, 9500)])
    assert [each.at_ms for each in placed] == [1000, 1900, 9000, 9900]
    assert all(one.at_ms < other.at_ms for one, other in pairwise(placed))


# -- which pace suits ------------------------------------------------------------------------------


def searched(best: float, *, noise_ms: float = 5, slope_ms: float = 40) -> list[PaceTrial]:
    """A heart that swings most at one pace."""
    exercise, trials = BreathingPlan.through(PACES_TO_TRY, 2), []
    for step in exercise.steps:
        swing_ms = 100 - slope_ms * abs(step.pace - best)
        shifted = [
            each._replace(at_ms=each.at_ms + step.start_ms)
            for each in sine_intervals(step.pace, 2, swing_ms=swing_ms, noise_ms=noise_ms, seed=step.number)
        ]
        trials.append(pace_trial(shifted, step.pace, list(exercise.breaths(step))))
    return trials


@pytest.mark.parametrize("best", PACES_TO_TRY)
def test_the_best_pace_is_the_one_with_the_largest_swing(best: float) -> None:
    suited = best_pace(searched(best))
    assert suited is not None
    assert suited.pace == best
    assert suited.swing_bpm > 10


def test_with_much_noise_other_paces_are_similar_to_the_best() -> None:
    sure, unsure = best_pace(searched(5.5)), best_pace(searched(5.5, noise_ms=25, slope_ms=4))
    assert sure is not None
    assert sure.clear
    assert unsure is not None
    assert unsure.similar


def test_two_evaluated_paces_are_too_few_for_a_best_one() -> None:
    trials = searched(5.5)
    assert (
        best_pace([*trials[:2], *(pace_trial([], each.pace, [(0, 10_000)] * 12) for each in trials[2:])])
        is None
    )
    assert best_pace([]) is None


def test_breaths_with_an_artifact_or_a_missing_beat_do_not_count() -> None:
    exercise = BreathingPlan.of(6, 2)
    intervals = sine_intervals(6, 2)
    (step,) = exercise.steps
    breaths = list(exercise.breaths(step))
    whole = pace_trial(intervals, 6, breaths)
    wild = [
        each._replace(rr_ms=300, artifact=True) if 30_000 < each.at_ms < 31_000 else each
        for each in intervals
    ]
    lost = [each for each in intervals if not 50_000 < each.at_ms < 54_000]
    assert whole.swing_bpm is not None
    assert pace_trial(wild, 6, breaths).swing_bpm == pytest.approx(whole.swing_bpm, rel=0.02)
    assert pace_trial(lost, 6, breaths).swing_bpm == pytest.approx(whole.swing_bpm, rel=0.02)


def test_a_recording_at_rest_has_a_low_coherence() -> None:
    """16 minutes supine, breathing freely: now and then near six a minute, mostly not."""
    lines = (shared_data() / "rri-rest-exercise" / "rest_rri.txt").read_text().split()
    intervals = rr_intervals(correct_artifacts(beats_from_intervals(map(float, lines))))
    mean = mean_coherence(intervals, 6, 0, intervals[-1].at_ms)
    assert mean is not None
    assert 0.02 < mean.share < 0.5
