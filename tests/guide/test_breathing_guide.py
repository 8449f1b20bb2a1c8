"""A breathing exercise in the room: the pace, how the heart follows it, and what it gives way to."""

from __future__ import annotations

import pytest

from talkpace.errors import CommandError
from talkpace.practice.entries import Breathing
from talkpace.record.items import SessionOpened

from ..practice.hearts import swinging
from .bench import Bench


def heart(
    pace: float, minutes: float, *, swing_ms: float = 80, noise_ms: float = 0, seed: int = 1
) -> list[float]:
    beats = swinging(pace, minutes, swing_ms=swing_ms, noise_ms=noise_ms, seed=seed)
    return [each.rr_ms for each in beats]


def in_session(bench: Bench) -> bool:
    return bench.room.pipelines["anna"].kept is not None


async def test_the_room_breathes_at_the_pace_and_every_turn_is_published() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("breathe", {"pace": 6, "minutes": 1})
        await bench.wait(61)
    phases = [payload.phase for topic, payload in bench.published if topic == "anna/breathing"]
    assert phases == [None, *["inhale", "exhale"] * 6, None]
    ticks = [at for at, _ in bench.sounded() if at < 60_000]
    assert ticks[:4] == [0, 4000, 4140, 10_000]
    assert bench.written() == [Breathing(minutes=1, pace=6)]
    assert bench.shown("anna/breathing").last == "1 min of breathing at 6 a minute"


async def test_with_a_strap_on_coherence_is_shown_live_and_written_down() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("breathe", {"pace": 6, "minutes": 3, "ratio": "5:5"})
        await bench.beat(heart(6, 2, noise_ms=5))
        live = bench.shown("anna/breathing")
        assert live.coherence > 0.75
        assert live.peak_pace == pytest.approx(6, abs=0.35)
        assert live.heart_rate in range(55, 80)
        assert (live.ratio, live.phase_s) == ("5:5", 5)
        await bench.beat(heart(6, 1.1, noise_ms=5))
    (entry,) = bench.written()
    assert isinstance(entry, Breathing)
    assert entry.coherence is not None
    assert entry.coherence > 0.7
    assert entry.swing_bpm == pytest.approx(11.9, abs=1.5)


async def test_no_coherence_is_claimed_in_the_first_64_seconds_nor_without_beats() -> None:
    bench = Bench()
    async with bench.running():
        await bench.beat(heart(6, 2))
        bench.command("breathe", {"pace": 6, "minutes": 5})
        await bench.beat(heart(6, 1))
        assert bench.shown("anna/breathing").coherence is None
        await bench.beat(heart(6, 0.3))
        assert bench.shown("anna/breathing").coherence is not None
        await bench.wait(20)
        assert bench.shown("anna/breathing").coherence is None
        assert bench.shown("anna/breathing").heart_rate is None


async def test_no_session_begins_from_its_beats_until_a_minute_after_it() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("breathe", {"minutes": 2})
        await bench.beat(heart(6, 2.9))
        assert not [item for item in bench.recorded if isinstance(item, SessionOpened)]
        await bench.beat(heart(6, 0.3))
        assert [item for item in bench.recorded if isinstance(item, SessionOpened)]


async def test_a_session_that_counts_goes_on_and_one_that_has_just_begun_gives_way() -> None:
    young, old = Bench(), Bench()
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


async def test_the_pace_that_suits_best_is_looked_for_and_its_doubt_is_told() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("breathe", {"find": True})
        for pace in (6.5, 6.0, 5.5, 5.0, 4.5):
            await bench.beat(
                heart(pace, 2, swing_ms=100 - 40 * abs(pace - 5.5), noise_ms=5, seed=round(10 * pace))
            )
        await bench.wait(20)
    (entry,) = bench.written()
    assert isinstance(entry, Breathing)
    assert entry.suited == 5.5
    assert entry.minutes == 10
    assert "5.5 a minute suited best" in entry.words


async def test_with_no_strap_on_a_search_finds_nothing_and_says_nothing_of_it() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("breathe", {"find": True})
        await bench.wait(601)
    assert bench.written() == [Breathing(minutes=10)]


async def test_it_is_stopped_by_command_and_what_was_breathed_is_kept() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("breathe", "start")
        await bench.wait(90)
        bench.command("breathe", "stop")
        stopped = bench.stage.clock.monotonic_ms() - bench.stage.began_ms
        await bench.wait(30)
        assert not bench.sounded(stopped + 1)
        assert bench.stage.lit() is None
        with pytest.raises(CommandError, match="no breathing exercise"):
            bench.command("breathe", "stop")
    assert bench.written() == [Breathing(minutes=1.5, pace=6)]


async def test_the_room_has_one_pace_and_an_athlete_one_guide() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("readiness", "start", "ben")
        bench.command("breathe", "start")
        with pytest.raises(CommandError, match="anna breathes to it"):
            bench.command("breathe", "start", "ben")
        with pytest.raises(CommandError, match="a breathing exercise is under way"):
            bench.command("readiness", "start")
        bench.command("breathe", "stop")
        with pytest.raises(CommandError, match="a measurement is under way"):
            bench.command("breathe", "start", "ben")


@pytest.mark.parametrize(
    "wrong",
    [
        {"pace": 3.9}, {"pace": 7.5}, {"pace": "6"}, {"minutes": 0}, {"minutes": 61}, {"ratio": "1:9"},
        {"ratio": 5}, {"find": True, "pace": 6}, {"speed": 6}, "fast", 6, None, True,
    ],
)  # fmt: skip
async def test_nonsense_is_refused_and_changes_nothing(wrong: object) -> None:
    bench = Bench()
    async with bench.running():
        with pytest.raises(CommandError):
            bench.command("breathe", wrong)
        await bench.wait(1)
        assert bench.shown("anna/breathing").state == "idle"
        assert not bench.sounded()
