"""HRV, bands, alpha 1, the live gate and the live values: definitions, bounds, and what they leave out."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.hrv.analysis import SessionHrv, analyze_beats
from talkpace.hrv.beats import Beat, BeatPlacer
from talkpace.hrv.dfa import STEP_MS, WINDOW_MS, RollingAlpha1, dfa_alpha1
from talkpace.hrv.live import LiveFilter, LiveHrv, LiveHrvWindow
from talkpace.hrv.spectrum import band_power
from talkpace.hrv.time_domain import TimeDomainSums, time_domain

from .series import beats, heart, with_artifacts

intervals = st.lists(st.floats(250, 2200), min_size=2, max_size=120)
wild = st.lists(
    st.tuples(st.integers(0, 9000), st.lists(st.floats(0, 66_000), max_size=9)), min_size=1, max_size=80
)


class TestTimeDomain:
    def test_by_hand(self) -> None:
        figures = time_domain(beats([800, 860, 800, 810]))
        assert figures.mean_rr_ms == pytest.approx(817.5)
        assert figures.sdnn_ms == pytest.approx(math.sqrt((17.5**2 + 42.5**2 + 17.5**2 + 7.5**2) / 3))
        assert figures.rmssd_ms == pytest.approx(math.sqrt((60**2 + 60**2 + 10**2) / 3))
        assert figures.pnn50 == pytest.approx(2 / 3)

    def test_a_difference_across_a_gap_does_not_count(self) -> None:
        series = [Beat(800, 1), Beat(810, 2), Beat(500, 3, lost_ms=900), Beat(510, 4)]
        assert time_domain(series).rmssd_ms == pytest.approx(10)

    def test_too_few_beats_have_no_figures(self) -> None:
        assert time_domain([]).mean_rr_ms is None
        one = time_domain(beats([800]))
        assert (one.mean_rr_ms, one.sdnn_ms, one.rmssd_ms) == (800, None, None)

    @given(intervals, st.integers(1, 50))
    def test_piece_by_piece_is_as_the_whole(self, rr: list[float], size: int) -> None:
        sums, series = TimeDomainSums(), beats(rr)
        for first in range(0, len(series), size):
            sums.add(series[first : first + size])
        whole = time_domain(series)
        assert sums.compute().rmssd_ms == pytest.approx(whole.rmssd_ms)
        assert sums.compute().sdnn_ms == pytest.approx(whole.sdnn_ms, abs=1e-3)

    @given(intervals, st.sampled_from([0.25, 0.5, 2.0]))
    def test_figures_in_ms_scale_with_the_intervals(self, rr: list[float], factor: float) -> None:
        series = beats(rr)
        scaled = time_domain([beat._replace(rr_ms=beat.rr_ms * factor) for beat in series])
        plain = time_domain(series)
        assert scaled.rmssd_ms == pytest.approx((plain.rmssd_ms or 0) * factor)
        assert scaled.sdnn_ms == pytest.approx((plain.sdnn_ms or 0) * factor, abs=1e-3)


class TestAlpha1:
    def test_white_noise_has_a_half_and_a_random_walk_one_and_a_half(self) -> None:
        chance = random.Random(5)
        noise = [800 + chance.gauss(0, 20) for _ in range(20_000)]
        walk = [800.0]
        for _ in range(20_000):
            walk.append(walk[-1] + chance.gauss(0, 5))
        # Of so short scales the theory's 0.5 and 1.5 come out a little higher and lower.
        assert dfa_alpha1(noise) == pytest.approx(0.5, abs=0.1)
        assert dfa_alpha1(walk) == pytest.approx(1.5, abs=0.1)

    @settings(max_examples=50)
    @given(st.lists(st.floats(300, 2000), min_size=40, max_size=80), st.sampled_from([0.25, 4.0]))
    def test_it_depends_neither_on_the_unit_nor_on_the_level(self, rr: list[float], factor: float) -> None:
        rr = [round(one) for one in rr]
        plain = dfa_alpha1(rr)
        if plain is None:
            return
        assert dfa_alpha1([one * factor for one in rr]) == pytest.approx(plain, abs=0.02)
        assert dfa_alpha1([one + 256 for one in rr]) == pytest.approx(plain, abs=0.02)

    @pytest.mark.parametrize("rr", [[], [800.0] * 16, [800.0] * 200])
    def test_too_few_and_too_even_beats_have_none(self, rr: list[float]) -> None:
        assert dfa_alpha1(rr) is None

    def test_a_window_ends_every_5_s_and_is_as_if_alone(self) -> None:
        series = beats(heart(900))
        rolling = RollingAlpha1(0)
        windows = [window for beat in series for window in rolling.feed([beat])]
        ends = [window.end_ms for window in windows]
        assert ends == list(range(WINDOW_MS, series[-1].at_ms, STEP_MS))
        for window in windows[::7]:
            start_ms = window.end_ms - WINDOW_MS
            inside = [beat.rr_ms for beat in series if start_ms < beat.at_ms <= window.end_ms]
            assert window.alpha1 == pytest.approx(dfa_alpha1(inside), abs=1e-6)

    def test_a_window_with_many_artifacts_or_a_gap_has_none(self) -> None:
        series = beats(heart(450))
        marked = [beat._replace(artifact=place % 17 == 0) for place, beat in enumerate(series)]
        assert not RollingAlpha1(0).feed(marked)
        without = [beat for beat in series if not 60_000 < beat.at_ms < 70_000]
        assert all(window.end_ms > 180_000 for window in RollingAlpha1(0).feed(without))


class TestBands:
    @pytest.mark.parametrize(("hz", "band"), [(0.1, "lf_ms2"), (0.3, "hf_ms2")])
    def test_a_swing_lies_in_its_band_with_half_its_square(self, hz: float, band: str) -> None:
        time_s, rr = 0.0, []
        while time_s < 600:
            rr.append(800 + 40 * math.sin(math.tau * hz * time_s))
            time_s += rr[-1] / 1000
        power = band_power(beats(rr))
        other = {"lf_ms2": "hf_ms2", "hf_ms2": "lf_ms2"}[band]
        # Straight lines between beats flatten fast swings.
        assert getattr(power, band) == pytest.approx(40**2 / 2, rel=0.1 if hz < 0.2 else 0.4)
        assert getattr(power, other) < 0.05 * getattr(power, band)

    def test_a_short_series_has_no_lf_and_a_shorter_one_nothing(self) -> None:
        assert band_power(beats(heart(60))).hf_ms2 is None
        power = band_power(beats(heart(100)))
        assert power.lf_ms2 is None
        assert power.hf_ms2 is not None
        assert power.lf_hf is None


class TestGate:
    def test_what_no_heart_does_is_refused(self) -> None:
        gate = LiveFilter()
        passed = [gate.accepts(beat) for beat in beats([800, 810, 805, 250, 2100, 790, 400, 1600, 815])]
        assert passed == [True, True, True, False, False, True, False, False, True]

    def test_a_heart_rate_that_jumps_is_believed_soon(self) -> None:
        gate = LiveFilter()
        passed = [gate.accepts(beat) for beat in beats([1000] * 20 + [600] * 20)]
        assert passed[20] is False
        assert all(passed[27:])


class TestLive:
    def live(self, rr: list[float], every: int = 2) -> list[LiveHrv]:
        values, live = [], LiveHrvWindow()
        series = beats(rr)
        for first in range(0, len(series), every):
            live.add(series[first : first + every])
            values.append(live.values(series[min(first + every, len(series)) - 1].at_ms))
        return values

    def test_values_come_with_two_minutes_and_are_those_of_the_window(self) -> None:
        rr = heart(400)
        values = self.live(rr)
        assert values[0] == LiveHrv()
        assert values[30].rmssd_ms is not None
        assert values[30].dfa_alpha1 is None
        assert values[-1].rmssd_ms == pytest.approx(time_domain(beats(rr[-150:])).rmssd_ms, rel=0.05)
        assert values[-1].dfa_alpha1 == pytest.approx(dfa_alpha1(rr[-150:]), abs=0.1)

    def test_they_change_at_most_every_5_s(self) -> None:
        series, live = beats(heart(400)), LiveHrvWindow()
        changes, shown = [], LiveHrv()
        for beat in series:
            live.add([beat])
            if live.values(beat.at_ms) != shown:
                shown = live.values(beat.at_ms)
                changes.append(beat.at_ms)
        assert len(changes) > 20
        assert all(later - earlier >= STEP_MS for earlier, later in pairwise(changes))

    def test_artifacts_do_not_show_in_the_rmssd_and_many_hide_alpha1(self) -> None:
        sound = heart(400)
        few, many = with_artifacts(sound, every=61)[0], with_artifacts(sound, every=15)[0]
        assert self.live(few)[-1].rmssd_ms == pytest.approx(self.live(sound)[-1].rmssd_ms, rel=0.1)
        assert self.live(few)[-1].dfa_alpha1 is not None
        assert self.live(many)[-1].dfa_alpha1 is None

    def test_what_is_old_says_nothing(self) -> None:
        live = LiveHrvWindow()
        series = beats(heart(200))
        live.add(series)
        assert live.values(series[-1].at_ms).rmssd_ms is not None
        assert live.values(series[-1].at_ms + 20_000) == LiveHrv()

    def test_nobody_asking_costs_no_memory(self) -> None:
        live = LiveHrvWindow()
        for _ in range(20):
            live.add(beats(heart(1000)))
        assert len(live._new) < 1000


@settings(max_examples=60)
@given(wild)
def test_whatever_a_strap_sends_a_session_has_sane_figures(
    measurements: list[tuple[int, list[float]]],
) -> None:
    session, placer, at_ms, placed = SessionHrv(0), BeatPlacer(), 0, []
    for waited_ms, rr in measurements:
        at_ms += waited_ms
        session.add(at_ms, rr)
        session.work()
        live = session.live(at_ms)
        assert live.rmssd_ms is None or live.rmssd_ms >= 0
        placed += placer.add(at_ms, rr)
    placed += placer.finish()
    hrv = session.finish(at_ms)
    assert (hrv is None) == (not placed or session.problem is not None)
    if hrv is not None:
        whole, _ = analyze_beats(placed)
        assert hrv.rmssd_ms == pytest.approx(whole.corrected.rmssd_ms)
        assert hrv.artifact_ratio == pytest.approx(whole.artifact_ratio)
        assert 0 <= hrv.rr_coverage <= 1
        assert session.finish(at_ms) == hrv
