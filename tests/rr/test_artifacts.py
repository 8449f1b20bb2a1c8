"""Which beats are artifacts, and what is put in their place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.rr.artifacts import ARTIFACTS, LOOK_AHEAD, BeatClass, Classifier, classify
from talkpace.rr.beats import Beat
from talkpace.rr.stream import PASSES, BeatStream, CorrectionPass, RepeatedCorrection, correct, figures_of

from .series import KINDS, beats, heart, with_artifacts

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
def test_each_kind_of_artifact_is_told_from_the_others(kind: str) -> None:
    series, known = with_artifacts(heart(1500))
    classes = classify(beats(series))

    # The method sees an early beat in the largest of its three steps, which is the pause behind it.
    after = 1 if kind == "ectopic" else 0
    told = [classes[place + after] for place, what in known.items() if what == kind]
    assert told.count(BeatClass(kind)) >= 0.8 * len(told), told


def test_beats_around_artifacts_are_left_alone() -> None:
    series, known = with_artifacts(heart(1500))
    classes = classify(beats(series))

    near = {place + step for place in known for step in (-1, 0, 1)}
    assert all(one is BeatClass.NORMAL for place, one in enumerate(classes) if place not in near)


def test_a_class_is_told_as_soon_as_so_many_beats_are_behind_it() -> None:
    classifier = Classifier()
    told = [len(classifier.feed([beat])) for beat in beats(heart(200))]
    assert sum(told[:LOOK_AHEAD]) == 0
    assert set(told[LOOK_AHEAD:]) == {1}


@given(plausible, st.lists(st.integers(0, 300), max_size=4), chunks)
def test_beat_by_beat_gives_the_classes_of_the_whole(
    rr: list[float], gaps: list[int], sizes: list[int]
) -> None:
    series = gappy(beats(rr), gaps)
    classifier = Classifier()
    told = [one for part in in_chunks(series, sizes) for one in classifier.feed(part)]
    assert told + classifier.finish() == classify(series)


@given(anything, st.lists(st.integers(0, 300), max_size=4), chunks)
def test_all_passes_in_a_stream_give_what_they_give_one_after_the_other(
    rr: list[float], gaps: list[int], sizes: list[int]
) -> None:
    series = gappy(beats(rr), gaps)
    whole, _ = figures_of(series)
    stream = BeatStream(0)
    for part in in_chunks(series, sizes):
        stream.take(part)
    figures, _ = stream.finish()

    assert figures.artifacts == whole.artifacts
    for one in (figures, whole):
        corrected = correct(series)
        assert one.corrected.beats == len(corrected)
        assert one.corrected.mean_rr_ms == pytest.approx(
            sum(beat.rr_ms for beat in corrected) / len(corrected) if corrected else None
        )


@settings(max_examples=20)
@given(st.integers(0, 1000), st.sampled_from([61, 173, 499]), st.integers(1, 60), st.integers(500, 700))
def test_passes_that_look_only_where_there_is_news_find_what_full_ones_do(
    seed: int, every: int, size: int, count: int
) -> None:
    # Some end right behind an artifact, in others no pass has news of the end.
    series = beats(with_artifacts(heart(count, seed=seed, swing_ms=12), every=every)[0])
    whole = series
    repeated = RepeatedCorrection()
    stream = [
        beat for first in range(0, len(series), size) for beat in repeated.feed(series[first : first + size])
    ]
    stream += repeated.finish()
    for number in range(1, PASSES + 1):
        full = CorrectionPass(number)
        series = full.feed(series) + full.finish()
        if number == repeated.counting:
            assert correct(whole) == series
        passed = repeated._passes[number - 1]
        assert [full.found[one] for one in ARTIFACTS] == [passed.found[one] for one in ARTIFACTS]
    assert stream == series


@given(plausible)
def test_without_gaps_a_correction_keeps_the_time_that_passes(rr: list[float]) -> None:
    corrected = correct(beats(rr))
    assert sum(beat.rr_ms for beat in corrected) == pytest.approx(sum(rr))


@given(anything, st.lists(st.integers(0, 300), max_size=6))
def test_corrected_intervals_lie_between_half_the_shortest_and_all_that_passed(
    rr: list[float], gaps: list[int]
) -> None:
    series = gappy(beats(rr), gaps)
    corrected = correct(series)
    assert all(0 < beat.rr_ms <= sum(rr) * 1.0001 for beat in corrected)
    assert all(earlier.at_ms <= later.at_ms + 2 for earlier, later in pairwise(corrected))


@given(plausible, st.sampled_from([0.5, 2.0]))
def test_classes_do_not_depend_on_the_unit(rr: list[float], factor: float) -> None:
    series = beats(rr)
    scaled = [beat._replace(rr_ms=beat.rr_ms * factor) for beat in series]
    assert classify(scaled) == classify(series)


def test_missed_and_extra_beats_are_mended() -> None:
    sound = heart(1500, swing_ms=15)
    series, _ = with_artifacts(sound, kinds=["missed", "extra"])
    figures, _ = figures_of(beats(series))
    truth, _ = figures_of(beats(sound))
    raw, corrected, true = figures.raw.rmssd_ms, figures.corrected.rmssd_ms, truth.raw.rmssd_ms

    assert raw is not None
    assert corrected is not None
    assert true is not None
    assert raw > 4 * true
    assert corrected == pytest.approx(true, rel=0.05)


def test_an_artifact_beside_a_gap_is_left_out_and_the_gap_is_wider() -> None:
    series = beats(heart(200))
    series[100] = series[100]._replace(rr_ms=series[100].rr_ms * 0.4)
    series[101] = series[101]._replace(lost_ms=1000)
    corrected = correct(series, repeat=False)

    assert len(corrected) == len(series) - 1
    assert corrected[100].lost_ms > 1000


def test_a_long_series_needs_no_more_memory_than_a_short_one() -> None:
    correction = RepeatedCorrection()
    series = beats(heart(20_000))
    held = []
    for first in range(0, len(series), 24):
        correction.feed(series[first : first + 24])
        held.append(sum(len(one._classifier._beats) + len(one._unclassified) for one in correction._passes))
    assert max(held[400:]) <= max(held[:400])
