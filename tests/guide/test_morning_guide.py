"""A morning's measurement: guided by sound, judged for its signal, held against the athlete's own weeks."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from talkpace.errors import CommandError
from talkpace.practice.entries import Morning
from talkpace.record.items import SessionOpened

from ..practice.hearts import swinging
from ..shared_data import shared_data
from .bench import Bench


def at_rest(minutes: float, *, swing_ms: float = 40, seed: int = 1) -> list[float]:
    """A heart that follows a breath of 14 a minute."""
    return [
        each.rr_ms for each in swinging(14, minutes, mean_ms=1050, swing_ms=swing_ms, noise_ms=8, seed=seed)
    ]


def in_session(bench: Bench) -> bool:
    return bench.room.pipelines["anna"].kept is not None


def weeks(bench: Bench, ln_rmssd: float, heart_rate: float) -> None:
    """What the last sixty mornings were like."""
    chance = Random(5)
    for ago in range(60, 0, -1):
        bench.noted(
            "anna",
            bench.clock.wall() - timedelta(days=ago),
            Morning(
                ln_rmssd=ln_rmssd + chance.uniform(-0.2, 0.2),
                heart_rate=heart_rate + chance.uniform(-3, 3),
                coverage=1,
                artifact_ratio=0,
            ),
        )


async def test_it_is_guided_by_sound_and_its_figures_are_written_down() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("readiness", "start")
        assert bench.shown("anna/readiness").state == "waiting"
        await bench.wait(5)
        await bench.beat(at_rest(0.4))
        assert bench.shown("anna/readiness").state == "settling"
        assert not bench.sounded()
        await bench.beat(at_rest(0.3))
        assert bench.shown("anna/readiness").state == "measuring"
        assert [tone for _, tone in bench.sounded()] == [1000, 1500]
        await bench.beat(at_rest(2.1))
        await bench.wait(2)
    assert [tone for _, tone in bench.sounded()] == [1000, 1500, 1500, 1000]
    said = bench.shown("anna/readiness")
    assert said.state == "idle"
    assert said.advice == "building a baseline"
    assert said.problem is None
    (morning,) = bench.written()
    assert isinstance(morning, Morning)
    assert morning.heart_rate == pytest.approx(57, abs=1.5)
    assert morning.coverage > 0.97
    assert morning.ln_rmssd == said.ln_rmssd


@pytest.mark.parametrize(
    ("usual_ln", "usual_bpm", "advice"),
    [(3.7, 57, "train as planned"), (4.4, 57, "take it easy"), (4.4, 48, "rest")],
)
async def test_it_is_held_against_the_athletes_own_weeks(
    usual_ln: float, usual_bpm: float, advice: str
) -> None:
    bench = Bench()
    weeks(bench, usual_ln, usual_bpm)
    async with bench.running():
        bench.command("readiness", "start")
        await bench.beat(at_rest(2.7))
        await bench.wait(1)
    assert bench.shown("anna/readiness").advice == advice


async def test_no_session_begins_from_its_beats() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("readiness", "start")
        await bench.beat(at_rest(3.3))
        assert not [item for item in bench.recorded if isinstance(item, SessionOpened)]
        assert len(bench.written()) == 1


async def test_a_strap_that_is_put_on_first_has_begun_a_session_which_gives_way() -> None:
    bench = Bench()
    async with bench.running():
        await bench.beat(at_rest(0.5))
        assert in_session(bench)
        bench.command("readiness", "start")
        assert not in_session(bench)
        await bench.beat(at_rest(2.7))
        assert len(bench.written()) == 1


async def test_in_the_midst_of_training_it_is_refused() -> None:
    bench = Bench()
    async with bench.running():
        await bench.beat(at_rest(2.5))
        with pytest.raises(CommandError, match="a session is under way"):
            bench.command("readiness", "start")
        assert in_session(bench)


async def test_a_poor_signal_is_told_and_nothing_is_written_down() -> None:
    bench = Bench()
    chance = Random(2)
    poor = [rr * 0.5 if chance.random() < 0.1 else rr for rr in at_rest(3)]
    async with bench.running():
        bench.command("readiness", "start")
        await bench.beat(poor)
        await bench.wait(1)
    said = bench.shown("anna/readiness")
    assert said.advice is None
    assert "beats are doubtful" in said.problem
    assert bench.written() == []
    assert [tone for _, tone in bench.sounded()][-3:] == [1000, 800, 600]


async def test_a_strap_that_is_taken_off_or_never_comes_ends_it() -> None:
    never, off = Bench(), Bench()
    async with never.running():
        never.command("readiness", "start")
        await never.wait(185)
        assert never.shown("anna/readiness").problem == "no heart rate came from the strap"
    async with off.running():
        off.command("readiness", "start")
        await off.beat(at_rest(1.5))
        await off.wait(25)
        assert off.shown("anna/readiness").problem == "the strap sends no heart rate any more"
    assert never.written() == off.written() == []


async def test_it_can_be_cancelled() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("readiness", 5)
        await bench.beat(at_rest(1))
        bench.command("readiness", "stop")
        assert bench.shown("anna/readiness").state == "idle"
        with pytest.raises(CommandError, match="no measurement"):
            bench.command("readiness", "stop")
    assert bench.written() == []


@pytest.mark.parametrize("wrong", [0, 0.5, 11, True, None, "now", {"minutes": 2}])
async def test_nonsense_is_refused(wrong: object) -> None:
    bench = Bench()
    async with bench.running():
        with pytest.raises(CommandError):
            bench.command("readiness", wrong)
        assert bench.shown("anna/readiness").state == "idle"


async def test_a_real_heart_at_rest_is_measured_as_published_rmssd_says() -> None:
    """Sixteen minutes supine, from another project; its first two and a half are measured here."""
    lines = (shared_data() / "rri-rest-exercise" / "rest_rri.txt").read_text().split()
    real = [float(line) for line in lines]
    bench = Bench()
    async with bench.running():
        bench.command("readiness", "start")
        await bench.beat(real[:170])
        await bench.wait(1)
    (morning,) = bench.written()
    assert isinstance(morning, Morning)
    assert 50 < morning.heart_rate < 62
    assert morning.coverage > 0.97
    assert 3 < morning.ln_rmssd < 5
