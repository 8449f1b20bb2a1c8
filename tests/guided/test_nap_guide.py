"""A nap, from the command to the waking: gentle first, answered or given up, over a restart too."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from talkpace.config.habits import HabitsConfig
from talkpace.config.model import QuietHoursConfig
from talkpace.errors import CommandError
from talkpace.habits.entries import Nap
from talkpace.habits.nap import start_nap
from talkpace.storage.records import NapEnded, NapStarted

from ..alerts.alerts_harness import AlertsHarness
from .guide_harness import GuideHarness


async def test_a_nap_ends_with_calls_that_grow_louder_until_they_are_answered() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("nap", 20)
        assert harness.shown("anna/nap").state == "napping"
        await harness.wait(20 * 60 - 1)
        assert not harness.sounded()
        await harness.wait(2)
        assert harness.shown("anna/nap").state == "waking"
        assert {tone for _, tone in harness.sounded()} == {600}
        await harness.wait(75)
        assert [tone for tone in (600, 900) if tone in {tone for _, tone in harness.sounded()}] == [600, 900]
        await harness.wait(60)
        assert harness.sounded()[-1][1] == 2400
        harness.command("nap", "stop")
        assert harness.shown("anna/nap").state == "idle"
        silent_from = harness.alerts.clock.monotonic_ms() - harness.alerts.began_ms + 6000
        await harness.wait(60)
        assert not harness.sounded(silent_from)
    assert harness.written() == [Nap(minutes=22.3)]
    assert isinstance(harness.recorded[-1], NapEnded)


async def test_a_mute_during_the_calls_answers_them_and_an_earlier_mute_does_not() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("mute", 86_400)
        harness.command("nap", 25)
        await harness.wait(25 * 60 + 1)
        assert harness.sounded()
        harness.command("mute", 60)
        await harness.wait(1)
        assert harness.shown("anna/nap").state == "idle"
        answered = harness.alerts.clock.monotonic_ms() - harness.alerts.began_ms
        await harness.wait(60)
        assert not harness.sounded(answered)


async def test_a_nap_calls_in_quiet_hours() -> None:
    alerts = AlertsHarness(quiet_hours=[QuietHoursConfig(start=time(0), end=time(23, 59))])
    harness = GuideHarness(alerts=alerts)
    alerts.clock.fixed_wall = datetime(2026, 11, 24, 13, tzinfo=UTC)
    async with harness.running():
        harness.command("nap", "start")
        await harness.wait(25 * 60 + 1)
        assert harness.sounded()


async def test_calls_without_an_answer_end_after_five_minutes() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("nap", 20)
        await harness.wait(25 * 60 + 30)
        assert harness.shown("anna/nap").state == "idle"
    assert harness.written() == [Nap(minutes=24.8)]


async def test_a_nap_stopped_at_once_is_not_logged() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("nap", 20)
        await harness.wait(60)
        harness.command("nap", "cancel")
    assert harness.written() == []


@pytest.mark.parametrize("wrong", [0, 19, 31, -20, True, None, "soon", {"minutes": 25}, [25], 1e300])
async def test_an_invalid_nap_command_is_refused(wrong: object) -> None:
    harness = GuideHarness()
    async with harness.running():
        with pytest.raises(CommandError):
            harness.command("nap", wrong)
        assert harness.shown("anna/nap").state == "idle"
        assert harness.recorded == []


async def test_a_second_nap_and_a_stop_of_none_are_refused() -> None:
    harness = GuideHarness()
    async with harness.running():
        with pytest.raises(CommandError, match="no nap is in progress"):
            harness.command("nap", "stop")
        harness.command("nap", 20)
        with pytest.raises(CommandError, match="a nap is in progress until"):
            harness.command("nap", 30)
        harness.command("nap", 30, "ben")


@pytest.mark.parametrize("off_for_s", [60, 19 * 60, 25 * 60])
async def test_a_nap_continues_after_a_restart_of_the_daemon(off_for_s: int) -> None:
    """Of 20 minutes; a daemon that was off when it ended calls as soon as it is back."""
    before = GuideHarness()
    async with before.running():
        before.command("nap", 20)
    (begun,) = [item for item in before.recorded if isinstance(item, NapStarted)]
    after = GuideHarness(alerts=before.alerts)
    await before.clock.advance(off_for_s)
    after.guides.restore([begun.nap])
    async with after.running():
        assert after.shown("anna/nap").state == ("napping" if off_for_s < 1200 else "waking")
        await after.wait(max(0, 1200 - off_for_s) + 1)
        assert after.shown("anna/nap").state == "waking"
        assert {tone for _, tone in after.sounded()} == {600}


async def test_after_a_reboot_a_nap_ends_by_the_wall_clock() -> None:
    harness = GuideHarness()
    nap = start_nap("anna", 20, boot="an earlier boot", now_ms=10**9, now=harness.clock.wall())
    harness.guides.restore([nap])
    async with harness.running():
        await harness.wait(20 * 60 - 1)
        assert harness.shown("anna/nap").state == "napping"
        await harness.wait(2)
        assert harness.shown("anna/nap").state == "waking"


async def test_a_nap_that_ended_an_hour_ago_is_logged_without_calls() -> None:
    harness = GuideHarness()
    async with harness.running():
        harness.command("nap", 20)
    (begun,) = [item for item in harness.recorded if isinstance(item, NapStarted)]
    after = GuideHarness(alerts=harness.alerts)
    await harness.clock.advance(80 * 60)
    after.guides.restore([begun.nap])
    async with after.running():
        await after.wait(60)
        assert not after.sounded()
        assert after.shown("anna/nap").state == "idle"
    assert after.written() == [Nap(minutes=20)]


async def test_a_disabled_nap_has_no_command_and_no_topic() -> None:
    habits = HabitsConfig.model_validate(
        {piece: {"enabled": False} for piece in ("nap", "breathing", "readiness", "calibration")}
    )
    harness = GuideHarness(habits)
    async with harness.running():
        await harness.wait(5)
        for name in ("nap", "breathe", "readiness", "calibrate"):
            with pytest.raises(CommandError, match="there is no command"):
                harness.command(name, "start")
    assert harness.published == []
