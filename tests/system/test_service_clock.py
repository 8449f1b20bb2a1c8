"""A clock a year behind, as on a Raspberry Pi without a network, that is corrected during a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .vm.installation import Athlete, Installation
from .vm.sources import NO_BLUETOOTH, virtual_source

NEAR = timedelta(seconds=3)


def session_start(installation: Installation, session: str) -> datetime:
    """Start of a session, from the guest's monotonic clock and its current date."""
    [row] = installation.rows(f"SELECT origin_ms FROM sessions WHERE id = '{session}'")
    now_s, up_s = installation.machine.shell("date +%s.%N; cut -d' ' -f1 /proc/uptime").text.split()
    return datetime.fromtimestamp(float(now_s) - float(up_s) + row["origin_ms"] / 1000, UTC)


def test_a_session_is_dated_correctly_after_the_clock_is_synchronised(installation: Installation) -> None:
    machine = installation.machine
    installation.configure(
        Athlete("anna"), more=f"{NO_BLUETOOTH}[sessions]\nmin_duration_s = 0\n" + virtual_source("anna")
    )
    machine.run("systemctl", "--quiet", "enable", "talkpace")
    machine.run("sync")
    machine.cut_power()
    machine.boot(clock=datetime.now(UTC) - timedelta(days=365))
    installation.subscribe()
    wrong = installation.wait_for("anna/session", {"state": "active"}).payload
    assert datetime.now(UTC) - datetime.fromisoformat(wrong["start"]) > timedelta(days=364)
    installation.wait_for("node", {"clock": "not synchronised"})
    assert "timedatectl" in installation.doctor()["clock"]["remedy"]

    measured_s = installation.wait_for("anna/live", after=installation.mark()).payload["elapsed_s"]
    machine.set_clock(datetime.now(UTC), synchronised=True)
    jumped = installation.mark()
    installation.wait_for("node", {"clock": "synchronised"}, after=jumped)
    right = installation.wait_for("anna/session", {"session": wrong["session"]}, after=jumped).payload
    assert abs(datetime.fromisoformat(right["start"]) - session_start(installation, wrong["session"])) < NEAR

    live = installation.wait_for("anna/live", after=jumped).payload
    assert 0 <= live["elapsed_s"] - measured_s < 3600  # seconds, and not a year
    installation.command("anna", "session", "end")
    summary = installation.wait_for("anna/summary", after=jumped).payload
    assert summary["start"] == right["start"]
    assert summary["session"] == wrong["session"]
    lasted = datetime.fromisoformat(summary["end"]) - datetime.fromisoformat(summary["start"])
    assert abs(lasted.total_seconds() - summary["duration_s"]) < 0.1
    assert summary["duration_s"] >= live["elapsed_s"] - 1
    assert summary["gap_s"] < 60  # the jump of the clock is not a gap
    [row] = installation.rows(
        f"SELECT start, \"end\", clock_synchronised FROM sessions WHERE id = '{wrong['session']}'"
    )
    result = datetime.fromisoformat(right["start"])  # in ms
    assert abs(datetime.fromisoformat(row["start"]) - result) < timedelta(milliseconds=1)
    assert row["clock_synchronised"] == 1
    assert installation.doctor()["clock"]["ok"]
