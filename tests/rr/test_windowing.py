"""The trend that is taken off a window, and the weights that it is seen through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.rr.windowing import hann, without_trend

values = st.floats(-1000, 1000)


@given(st.integers(2, 200), values, values)
def test_nothing_is_left_of_a_straight_line(count: int, level: float, slope: float) -> None:
    line = [level + slope * place for place in range(count)]
    assert without_trend(line) == pytest.approx([0] * count, abs=1e-6)


@given(st.lists(values, min_size=2, max_size=100), values, values)
def test_a_straight_line_on_top_changes_nothing(samples: list[float], level: float, slope: float) -> None:
    lifted = [value + level + slope * place for place, value in enumerate(samples)]
    assert without_trend(lifted) == pytest.approx(without_trend(samples), abs=1e-6)


def test_hanns_window_fades_in_and_out_and_is_whole_in_the_middle() -> None:
    assert hann(4) == pytest.approx([0, 0.5, 1, 0.5])


@given(st.integers(2, 300))
def test_windows_that_overlap_by_half_weigh_every_sample_alike(half: int) -> None:
    weights = hann(2 * half)
    assert [weights[place] + weights[place + half] for place in range(half)] == pytest.approx([1] * half)
