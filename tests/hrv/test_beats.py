"""When beats were, and where some were lost, from the times at which notifications arrived."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.hrv.beats import Beat, BeatPlacer, beats_from_intervals, beats_from_measurements
from talkpace.hrv.interval_clock import MAX_RR_MS

from .series import heart

Notified = list[tuple[int, list[float]]]

intervals = st.lists(st.floats(allow_nan=False, min_value=-1, max_value=1e7), max_size=9)
anything = st.lists(st.tuples(st.integers(0, 20_000), intervals), max_size=60)


def notified(rr_ms: list[float], *, delays_ms: tuple[int, ...] = (0, 30, 10, 40)) -> Notified:
    """One notification a second with the intervals that ended since the last one."""
    ends = list(accumulate(rr_ms))
    seconds = range(1, math.ceil(ends[-1] / 1000) + 1)
    return [
        (
            1000 * second + delays_ms[second % len(delays_ms)],
            [rr for rr, end in zip(rr_ms, ends, strict=True) if 1000 * (second - 1) < end <= 1000 * second],
        )
        for second in seconds
    ]


def gaps(beats: list[Beat]) -> list[Beat]:
    return [beat for beat in beats if beat.lost_ms]


@pytest.mark.parametrize("mean_ms", [340.0, 500.0, 760.0, 1020.0, 1350.0])
def test_a_strap_that_sends_every_beat_has_no_gaps(mean_ms: float) -> None:
    rr = heart(600, mean_ms=mean_ms, swing_ms=mean_ms / 25)
    beats = beats_from_measurements(notified(rr))
    assert [beat.rr_ms for beat in beats] == rr
    assert not gaps(beats)


@pytest.mark.parametrize("mean_ms", [340.0, 500.0, 760.0, 990.0])
def test_a_lost_notification_is_a_gap_about_as_long_as_its_intervals(mean_ms: float) -> None:
    measurements = notified(heart(400, mean_ms=mean_ms, swing_ms=mean_ms / 25))
    lost = measurements.pop(next(place for place in range(60, 99) if len(measurements[place][1]) >= 1))
    (gap,) = gaps(beats_from_measurements(measurements))
    following = next(rr for at, rr in measurements if at > lost[0] and rr)
    assert gap.rr_ms == following[0]
    assert gap.lost_ms == pytest.approx(sum(lost[1]), abs=0.75 * mean_ms)


def test_late_notifications_make_no_gap() -> None:
    measurements = notified(heart(600, mean_ms=500.0))
    held_up_until_ms = measurements[104][0]
    late = [(held_up_until_ms + place, rr) for place, (_, rr) in enumerate(measurements[100:105])]
    assert not gaps(beats_from_measurements([*measurements[:100], *late, *measurements[105:]]))


def test_an_interrupted_link_makes_a_gap() -> None:
    measurements = notified(heart(900, mean_ms=500.0))
    (gap,) = gaps(beats_from_measurements([*measurements[:100], *measurements[140:]]))
    assert gap.lost_ms == pytest.approx(40_000, abs=500)


def test_a_strap_whose_clock_runs_differently_has_no_gaps() -> None:
    rr = heart(4000, mean_ms=500.0)
    measurements = notified(rr)
    for pace in (1.003, 0.997):
        assert not gaps(beats_from_measurements([(round(at * pace), sent) for at, sent in measurements]))


def test_a_recording_with_whole_seconds_and_pauses_between_rows_has_no_gaps() -> None:
    measurements = notified(heart(1500, mean_ms=450.0), delays_ms=(0,))
    merged: Notified = []
    for at, rr in measurements:
        if merged and at // 1000 % 7 not in {0, 3}:
            merged[-1] = (at, [*merged[-1][1], *rr])
        else:
            merged.append((at, rr))
    assert not gaps(beats_from_measurements(merged))


def test_beats_lie_before_their_notification_and_in_order() -> None:
    measurements = notified(heart(300, mean_ms=400.0))
    beats = beats_from_measurements(measurements)
    assert all(earlier.at_ms <= later.at_ms for earlier, later in pairwise(beats))
    assert beats[-1].at_ms == measurements[-1][0]


def test_after_a_change_of_strap_the_next_interval_is_not_joined() -> None:
    placer = BeatPlacer()
    first = placer.add(1000, [500.0, 500.0])
    placer.mark_strap_change()
    second = placer.add(1100, [480.0])
    assert [bool(beat.lost_ms) for beat in first + second] == [False, False, True]


def test_an_implausible_interval_is_a_gap() -> None:
    assert [(beat.rr_ms, beat.lost_ms > 0) for beat in beats_from_intervals([800, 0, 810, 9000, 805])] == [
        (800, False),
        (810, True),
        (805, True),
    ]


@given(anything)
def test_beats_of_any_measurements_are_plausible_and_in_order(measurements: Notified) -> None:
    at_ms, arrived = 0, []
    for waited_ms, rr in measurements:
        at_ms += waited_ms
        arrived.append((at_ms, rr))
    placer = BeatPlacer()
    beats = [beat for at_ms, rr in arrived for beat in placer.add(at_ms, rr)] + placer.finish()
    assert beats_from_measurements(arrived) == ([] if placer.ahead else beats)
    assert [beat.rr_ms for beat in beats] == [rr for _, sent in arrived for rr in sent if 0 < rr <= MAX_RR_MS]
    assert all(beat.lost_ms >= 0 for beat in beats)
    assert all(earlier.at_ms <= later.at_ms for earlier, later in pairwise(beats))


def test_ten_thousand_intervals_in_one_notification_are_placed() -> None:
    beats = beats_from_measurements([(1000, [800.0]), (2000, [0.0, 1e9, 300.0] * 3333), (3000, [800.0])])
    assert len(beats) == 3335
