"""The same on Debian 13, which Raspberry Pi OS Trixie is: another kernel, systemd, BlueZ and Python."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .bed.household import BUZZER, CHEST, DATABASE, Athlete, Household
from .bed.image import TRIXIE, Cache, built
from .bed.machine import Machine
from .bed.project import SOURCE, WHEELS, installed_on

EAGER = "[warnings]\nstart_grace_s = 0\nwarn_after_s = 1\nclear_after_s = 1\n[sessions]\nmin_duration_s = 0\n"


@pytest.fixture
def household(cache: Cache, tmp_path: Path) -> Iterator[Household]:
    """In place of the bed's own: one with Debian 13."""
    image = built(cache, TRIXIE)
    with Machine.resumed(image, installed_on(cache, image), tmp_path / "machine") as machine:
        yield Household(machine)


@pytest.mark.long(2)  # its image is built while another worker builds that of Debian 12
def test_the_installer_and_a_workout_on_debian_13(household: Household) -> None:
    machine = household.machine
    assert 'VERSION_ID="13"' in machine.read("/etc/os-release").decode()
    assert machine.run("/opt/talkpace/bin/python", "--version").text.startswith("Python 3.13.")
    chest = household.air.add("chest", address=CHEST)
    household.settle(Athlete("anna"), more=EAGER)
    household.talkpace("pair", CHEST, "--athlete", "anna", "--seconds", "2")
    household.heard("anna/live", {"heart_rate": 72, "warning": "none"})

    household.pins.clear()
    chest.beat(150)
    over = household.heard("anna/event", {"event": "over"})
    end = time.monotonic() + 60
    while not any(edge.level for edge in household.pins.edges(BUZZER)):
        assert time.monotonic() < end, "the buzzer stays silent"
    chest.beat(100)
    household.heard("anna/event", {"event": "easy_again"}, after=over)
    household.command("anna", "session", "end")
    summary = household.heard("anna/summary", after=over).payload
    assert (summary["athlete"], summary["warnings"], summary["heart_rate"]["max"]) == ("anna", 1, 150)

    wrong = [finding for finding in household.doctor().values() if not finding["ok"]]
    assert wrong == []
    exposure = ("systemd-analyze", "security", "--no-pager", "--threshold=20", "talkpace")
    assert machine.run(*exposure, check=False, limit_s=120).exit == 0
    again = machine.run(f"{SOURCE}/systemd/install", "--offline", WHEELS, limit_s=300).text
    assert "kept      talkpace.service, running" in again
    assert not {line.split()[0] for line in again.splitlines()} & {"made", "replaced", "restarted"}

    # And it goes again: first all but what belongs to the household, then that too.
    machine.run(f"{SOURCE}/systemd/uninstall", limit_s=300)
    assert machine.run("systemctl", "cat", "talkpace", check=False).exit != 0
    assert machine.run("test", "-e", "/opt/talkpace", check=False).exit == 1
    machine.run("test", "-e", DATABASE)
    machine.run(f"{SOURCE}/systemd/uninstall", "--purge", limit_s=300)
    assert machine.shell(f"test -e {DATABASE} || getent passwd talkpace", check=False).exit != 0
