"""What the room hears and sees of the pipeline."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from talkpace.alerts.alerts import Alerts, is_quiet
from talkpace.config.alert_patterns import PATTERNS
from talkpace.config.model import QuietHoursConfig
from talkpace.diagnostics import Health, HealthState
from talkpace.pipeline.sinks import AlertSink
from talkpace.training.events import Event, EventName
from talkpace.training.warning import WarningState

from .alerts_harness import AlertsHarness

NIGHT = QuietHoursConfig(start=time(21, 30), end=time(7))
NOON = QuietHoursConfig(start=time(12), end=time(13))
OVER = Event(EventName.OVER, 0, 140, 0.74)
OVER_TONE = PATTERNS["over"].tone_hz[0]

TIMES = st.times().map(lambda at: at.replace(microsecond=0))


def test_the_pipeline_can_tell_it_everything() -> None:
    sink: AlertSink = AlertsHarness().alerts
    assert sink is not None


async def test_an_event_is_heard_and_seen_before_the_call_returns() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.event("anna", OVER)
        assert harness.sounding() == OVER_TONE
        assert harness.lit() == "red"


async def test_a_fault_of_the_voice_is_a_fault_of_the_alerts() -> None:
    harness = AlertsHarness()
    fault = Health.failed("speech: espeak-ng is not installed")
    alerts = Alerts(harness.player, (), harness.clock, speech_health=lambda: fault)
    assert alerts.health == fault
    assert harness.alerts.health == Health(HealthState.OK, "recorded")


@pytest.mark.parametrize(("level", "pattern"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 3)], ids=str)
async def test_a_repeated_warning_sounds_by_its_level(level: int, pattern: int) -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.event("anna", Event(EventName.OVER_REPEAT, 0, level=level))
        await harness.play(10_000)
    beeps = [tone for _, tone in harness.sounds() if tone is not None]
    assert len(beeps) == len(PATTERNS[f"over_repeat_{pattern}"].sound[::2])


async def test_approaching_is_seen_and_not_heard() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.event("anna", Event(EventName.APPROACHING, 0))
        assert harness.lit() == "yellow"
        await harness.play(5000)
    assert harness.sounds() == []


async def test_a_fault_is_heard() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.fault()
        assert harness.sounding() == PATTERNS["fault"].tone_hz[0]


async def test_a_state_lights_until_there_is_no_fresh_heart_rate() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.state("anna", WarningState.OVER)
        assert harness.lit() == "red"
        harness.alerts.state("anna", None)
        assert harness.lit() is None
        await harness.play(5000)
        assert harness.lit() is None


@pytest.mark.parametrize("state", WarningState)
async def test_every_state_lights_in_its_colour(state: WarningState) -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.state("anna", state)
        assert harness.lit() == PATTERNS[f"state_{state.value}"].colour


async def test_a_muted_athlete_is_seen_and_not_heard_and_others_are_heard() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.mute("anna", 60)
        harness.alerts.event("anna", OVER)
        assert harness.sounding() is None
        assert harness.lit() == "red"
        harness.alerts.event("ben", OVER)
        assert harness.sounding() == OVER_TONE


async def test_silent_warnings_of_an_athlete_are_seen_and_all_else_is_heard() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.silence_warnings("anna", silent=True)
        harness.alerts.event("anna", OVER)
        assert harness.sounding() is None
        assert harness.lit() == "red"
        harness.alerts.event("ben", OVER)
        assert harness.sounding() == OVER_TONE
        await harness.play(5000)
        harness.alerts.event("anna", Event(EventName.SIGNAL_LOST, 0, None, None))
        assert harness.sounding() == PATTERNS["signal_lost"].tone_hz[0]


async def test_silent_warnings_sound_again_when_they_are_let() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.silence_warnings("anna", silent=True)
        harness.alerts.silence_warnings("anna", silent=False)
        harness.alerts.event("anna", OVER)
        assert harness.sounding() == OVER_TONE


async def test_mute_ends_by_itself() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.mute("anna", 60)
        await harness.play(59_999)
        harness.alerts.event("anna", OVER)
        assert harness.sounding() is None
        await harness.play(1)
        harness.alerts.event("anna", OVER)
        assert harness.sounding() == OVER_TONE


async def test_mute_for_0_seconds_ends_it() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.mute("anna", 60)
        harness.alerts.mute("anna", 0)
        harness.alerts.event("anna", OVER)
        assert harness.sounding() == OVER_TONE


async def test_mute_ends_what_sounds_and_unmute_does_not() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.event("anna", OVER)
        harness.alerts.mute("anna", 0)
        assert harness.sounding() == OVER_TONE
        harness.alerts.mute("anna", 60)
        assert harness.sounding() is None
        assert harness.lit() == "red"


async def test_a_fault_is_heard_though_everyone_is_mute() -> None:
    harness = AlertsHarness()
    async with harness.running():
        harness.alerts.mute("anna", 60)
        harness.alerts.fault()
        assert harness.sounding() is not None


@pytest.mark.parametrize(
    ("hour", "heard"), [(21, True), (22, False), (3, False), (7, True), (12, False), (13, True)]
)
async def test_in_quiet_hours_there_is_light_and_no_sound(hour: int, heard: bool) -> None:
    harness = AlertsHarness(quiet_hours=[NIGHT, NOON])
    harness.clock.fixed_wall = datetime(2026, 11, 23, hour, 0, tzinfo=UTC)
    async with harness.running():
        harness.alerts.event("anna", OVER)
        assert (harness.sounding() is not None) is heard
        assert harness.lit() == "red"
        harness.alerts.fault()
        assert (harness.sounding() is not None) is heard


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (time(21, 29, 59), False),
        (time(21, 30), True),
        (time(23, 59, 59), True),
        (time(0), True),
        (time(6, 59, 59), True),
        (time(7), False),
        (time(12), False),
    ],
)
def test_quiet_hours_go_on_past_midnight(at: time, quiet: bool) -> None:
    assert is_quiet(at, [NIGHT]) is quiet


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert not is_quiet(time(3), [])


@given(at=TIMES, one=TIMES, other=TIMES)
def test_a_day_is_quiet_in_one_of_two_turned_about_hours_and_never_in_both(
    at: time, one: time, other: time
) -> None:
    assume(one != other)
    there, back = QuietHoursConfig(start=one, end=other), QuietHoursConfig(start=other, end=one)
    assert is_quiet(at, [there, back])
    assert is_quiet(at, [there]) is not is_quiet(at, [back])


async def test_its_health_is_that_of_buzzer_and_led() -> None:
    harness = AlertsHarness()
    assert harness.alerts.health == harness.outputs.health
