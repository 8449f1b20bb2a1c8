"""A clock that is a year behind, as on a Raspberry Pi without a network, and becomes right in a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .bed.household import Athlete, Household
from .bed.training import QUIET, virtual

NEAR = timedelta(seconds=3)


def began(household: Household, session: str) -> datetime:
    """When a session did, by the guest's monotonic clock and what its date is by now."""
    [kept] = household.rows(f"SELECT origin_ms FROM sessions WHERE id = '{session}'")
    now_s, up_s = household.machine.shell("date +%s.%N; cut -d' ' -f1 /proc/uptime").text.split()
    return datetime.fromtimestamp(float(now_s) - float(up_s) + kept["origin_ms"] / 1000, UTC)


def test_a_session_is_dated_rightly_once_the_clock_is(household: Household) -> None:
    machine = household.machine
    household.configure(Athlete("anna"), more=f"{QUIET}[sessions]\nmin_duration_s = 0\n" + virtual("anna"))
    machine.run("systemctl", "--quiet", "enable", "talkpace")
    machine.run("sync")
    machine.cut_power()
    machine.boot(clock=datetime.now(UTC) - timedelta(days=365))
    household.listen()
    wrong = household.heard("anna/session", {"state": "active"}).payload
    assert datetime.now(UTC) - datetime.fromisoformat(wrong["start"]) > timedelta(days=364)
    household.heard("node", {"clock": "not synchronised"})
    assert "timedatectl" in household.doctor()["clock"]["remedy"]

    measured_s = household.heard("anna/live", after=household.now()).payload["elapsed_s"]
    machine.set_clock(datetime.now(UTC), synchronised=True)
    jumped = household.now()
    household.heard("node", {"clock": "synchronised"}, after=jumped)
    right = household.heard("anna/session", {"session": wrong["session"]}, after=jumped).payload
    assert abs(datetime.fromisoformat(right["start"]) - began(household, wrong["session"])) < NEAR

    live = household.heard("anna/live", after=jumped).payload
    assert 0 <= live["elapsed_s"] - measured_s < 3600  # seconds, and not a year
    household.command("anna", "session", "end")
    summary = household.heard("anna/summary", after=jumped).payload
    assert summary["start"] == right["start"]
    assert summary["session"] == wrong["session"]
    lasted = datetime.fromisoformat(summary["end"]) - datetime.fromisoformat(summary["start"])
    assert abs(lasted.total_seconds() - summary["duration_s"]) < 0.1
    assert summary["duration_s"] >= live["elapsed_s"] - 1
    assert summary["gap_s"] < 60  # the jump is none
    [kept] = household.rows(
        f"SELECT start, \"end\", clock_synchronised FROM sessions WHERE id = '{wrong['session']}'"
    )
    told = datetime.fromisoformat(right["start"])  # to the ms
    assert abs(datetime.fromisoformat(kept["start"]) - told) < timedelta(milliseconds=1)
    assert kept["clock_synchronised"] == 1
    assert household.doctor()["clock"]["ok"]
