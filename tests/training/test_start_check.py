"""Heart rates of a dry strap at the start of a session, and what must not be taken for them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.measurement.link_decoder import Measurement
from talkpace.training.athlete_training import MaximumSuggested, Outcome, SessionEnded, Training
from talkpace.training.events import Event
from talkpace.training.profile import Activity, AthleteProfile
from talkpace.training.rules import Rules
from talkpace.training.session import SessionFigures
from talkpace.training.start_check import StartCheck, StartMeasurement

Beats = list[tuple[int, int]]
"""times in ms and heart rates"""


def parts(*parts: tuple[float, int], every_s: float = 1) -> Beats:
    """Parts of (seconds, heart rate), with a measurement every so often from 0."""
    beats: Beats = []
    begin_s = 0.0
    for seconds, rate in parts:
        count = round(seconds / every_s)
        beats += [(round((begin_s + step * every_s) * 1000), rate) for step in range(count)]
        begin_s += seconds
    return beats


def ramp(first: int, last: int, seconds: int) -> list[tuple[float, int]]:
    """One second at each of the rates from `first` to `last`."""
    return [(1, round(first + (last - first) * second / seconds)) for second in range(seconds)]


def outcomes(beats: Iterable[tuple[int, int]]) -> list[Outcome]:
    training = Training(Rules(), lambda: AthleteProfile(Fraction(185), "given"))
    found, at_ms = [], 0
    for at_ms, rate in beats:
        found += training.measure(Measurement(at_ms, rate))
    return found + training.end(at_ms)


def figures(beats: Iterable[tuple[int, int]]) -> SessionFigures:
    [one] = [each.figures for each in outcomes(beats) if isinstance(each, SessionEnded)]
    return one


def test_a_dry_straps_start_is_neither_maximum_nor_mean_nor_the_peak_of_recovery() -> None:
    one = figures(parts((15, 220), (300, 100), (60, 130), (120, 110)))
    assert max(one.ms_at_bpm) == 130
    assert one.heart_rate_recovery_60s == 20
    assert one.implausible is not None
    assert (one.implausible.measurements, one.implausible.hold_ms) == (15, 15_000)
    assert (one.recorded_ms, one.gap_ms) == (480_000, 15_000)
    assert one.measurements == 495
    assert one.suggested_maximum is None


@pytest.mark.parametrize(
    "beats",
    [
        parts((4, 90), (20, 230), (300, 95)),
        parts((60, 175), (300, 90)),
        parts((10, 220), (3, 95), (10, 215), (300, 95)),
        parts((10, 220), *ramp(220, 95, 8), (300, 95)),
        parts((15, 220), (30, 95), (15, 220), (300, 95)),
        parts((27, 210), (300, 90), every_s=9),
        parts((5, 220), (100, 95), every_s=0.25),
    ],
    ids=[
        "after good values",
        "below the maximum",
        "flickering",
        "within seconds",
        "twice",
        "sparse",
        "dense",
    ],
)
def test_a_fall_that_no_heart_makes_to_a_plateau_shows_a_dry_strap(beats: Beats) -> None:
    one = figures(beats)
    assert one.implausible is not None
    assert max(one.ms_at_bpm) <= 95 + 20


@pytest.mark.parametrize(
    "beats",
    [
        parts((20, 180), *ramp(180, 120, 60), (120, 120)),
        parts(*[(30, 185), *ramp(185, 140, 25), (20, 140), *ramp(140, 185, 15)] * 4),
        parts((60, 175), (4, 60), (120, 175)),
        parts((60, 175), (200, 150)),
        parts((200, 175), (200, 90)),
        [*parts((30, 175)), *[(at_ms + 70_000, rate) for at_ms, rate in parts((200, 110))]],
        parts((60, 175), (300, 110), every_s=30),
        parts((60, 120), *ramp(120, 190, 40), (60, 190)),
        parts((60, 200), *ramp(200, 150, 30), (120, 150)),
        parts(*[*ramp(100, 160, 60)] * 4),
        parts((20, 90), *ramp(90, 170, 60), (5, 170), (60, 80), (60, 100)),
    ],
    ids=[
        "rest after hard exercise",
        "intervals",
        "a short dropout",
        "a fall of 25",
        "a fall after two minutes",
        "a pause in which the heart slowed",
        "a value every half minute",
        "a rise",
        "above the maximum in use",
        "a climb and a fall, over and over",
        "a climb to where the strap slips",
    ],
)
def test_what_a_heart_can_do_is_kept(beats: Beats) -> None:
    one = figures(beats)
    assert one.implausible is None
    assert max(one.ms_at_bpm) == max(rate for _, rate in beats)


def test_a_value_that_is_held_for_long_hides_how_fast_the_heart_slowed() -> None:
    start = StartCheck(0)
    for second in range(60):
        start.measure(
            StartMeasurement(second * 1000, 175, contact=True, ceiling_bpm=130, repeated=second % 30 != 0)
        )
    for second in range(60, 120):
        start.measure(
            StartMeasurement(second * 1000, 110, contact=True, ceiling_bpm=130, repeated=second % 5 != 0)
        )
    assert start.implausible == set()


def test_a_session_that_ends_before_the_plateau_is_sure_keeps_everything() -> None:
    assert figures(parts((60, 200), (10, 90))).implausible is None


def test_a_live_heart_rate_above_the_maximum_warns_whatever_comes_later() -> None:
    found = outcomes(parts((40, 220), (200, 100)))
    assert [one.name.value for one in found if isinstance(one, Event)][1] == "over"
    [ended] = [one for one in found if isinstance(one, SessionEnded)]
    assert ended.figures.warnings == 1
    assert ended.figures.over_ceiling_ms == 0
    assert any(isinstance(one, MaximumSuggested) for one in found)


def test_an_activity_set_meanwhile_keeps_its_ceiling_when_the_start_is_counted_again() -> None:
    training = Training(Rules(), lambda: AthleteProfile(Fraction(200), "given"))
    for at_ms, rate in parts((10, 120), (10, 220), (40, 120)):
        if at_ms == 30_000:
            training.set_activity(Activity.MINDFUL)
        training.measure(Measurement(at_ms, rate))
    [ended] = [one for one in training.end(59_000) if isinstance(one, SessionEnded)]
    assert ended.figures.implausible is not None
    assert ended.figures.over_ceiling_ms == 31_000  # since the measurement before the lower ceiling


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(40, 240)), min_size=1, max_size=20),
    st.sampled_from([0.5, 1, 2, 7]),
)
def test_every_measurement_is_counted_once_or_set_apart(
    pieces: list[tuple[float, int]], every: float
) -> None:
    beats = parts(*pieces, every_s=every)
    if not beats:
        return
    one = figures(beats)
    hold_ms = one.implausible.hold_ms if one.implausible else 0
    whole_ms = sum(min(later - earlier, 5_000) for (earlier, _), (later, _) in pairwise(beats))
    assert one.recorded_ms + hold_ms == whole_ms + 1_000
    assert sum(one.zones_ms.values()) == one.recorded_ms
