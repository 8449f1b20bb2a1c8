"""A breathing exercise in the room: the pace, how the heart follows it, and what it gives way to."""

from __future__ import annotations

import pytest

from talkpace.errors import CommandError
from talkpace.habits.entries import Breathing
from talkpace.storage.records import SessionOpened

from ..habits.rr_series import sine_intervals
from .guide_harness import GuideHarness


def heart(
    pace: float, minutes: float, *, swing_ms: float = 80, noise_ms: float = 0, seed: int = 1
) -> list[float]:
    beats = sine_intervals(pace, minutes, swing_ms=swing_ms, noise_ms=noise_ms, seed=seed)
    return [each.rr_ms for each in beats]


def in_session(harness: GuideHarness) -> bool:
    return harness.registry.pipelines["anna"].active_session is not None


async def test_the_outputs_follow_the_pace_and_every_phase_is_published() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("breathe", {"pace": 6, "minutes": 1})
        await harness.wait(61)
    phases = [payload.phase for topic, payload in harness.published if topic == "anna/breathing"]
    assert phases == [None, *["inhale", "exhale"] * 6, None]
    ticks = [at for at, _ in harness.sounded() if at < 60_000]
    assert ticks[:4] == [0, 4000, 4140, 10_000]
    assert harness.written() == [Breathing(minutes=1, pace=6)]
    assert harness.shown("anna/breathing").last == "1 min of breathing at 6 a minute"


async def test_with_a_strap_coherence_is_published_live_and_logged() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("breathe", {"pace": 6, "minutes": 3, "ratio": "5:5"})
        await harness.beat(heart(6, 2, noise_ms=5))
        live = harness.shown("anna/breathing")
        assert live.coherence > 0.75
        assert live.peak_pace == pytest.approx(6, abs=0.35)
        assert live.heart_rate in range(55, 80)
        assert (live.ratio, live.phase_s) == ("5:5", 5)
        await harness.beat(heart(6, 1.1, noise_ms=5))
    (entry,) = harness.written()
    assert isinstance(entry, Breathing)
    assert entry.coherence is not None
    assert entry.coherence > 0.7
    assert entry.swing_bpm == pytest.approx(11.9, abs=1.5)


async def test_coherence_is_null_in_the_first_64_seconds_and_without_beats() -> None:
    harness = GuideHarness()
    async with harness.running():
        await harness.beat(heart(6, 2))
        harness.command("breathe", {"pace": 6, "minutes": 5})
        await harness.beat(heart(6, 1))
        assert harness.shown("anna/breathing").coherence is None
        await harness.beat(heart(6, 0.3))
        assert harness.shown("anna/breathing").coherence is not None
        await harness.wait(20)
        assert harness.shown("anna/breathing").coherence is None
        assert harness.shown("anna/breathing").heart_rate is None


async def test_no_session_starts_during_an_exercise_and_the_minute_after_it() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("breathe", {"minutes": 2})
        await harness.beat(heart(6, 2.9))
        assert not [item for item in harness.recorded if isinstance(item, SessionOpened)]
        await harness.beat(heart(6, 0.3))
        assert [item for item in harness.recorded if isinstance(item, SessionOpened)]


async def test_an_exercise_ends_a_session_only_if_it_has_just_begun() -> None:
    young, old = GuideHarness(), GuideHarness()
    async with young.running():
        await young.beat(heart(6, 1))
        young.command("breathe", {"minutes": 2})
        assert not in_session(young)
        await young.beat(heart(6, 4))
        assert in_session(young)
    async with old.running():
        await old.beat(heart(6, 2.5))
        old.command("breathe", {"minutes": 2})
        assert in_session(old)


async def test_find_tries_several_paces_and_reports_the_best_with_its_uncertainty() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("breathe", {"find": True})
        for pace in (6.5, 6.0, 5.5, 5.0, 4.5):
            await harness.beat(
                heart(pace, 2, swing_ms=100 - 40 * abs(pace - 5.5), noise_ms=5, seed=round(10 * pace))
            )
        await harness.wait(20)
    (entry,) = harness.written()
    assert isinstance(entry, Breathing)
    assert entry.suited == 5.5
    assert entry.minutes == 10
    assert "5.5 a minute suited best" in entry.words


async def test_find_without_a_strap_reports_no_pace() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("breathe", {"find": True})
        await harness.wait(601)
    assert harness.written() == [Breathing(minutes=10)]


async def test_an_exercise_stopped_by_command_is_logged_for_its_duration() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("breathe", "start")
        await harness.wait(90)
        harness.command("breathe", "stop")
        stopped = harness.alerts.clock.monotonic_ms() - harness.alerts.began_ms
        await harness.wait(30)
        assert not harness.sounded(stopped + 1)
        assert harness.alerts.lit() is None
        with pytest.raises(CommandError, match="no breathing exercise"):
            harness.command("breathe", "stop")
    assert harness.written() == [Breathing(minutes=1.5, pace=6)]


async def test_there_is_one_breathing_exercise_at_a_time_and_one_guide_for_each_athlete() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("readiness", "start", "ben")
        harness.command("breathe", "start")
        with pytest.raises(CommandError, match="a breathing exercise of anna is in progress"):
            harness.command("breathe", "start", "ben")
        with pytest.raises(CommandError, match="a breathing exercise is in progress"):
            harness.command("readiness", "start")
        harness.command("breathe", "stop")
        with pytest.raises(CommandError, match="a measurement is in progress"):
            harness.command("breathe", "start", "ben")


@pytest.mark.parametrize(
    "wrong",
    [
        {"pace": 3.9}, {"pace": 7.5}, {"pace": "6"}, {"minutes": 0}, {"minutes": 61}, {"ratio": "1:9"},
        {"ratio": 5}, {"find": True, "pace": 6}, {"speed": 6}, "fast", 6, None, True,
    ],
)  # fmt: skip
async def test_an_invalid_breathe_command_is_refused(wrong: object) -> None:
    harness = GuideHarness()
    async with harness.running():
        with pytest.raises(CommandError):
            harness.command("breathe", wrong)
        await harness.wait(1)
        assert harness.shown("anna/breathing").state == "idle"
        assert not harness.sounded()
