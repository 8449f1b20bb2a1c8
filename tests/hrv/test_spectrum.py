"""The trend that is taken off a window, and the weights that it is seen through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.hrv.spectrum import detrend, hann_window

values = st.floats(-1000, 1000)


@given(st.integers(2, 200), values, values)
def test_a_straight_line_detrends_to_zero(count: int, level: float, slope: float) -> None:
    line = [level + slope * place for place in range(count)]
    assert detrend(line) == pytest.approx([0] * count, abs=1e-6)


@given(st.lists(values, min_size=2, max_size=100), values, values)
def test_detrending_removes_an_added_straight_line(samples: list[float], level: float, slope: float) -> None:
    lifted = [value + level + slope * place for place, value in enumerate(samples)]
    assert detrend(lifted) == pytest.approx(detrend(samples), abs=1e-6)


def test_a_hann_window_rises_from_zero_to_one_and_falls_again() -> None:
    assert hann_window(4) == pytest.approx([0, 0.5, 1, 0.5])


@given(st.integers(2, 300))
def test_hann_windows_that_overlap_by_half_weigh_every_sample_alike(half: int) -> None:
    weights = hann_window(2 * half)
    assert [weights[place] + weights[place + half] for place in range(half)] == pytest.approx([1] * half)
