"""Steps of tone and silence become PCM."""

from __future__ import annotations

from array import array
from itertools import pairwise
from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.pacing import Pacing, sounds
from talkpace.alerts.sequencer import Step, Steps
from talkpace.alerts.speaker.pcm import RATE_HZ, duration_ms, from_bytes, samples_of, scale, silence, to_bytes
from talkpace.alerts.speaker.tones import cut, render

from .pitch import level, sounding

STEPS = st.lists(st.builds(Step, st.none() | st.integers(100, 8000), st.integers(1, 400)), max_size=12).map(
    tuple
)
PAIR: Steps[int] = (Step(2400, 300), Step(None, 160), Step(1200, 300))


@given(STEPS, st.floats(0, 1))
def test_sound_lasts_as_long_as_its_steps_and_stays_in_range(steps: Steps[int], volume: float) -> None:
    samples = from_bytes(render(steps, volume))
    assert len(samples) == samples_of(sum(step.ms for step in steps))
    assert all(abs(sample) <= round(32_767 * volume * volume) for sample in samples)


@given(STEPS)
def test_no_sound_jumps_more_than_its_wave_and_a_soft_start_do(steps: Steps[int]) -> None:
    steps = tuple(Step(step.value, max(20, step.ms)) for step in steps)
    samples = [0, *from_bytes(render(steps, 1.0)), 0]
    highest_hz = max((step.value or 0 for step in steps), default=0)
    steepest = 32_767 * 2 * pi * highest_hz / RATE_HZ + 32_767 * pi / 2 / samples_of(6)
    assert all(abs(after - before) <= steepest + 2 for before, after in pairwise(samples))


def test_each_tone_has_its_pitch_and_its_time() -> None:
    pcm = render(PAIR, 1.0)
    assert sounding(pcm, 2400) == [(0, 300)]
    assert sounding(pcm, 1200) == [(460, 760)]
    assert level(from_bytes(pcm)[1000:5000], 2400) == pytest.approx(1.0, abs=0.02)


def test_half_the_volume_is_a_quarter_of_the_amplitude() -> None:
    pcm = render(PAIR, 0.5)
    assert level(from_bytes(pcm)[1000:5000], 2400) == pytest.approx(0.25, abs=0.01)
    assert level(from_bytes(scale(render(PAIR, 1.0), 0.5))[1000:5000], 2400) == pytest.approx(0.25, abs=0.01)


def test_a_breath_glides_without_a_jump() -> None:
    steps = sounds(Pacing(inhale_ms=4000, exhale_ms=6000), pitched=True)
    samples = from_bytes(render(steps, 1.0))
    assert len(samples) == samples_of(10_000)
    steepest = 32_767 * 2 * pi * 660 / RATE_HZ
    assert max(abs(after - before) for before, after in pairwise(samples)) <= steepest + 2


def test_a_cut_leaves_the_rest_and_begins_softly() -> None:
    pcm = render(PAIR, 1.0)
    rest = cut(pcm, 100)
    assert duration_ms(rest) == duration_ms(pcm) - 100
    assert abs(from_bytes(rest)[0]) < 100
    assert rest[-10_000:] == pcm[-10_000:]


def test_silence_is_silent() -> None:
    assert silence(1000) == bytes(2 * RATE_HZ)
    assert render((), 1.0) == b""


@given(st.lists(st.integers(-32_768, 32_767)))
def test_samples_survive_the_way_to_bytes_and_back(samples: list[int]) -> None:
    assert from_bytes(to_bytes(array("h", samples))).tolist() == samples
