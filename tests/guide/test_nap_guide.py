"""A nap, from the command to the waking: gentle first, answered or given up, over a restart too."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from talkpace.config.model import QuietHours
from talkpace.config.practice import Practice
from talkpace.errors import CommandError
from talkpace.practice.entries import Nap
from talkpace.practice.nap import new_nap
from talkpace.record.items import NapBegun, NapOver

from ..alert.stage import Stage
from .bench import Bench


async def test_it_sleeps_then_calls_gently_and_more_and_more_until_it_is_answered() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("nap", 20)
        assert bench.shown("anna/nap").state == "napping"
        await bench.wait(20 * 60 - 1)
        assert not bench.sounded()
        await bench.wait(2)
        assert bench.shown("anna/nap").state == "waking"
        assert {tone for _, tone in bench.sounded()} == {600}
        await bench.wait(75)
        assert [tone for tone in (600, 900) if tone in {tone for _, tone in bench.sounded()}] == [600, 900]
        await bench.wait(60)
        assert bench.sounded()[-1][1] == 2400
        bench.command("nap", "stop")
        assert bench.shown("anna/nap").state == "idle"
        silent_from = bench.stage.clock.monotonic_ms() - bench.stage.began_ms + 6000
        await bench.wait(60)
        assert not bench.sounded(silent_from)
    assert bench.written() == [Nap(minutes=22.3)]
    assert isinstance(bench.recorded[-1], NapOver)


async def test_a_mute_while_it_calls_is_an_answer_and_one_before_is_not() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("mute", 86_400)
        bench.command("nap", 25)
        await bench.wait(25 * 60 + 1)
        assert bench.sounded()
        bench.command("mute", 60)
        await bench.wait(1)
        assert bench.shown("anna/nap").state == "idle"
        answered = bench.stage.clock.monotonic_ms() - bench.stage.began_ms
        await bench.wait(60)
        assert not bench.sounded(answered)


async def test_it_calls_in_quiet_hours_too() -> None:
    stage = Stage(quiet_hours=[QuietHours(start=time(0), end=time(23, 59))])
    bench = Bench(stage=stage)
    stage.clock.date = datetime(2026, 11, 24, 13, tzinfo=UTC)
    async with bench.running():
        bench.command("nap", "start")
        await bench.wait(25 * 60 + 1)
        assert bench.sounded()


async def test_nobody_answers_and_it_gives_up_after_five_minutes() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("nap", 20)
        await bench.wait(25 * 60 + 30)
        assert bench.shown("anna/nap").state == "idle"
    assert bench.written() == [Nap(minutes=24.8)]


async def test_one_that_is_stopped_at_once_was_none() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("nap", 20)
        await bench.wait(60)
        bench.command("nap", "cancel")
    assert bench.written() == []


@pytest.mark.parametrize("wrong", [0, 19, 31, -20, True, None, "soon", {"minutes": 25}, [25], 1e300])
async def test_nonsense_is_refused_and_changes_nothing(wrong: object) -> None:
    bench = Bench()
    async with bench.running():
        with pytest.raises(CommandError):
            bench.command("nap", wrong)
        assert bench.shown("anna/nap").state == "idle"
        assert bench.recorded == []


async def test_a_second_nap_and_a_stop_of_none_are_refused() -> None:
    bench = Bench()
    async with bench.running():
        with pytest.raises(CommandError, match="no nap is under way"):
            bench.command("nap", "stop")
        bench.command("nap", 20)
        with pytest.raises(CommandError, match="a nap is under way until"):
            bench.command("nap", 30)
        bench.command("nap", 30, "ben")


@pytest.mark.parametrize("off_for_s", [60, 19 * 60, 25 * 60])
async def test_it_survives_a_restart_of_the_daemon(off_for_s: int) -> None:
    """Of 20 minutes; a daemon that was off when it ended calls as soon as it is back."""
    before = Bench()
    async with before.running():
        before.command("nap", 20)
    (begun,) = [item for item in before.recorded if isinstance(item, NapBegun)]
    after = Bench(stage=before.stage)
    await before.clock.advance(off_for_s)
    after.guides.take_up([begun.nap])
    async with after.running():
        assert after.shown("anna/nap").state == ("napping" if off_for_s < 1200 else "waking")
        await after.wait(max(0, 1200 - off_for_s) + 1)
        assert after.shown("anna/nap").state == "waking"
        assert {tone for _, tone in after.sounded()} == {600}


async def test_after_another_boot_the_date_says_when_to_wake() -> None:
    bench = Bench()
    nap = new_nap("anna", 20, boot="an earlier boot", now_ms=10**9, now=bench.clock.wall())
    bench.guides.take_up([nap])
    async with bench.running():
        await bench.wait(20 * 60 - 1)
        assert bench.shown("anna/nap").state == "napping"
        await bench.wait(2)
        assert bench.shown("anna/nap").state == "waking"


async def test_one_that_ended_an_hour_ago_wakes_nobody_and_is_logged() -> None:
    bench = Bench()
    async with bench.running():
        bench.command("nap", 20)
    (begun,) = [item for item in bench.recorded if isinstance(item, NapBegun)]
    after = Bench(stage=bench.stage)
    await bench.clock.advance(80 * 60)
    after.guides.take_up([begun.nap])
    async with after.running():
        await after.wait(60)
        assert not after.sounded()
        assert after.shown("anna/nap").state == "idle"
    assert after.written() == [Nap(minutes=20)]


async def test_switched_off_there_is_nothing_of_it() -> None:
    practice = Practice.model_validate(
        {piece: {"enabled": False} for piece in ("nap", "breathing", "readiness")}
    )
    bench = Bench(practice)
    async with bench.running():
        await bench.wait(5)
        for name in ("nap", "breathe", "readiness"):
            with pytest.raises(CommandError, match="there is no command"):
                bench.command(name, "start")
    assert bench.published == []
