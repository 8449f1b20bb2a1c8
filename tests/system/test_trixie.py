"""Installation and a workout on Debian 13, the base of Raspberry Pi OS Trixie."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .vm.checkout import SOURCE, WHEELS, installation_snapshot
from .vm.image import TRIXIE, Cache, built_image
from .vm.installation import BUZZER, CHEST, DATABASE, Athlete, Installation
from .vm.machine import Machine

SHORT_LIMITS = (
    "[warnings]\nstart_grace_s = 0\nwarn_after_s = 1\nclear_after_s = 1\n[sessions]\nmin_duration_s = 0\n"
)


@pytest.fixture
def installation(cache: Cache, tmp_path: Path) -> Iterator[Installation]:
    """An installation on Debian 13, instead of the one on Debian 12."""
    image = built_image(cache, TRIXIE)
    with Machine.resumed(image, installation_snapshot(cache, image), tmp_path / "machine") as machine:
        yield Installation(machine)


@pytest.mark.long(2)  # another worker builds the image of Debian 12 meanwhile
def test_the_installer_and_a_workout_on_debian_13(installation: Installation) -> None:
    machine = installation.machine
    assert 'VERSION_ID="13"' in machine.read("/etc/os-release").decode()
    assert machine.run("/opt/talkpace/bin/python", "--version").text.startswith("Python 3.13.")
    chest = installation.radio.add("chest", address=CHEST)
    installation.set_up(Athlete("anna"), more=SHORT_LIMITS)
    installation.talkpace("pair", CHEST, "--athlete", "anna", "--seconds", "2")
    installation.wait_for("anna/live", {"heart_rate": 72, "warning": "none"})

    installation.pins.clear()
    chest.set_heart_rate(150)
    over = installation.wait_for("anna/event", {"event": "over"})
    end = time.monotonic() + 60
    while not any(edge.level for edge in installation.pins.edges(BUZZER)):
        assert time.monotonic() < end, "no level change on the buzzer's line"
    chest.set_heart_rate(100)
    installation.wait_for("anna/event", {"event": "easy_again"}, after=over)
    installation.command("anna", "session", "end")
    summary = installation.wait_for("anna/summary", after=over).payload
    assert (summary["athlete"], summary["warnings"], summary["heart_rate"]["max"]) == ("anna", 1, 150)

    failed = [finding for finding in installation.doctor().values() if not finding["ok"]]
    assert failed == []
    exposure = ("systemd-analyze", "security", "--no-pager", "--threshold=20", "talkpace")
    assert machine.run(*exposure, check=False, limit_s=120).exit == 0
    again = machine.run(f"{SOURCE}/systemd/install", "--offline", WHEELS, limit_s=300).text
    assert "unchanged talkpace.service, running" in again
    assert not {line.split()[0] for line in again.splitlines()} & {"created", "replaced", "restarted"}

    # Uninstall: first without data and configuration, then with them.
    machine.run(f"{SOURCE}/systemd/uninstall", limit_s=300)
    assert machine.run("systemctl", "cat", "talkpace", check=False).exit != 0
    assert machine.run("test", "-e", "/opt/talkpace", check=False).exit == 1
    machine.run("test", "-e", DATABASE)
    machine.run(f"{SOURCE}/systemd/uninstall", "--purge", limit_s=300)
    assert machine.shell(f"test -e {DATABASE} || getent passwd talkpace", check=False).exit != 0
