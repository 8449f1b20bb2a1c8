"""Which beats are artifacts, and what is put in their place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.hrv.analysis import HrvAnalyzer, analyze_beats
from talkpace.hrv.artifacts import ARTIFACTS, LOOK_AHEAD, BeatClass, BeatClassifier, classify
from talkpace.hrv.beats import Beat
from talkpace.hrv.correction import MAX_PASSES, CorrectionPass, RepeatedCorrection, correct_artifacts
from talkpace.hrv.dfa import WINDOW_MS, RollingAlpha1
from talkpace.hrv.time_domain import time_domain

from ..shared_data import shared_data
from .series import KINDS, beats, heart, recorded, with_artifacts

plausible = st.lists(st.floats(250, 2200).map(round).map(float), max_size=250)
anything = st.lists(st.floats(0.001, 5000), max_size=250)
chunks = st.lists(st.integers(0, 40), max_size=60)


def gappy(series: list[Beat], gaps: list[int]) -> list[Beat]:
    """The same with gaps before some of the beats."""
    lost = {gap % len(series) for gap in gaps} if series else set()
    return [beat._replace(lost_ms=700) if place in lost else beat for place, beat in enumerate(series)]


def in_chunks(series: list[Beat], sizes: list[int]) -> list[list[Beat]]:
    parts, first = [], 0
    for size in sizes:
        parts.append(series[first : first + size])
        first += size
    return [*parts, series[first:]]


def test_a_healthy_heart_has_no_artifacts() -> None:
    assert set(classify(beats(heart(600)))) == {BeatClass.NORMAL}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_artifact_gets_its_class(kind: str) -> None:
    series, known = with_artifacts(heart(1500))
    classes = classify(beats(series))

    # The method sees an early beat in the largest of its three steps, which is the pause behind it.
    after = 1 if kind == "ectopic" else 0
    classified = [classes[place + after] for place, what in known.items() if what == kind]
    assert classified.count(BeatClass(kind)) >= 0.8 * len(classified), classified


def test_beats_near_artifacts_stay_normal() -> None:
    series, known = with_artifacts(heart(1500))
    classes = classify(beats(series))

    near = {place + step for place in known for step in (-1, 0, 1)}
    assert all(one is BeatClass.NORMAL for place, one in enumerate(classes) if place not in near)


def test_a_beat_is_classified_once_the_look_ahead_is_complete() -> None:
    classifier = BeatClassifier()
    classified = [len(classifier.feed([beat])) for beat in beats(heart(200))]
    assert sum(classified[:LOOK_AHEAD]) == 0
    assert set(classified[LOOK_AHEAD:]) == {1}


@given(plausible, st.lists(st.integers(0, 300), max_size=4), chunks)
def test_a_series_in_chunks_gets_the_classes_of_the_whole_series(
    rr: list[float], gaps: list[int], sizes: list[int]
) -> None:
    series = gappy(beats(rr), gaps)
    classifier = BeatClassifier()
    classified = [one for part in in_chunks(series, sizes) for one in classifier.feed(part)]
    assert classified + classifier.finish() == classify(series)


@given(anything, st.lists(st.integers(0, 300), max_size=4), chunks)
def test_passes_side_by_side_give_what_they_give_one_after_the_other(
    rr: list[float], gaps: list[int], sizes: list[int]
) -> None:
    series = gappy(beats(rr), gaps)
    whole, _ = analyze_beats(series)
    stream = HrvAnalyzer(0)
    for part in in_chunks(series, sizes):
        stream.add(part)
    figures, _ = stream.finish()

    assert figures.artifacts == whole.artifacts
    for one in (figures, whole):
        corrected = correct_artifacts(series)
        assert one.corrected.beats == len(corrected)
        assert one.corrected.mean_rr_ms == pytest.approx(
            sum(beat.rr_ms for beat in corrected) / len(corrected) if corrected else None
        )


@settings(max_examples=20)
@given(st.integers(0, 1000), st.sampled_from([61, 173, 499]), st.integers(1, 60), st.integers(500, 700))
def test_passes_that_skip_unchanged_beats_find_what_full_ones_do(
    seed: int, every: int, size: int, count: int
) -> None:
    # Some end right behind an artifact, in others no pass has news of the end.
    whole = series = beats(with_artifacts(heart(count, seed=seed, swing_ms=12), every=every)[0])
    repeated = RepeatedCorrection()
    streams: list[list[Beat]] = [[] for _ in range(MAX_PASSES)]
    for first in range(0, len(series), size):
        for number, (final, _) in enumerate(repeated.feed(series[first : first + size])):
            streams[number] += final
    for number, batches in enumerate(repeated.finish()):
        streams[number] += [beat for final, _ in batches for beat in final]
    for number, stream in enumerate(streams, start=1):
        full = CorrectionPass()
        series = full.feed(series) + full.finish()
        if number == repeated.effective_pass:
            assert correct_artifacts(whole) == series
        passed = repeated._passes[number - 1]
        assert [full.artifact_counts[one] for one in ARTIFACTS] == [
            passed.artifact_counts[one] for one in ARTIFACTS
        ]
        assert stream == series


@settings(max_examples=30)
@given(st.integers(0, 1000), st.sampled_from([23, 61, 173, 499]), st.integers(1, 200), st.integers(150, 900))
def test_alpha1_is_of_the_corrected_series_that_rmssd_is_of(
    seed: int, every: int, size: int, count: int
) -> None:
    rr, _ = with_artifacts(heart(count, seed=seed, mean_ms=500, swing_ms=12), every=every)
    series = gappy(beats(rr), [seed] if seed % 3 == 0 else [])
    analyzer = HrvAnalyzer(0)
    for first in range(0, len(series), size):
        analyzer.add(series[first : first + size])
    figures, windows = analyzer.finish()

    corrected = correct_artifacts(series)
    assert figures.corrected.rmssd_ms == pytest.approx(time_domain(corrected).rmssd_ms)
    alone = RollingAlpha1(0).feed(corrected)
    assert [one.end_ms for one in windows] == [one.end_ms for one in alone]
    assert [one.alpha1 for one in windows] == pytest.approx([one.alpha1 for one in alone])
    assert [one.heart_rate for one in windows] == pytest.approx([one.heart_rate for one in alone])


def test_every_pass_marks_what_it_moves_so_that_a_window_of_many_artifacts_has_no_alpha1() -> None:
    series = beats(with_artifacts(heart(2000, mean_ms=500, swing_ms=12), every=23)[0])
    once, repeated = correct_artifacts(series, repeat=False), correct_artifacts(series)
    assert sum(beat.artifact for beat in repeated) > sum(beat.artifact for beat in once)
    for window in analyze_beats(series)[1]:
        inside = [one for one in repeated if window.end_ms - WINDOW_MS < one.at_ms <= window.end_ms]
        assert sum(beat.artifact for beat in inside) <= 0.05 * len(inside)


def test_noisy_hard_exercise_has_the_alpha1_that_neurokit_gives_for_the_corrected_series() -> None:
    figures, _ = analyze_beats(beats(recorded(shared_data(), "cases/rr-noisy-alpha1.txt")))
    assert figures.corrected.rmssd_ms == pytest.approx(148.4, abs=0.1)
    assert figures.dfa_alpha1 == pytest.approx(0.789, abs=0.001)


@given(plausible)
def test_without_gaps_a_correction_keeps_the_total_time(rr: list[float]) -> None:
    corrected = correct_artifacts(beats(rr))
    assert sum(beat.rr_ms for beat in corrected) == pytest.approx(sum(rr))


@given(anything, st.lists(st.integers(0, 300), max_size=6))
def test_corrected_intervals_lie_between_half_the_shortest_and_the_total(
    rr: list[float], gaps: list[int]
) -> None:
    series = gappy(beats(rr), gaps)
    corrected = correct_artifacts(series)
    assert all(0 < beat.rr_ms <= sum(rr) * 1.0001 for beat in corrected)
    assert all(earlier.at_ms <= later.at_ms + 2 for earlier, later in pairwise(corrected))


@given(plausible, st.sampled_from([0.5, 2.0]))
def test_classes_do_not_depend_on_the_unit_of_the_intervals(rr: list[float], factor: float) -> None:
    series = beats(rr)
    scaled = [beat._replace(rr_ms=beat.rr_ms * factor) for beat in series]
    assert classify(scaled) == classify(series)


def test_missed_and_extra_beats_are_corrected() -> None:
    sound = heart(1500, swing_ms=15)
    series, _ = with_artifacts(sound, kinds=["missed", "extra"])
    figures, _ = analyze_beats(beats(series))
    truth, _ = analyze_beats(beats(sound))
    raw, corrected, true = figures.raw.rmssd_ms, figures.corrected.rmssd_ms, truth.raw.rmssd_ms

    assert raw is not None
    assert corrected is not None
    assert true is not None
    assert raw > 4 * true
    assert corrected == pytest.approx(true, rel=0.05)


def test_an_artifact_beside_a_gap_is_removed_and_the_gap_becomes_wider() -> None:
    series = beats(heart(200))
    series[100] = series[100]._replace(rr_ms=series[100].rr_ms * 0.4)
    series[101] = series[101]._replace(lost_ms=1000)
    corrected = correct_artifacts(series, repeat=False)

    assert len(corrected) == len(series) - 1
    assert corrected[100].lost_ms > 1000


def test_a_long_series_needs_no_more_memory_than_a_short_one_to_be_corrected() -> None:
    correction = RepeatedCorrection()
    series = beats(heart(20_000))
    time_between = []
    for first in range(0, len(series), 24):
        correction.feed(series[first : first + 24])
        time_between.append(
            sum(len(one._classifier._beats) + len(one._unclassified) for one in correction._passes)
        )
    assert max(time_between[400:]) <= max(time_between[:400])
