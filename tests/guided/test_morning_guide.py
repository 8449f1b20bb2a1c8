"""A morning's measurement: guided by sound, judged for its signal, held against the athlete's own weeks."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from talkpace.errors import CommandError
from talkpace.habits.entries import Morning
from talkpace.storage.records import SessionOpened

from ..habits.rr_series import sine_intervals
from ..shared_data import shared_data
from .guide_harness import GuideHarness


def at_rest(minutes: float, *, swing_ms: float = 40, seed: int = 1) -> list[float]:
    """A heart that follows a breath of 14 a minute."""
    return [
        each.rr_ms
        for each in sine_intervals(14, minutes, mean_ms=1050, swing_ms=swing_ms, noise_ms=8, seed=seed)
    ]


def in_session(harness: GuideHarness) -> bool:
    return harness.registry.pipelines["anna"].active_session is not None


def weeks(harness: GuideHarness, ln_rmssd: float, heart_rate: float) -> None:
    """What the last sixty mornings were like."""
    chance = Random(5)
    for ago in range(60, 0, -1):
        harness.add_entry(
            "anna",
            harness.clock.wall() - timedelta(days=ago),
            Morning(
                ln_rmssd=ln_rmssd + chance.uniform(-0.2, 0.2),
                heart_rate=heart_rate + chance.uniform(-3, 3),
                coverage=1,
                artifact_ratio=0,
            ),
        )


async def test_a_measurement_is_guided_by_sound_and_its_result_is_logged() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("readiness", "start")
        assert harness.shown("anna/readiness").state == "waiting"
        await harness.wait(5)
        await harness.beat(at_rest(0.4))
        assert harness.shown("anna/readiness").state == "settling"
        assert not harness.sounded()
        await harness.beat(at_rest(0.3))
        assert harness.shown("anna/readiness").state == "measuring"
        assert [tone for _, tone in harness.sounded()] == [1000, 1500]
        await harness.beat(at_rest(2.1))
        await harness.wait(2)
    assert [tone for _, tone in harness.sounded()] == [1000, 1500, 1500, 1000]
    said = harness.shown("anna/readiness")
    assert said.state == "idle"
    assert said.advice == "building a baseline"
    assert said.problem is None
    (morning,) = harness.written()
    assert isinstance(morning, Morning)
    assert morning.heart_rate == pytest.approx(57, abs=1.5)
    assert morning.coverage > 0.97
    assert morning.strap == said.strap is not None
    assert morning.ln_rmssd == said.ln_rmssd


async def test_a_result_counts_the_morning_itself() -> None:
    harness = GuideHarness()
    weeks(harness, 3.7, 57)
    del harness.log["anna"][-4:]  # of this week two are left: with this morning they are enough
    harness.let_the_wall_clock_tick()
    async with harness.running():
        harness.command("readiness", "start")
        await harness.beat(at_rest(2.7))
        await harness.wait(1)
    assert harness.shown("anna/readiness").advice != "building a baseline"


@pytest.mark.parametrize(
    ("usual_ln", "usual_bpm", "advice"),
    [(3.7, 57, "train as planned"), (4.4, 57, "take it easy"), (4.4, 48, "rest")],
)
async def test_a_result_is_compared_with_the_athletes_last_weeks(
    usual_ln: float, usual_bpm: float, advice: str
) -> None:
    harness = GuideHarness()
    weeks(harness, usual_ln, usual_bpm)
    async with harness.running():
        harness.command("readiness", "start")
        await harness.beat(at_rest(2.7))
        await harness.wait(1)
    assert harness.shown("anna/readiness").advice == advice


async def test_no_session_starts_during_a_measurement() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("readiness", "start")
        await harness.beat(at_rest(3.3))
        assert not [item for item in harness.recorded if isinstance(item, SessionOpened)]
        assert len(harness.written()) == 1


async def test_a_measurement_ends_the_session_that_putting_the_strap_on_has_started() -> None:
    harness = GuideHarness()
    async with harness.running():
        await harness.beat(at_rest(0.5))
        assert in_session(harness)
        harness.command("readiness", "start")
        assert not in_session(harness)
        await harness.beat(at_rest(2.7))
        assert len(harness.written()) == 1


async def test_a_measurement_during_a_session_is_refused() -> None:
    harness = GuideHarness()
    async with harness.running():
        await harness.beat(at_rest(2.5))
        with pytest.raises(CommandError, match="a session is in progress"):
            harness.command("readiness", "start")
        assert in_session(harness)


async def test_a_poor_signal_is_reported_and_not_logged() -> None:
    harness = GuideHarness()
    chance = Random(2)
    poor = [rr * 0.5 if chance.random() < 0.1 else rr for rr in at_rest(3)]
    async with harness.running():
        harness.command("readiness", "start")
        await harness.beat(poor)
        await harness.wait(1)
    said = harness.shown("anna/readiness")
    assert said.advice is None
    assert "beats are artifacts" in said.problem
    assert harness.written() == []
    assert [tone for _, tone in harness.sounded()][-3:] == [1000, 800, 600]


async def test_a_missing_or_removed_strap_ends_a_measurement() -> None:
    never, off = GuideHarness(), GuideHarness()
    async with never.running():
        never.command("readiness", "start")
        await never.wait(185)
        assert never.shown("anna/readiness").problem == "no heart rate was received from the strap"
    async with off.running():
        off.command("readiness", "start")
        await off.beat(at_rest(1.5))
        await off.wait(25)
        assert off.shown("anna/readiness").problem == "the strap stopped sending a heart rate"
    assert never.written() == off.written() == []


async def test_a_measurement_can_be_cancelled() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("readiness", 5)
        await harness.beat(at_rest(1))
        harness.command("readiness", "stop")
        assert harness.shown("anna/readiness").state == "idle"
        with pytest.raises(CommandError, match="no measurement"):
            harness.command("readiness", "stop")
    assert harness.written() == []


@pytest.mark.parametrize("wrong", [0, 0.5, 11, True, None, "now", {"minutes": 2}])
async def test_an_invalid_readiness_command_is_refused(wrong: object) -> None:
    harness = GuideHarness()
    async with harness.running():
        with pytest.raises(CommandError):
            harness.command("readiness", wrong)
        assert harness.shown("anna/readiness").state == "idle"


async def test_a_published_recording_at_rest_gives_its_published_rmssd() -> None:
    """Sixteen minutes supine, from another project; its first two and a half are measured here."""
    lines = (shared_data() / "rri-rest-exercise" / "rest_rri.txt").read_text().split()
    real = [float(line) for line in lines]
    harness = GuideHarness()
    async with harness.running():
        harness.command("readiness", "start")
        await harness.beat(real[:170])
        await harness.wait(1)
    (morning,) = harness.written()
    assert isinstance(morning, Morning)
    assert 50 < morning.heart_rate < 62
    assert morning.coverage > 0.97
    assert 3 < morning.ln_rmssd < 5


async def test_a_measurement_is_refused_where_readiness_does_not_apply_to_the_athlete() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.hrv_reason = "HRV and readiness do not apply"
        with pytest.raises(CommandError, match="do not apply"):
            harness.command("readiness", "start")
