"""A breath as sound and light: what each kind of hardware can show, and that a warning goes first."""

from __future__ import annotations

from datetime import UTC, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.pacing import Glow, Pacing, lights, sounds
from talkpace.config.model import QuietHoursConfig
from talkpace.training.events import Event, EventName
from talkpace.training.warning import WarningState

from .alerts_harness import AlertsHarness

SIX = Pacing(4000, 6000)
pacings = st.builds(Pacing, st.integers(2000, 12_000), st.integers(2000, 12_000))
OVER = Event(EventName.OVER, 0)


@given(pacings, st.booleans(), st.booleans())
def test_whatever_shows_it_a_breath_lasts_as_long_as_it_should(
    pacing: Pacing, pitched: bool, fades: bool
) -> None:
    whole_ms = pacing.inhale_ms + pacing.exhale_ms
    for cues in (sounds(pacing, pitched=pitched), lights(pacing, fades=fades)):
        assert sum(cue.ms for cue in cues) == whole_ms
        assert all(cue.ms > 0 for cue in cues)


@given(pacings)
def test_a_tone_rises_while_it_goes_in_and_falls_while_it_goes_out(pacing: Pacing) -> None:
    tones = [cue.value for cue in sounds(pacing, pitched=True) if cue.value is not None]
    half = len(tones) // 2
    assert tones[:half] == sorted(tones[:half])
    assert tones[half:] == tones[:half][::-1]
    assert (tones[0], tones[half - 1]) == (330, 660)


@given(pacings)
def test_an_led_that_can_fade_fades_in_small_steps(pacing: Pacing) -> None:
    levels = [cue.value.level for cue in lights(pacing, fades=True) if isinstance(cue.value, Glow)]
    assert max(levels) > 0.95
    assert min(levels) < 0.05
    assert all(abs(after - before) < 0.06 for before, after in pairwise(levels))


def test_an_active_buzzer_ticks_once_for_in_and_twice_for_out() -> None:
    assert [(cue.value is not None, cue.ms) for cue in sounds(SIX, pitched=False)] == [
        (True, 40), (False, 3960), (True, 40), (False, 100), (True, 40), (False, 5820),
    ]  # fmt: skip


def test_an_led_on_a_gpio_line_is_lit_while_it_goes_in() -> None:
    assert [(cue.value, cue.ms) for cue in lights(SIX, fades=False)] == [(Glow(1.0), 4000), (None, 6000)]


async def test_the_pace_goes_on_until_it_is_ended() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.pace("anna", SIX)
        await harness.play(25_000)
        harness.alerts.pace("anna", None)
        await harness.play(25_000)
    beeps = [at_ms for at_ms, tone in harness.sounds() if tone is not None]
    assert beeps == [0, 4000, 4140, 10_000, 14_000, 14_140, 20_000, 24_000, 24_140]
    assert harness.outputs.glows[-1][1] == 1.0
    assert harness.lit() is None


async def test_a_warning_is_heard_at_once_and_the_pace_keeps_time_meanwhile() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.pace("anna", SIX)
        await harness.play(3900)
        harness.alerts.event("ben", OVER)
        assert harness.sounding() == 2400
        await harness.play(6200)
    beeps = [at_ms for at_ms, tone in harness.sounds() if tone is not None]
    # The ticks of the exhalation at 4 s are lost to the warning; the next inhalation is on time.
    assert beeps == [0, 3900, 4350, 10_000]


async def test_while_somebody_is_over_the_pace_is_neither_heard_nor_seen() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.pace("anna", SIX)
        await harness.play(1000)
        harness.alerts.state("ben", WarningState.OVER)
        await harness.play(20_000)
        beeps = [at_ms for at_ms, tone in harness.sounds() if tone is not None]
        assert beeps == [0]
        assert {colour for at_ms, colour in harness.lights() if at_ms > 1000} == {"red", None}
        harness.alerts.state("ben", WarningState.NONE)
        await harness.play(10_000)
    beeps = [at_ms for at_ms, tone in harness.sounds() if tone is not None]
    assert beeps == [0, 24_000, 24_140, 30_000]


async def test_a_passive_buzzer_and_an_led_on_pwm_show_all_of_it() -> None:
    harness = AlertsHarness(pitched=True, fades=True)
    async with harness.running():
        harness.alerts.pace("anna", SIX)
        await harness.play(10_000)
    assert {tone for _, tone in harness.sounds() if tone} >= {330, 660}
    assert len(harness.outputs.glows) > 190


async def test_it_is_taken_up_in_the_midst_of_a_breath() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.pace("anna", SIX, elapsed_ms=9000)
        await harness.play(1500)
    assert [at_ms for at_ms, tone in harness.sounds() if tone is not None] == [1000]


async def test_asking_again_for_the_same_pace_does_not_make_it_stumble() -> None:
    harness = AlertsHarness()
    async with harness.running():
        for elapsed_ms in range(0, 20_000, 100):
            harness.alerts.pace("anna", SIX, elapsed_ms=elapsed_ms + elapsed_ms % 70)
            await harness.play(100)
    beeps = [at_ms for at_ms, tone in harness.sounds() if tone is not None]
    assert beeps == [0, 4000, 4140, 10_000, 14_000, 14_140, 20_000]


@pytest.mark.parametrize("silenced", ["muted", "quiet hours"])
async def test_muted_or_in_quiet_hours_it_is_seen_and_not_heard(silenced: str) -> None:
    harness = AlertsHarness(quiet_hours=[QuietHoursConfig(start=time(22), end=time(7))])
    harness.clock.fixed_wall = datetime(2026, 11, 24, 23 if silenced == "quiet hours" else 12, tzinfo=UTC)
    async with harness.running():
        if silenced == "muted":
            harness.alerts.mute("anna", 3600)
        harness.alerts.pace("anna", SIX)
        await harness.play(20_000)
    assert not harness.sounds()
    assert harness.outputs.glows


async def test_a_nap_is_woken_from_at_any_hour() -> None:
    harness = AlertsHarness(quiet_hours=[QuietHoursConfig(start=time(13), end=time(15))])
    harness.clock.fixed_wall = datetime(2026, 11, 24, 14, tzinfo=UTC)
    async with harness.running():
        harness.alerts.sign("anna", "nap_1", at_any_hour=True)
        assert harness.sounding() == 600
        await harness.play(5000)
        harness.alerts.sign("anna", "measure_start")
        await harness.play(5000)
    assert [tone for _, tone in harness.sounds() if tone] == [600, 600]


async def test_a_mute_is_known_by_when_it_was_asked_for() -> None:
    harness = AlertsHarness()
    before_ms = harness.clock.monotonic_ms()
    assert not harness.alerts.muted_since("anna", before_ms)
    harness.alerts.mute("anna", 60)
    assert harness.alerts.muted_since("anna", before_ms)
    assert not harness.alerts.muted_since("anna", before_ms + 1)
    assert not harness.alerts.muted_since("ben", before_ms)
