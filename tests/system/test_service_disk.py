"""With a full or read-only disk, recording pauses until it is writable again; warnings continue."""

from __future__ import annotations

import time

import pytest

from .vm.installation import BUZZER, DATABASE, Athlete, Installation
from .vm.sources import NO_BLUETOOTH, recording_source

STATE = "/var/lib/talkpace"
SIZE_MB = 100
"""size of the file system with the database"""
OVER = [150] * 600
FREQUENT_WARNINGS = "[warnings]\nstart_grace_s = 0\nwarn_after_s = 1\nrepeat_every_s = 5\n"


def start_over_ceiling(installation: Installation) -> None:
    """Start a session over the ceiling and wait until it is recorded."""
    installation.set_up(
        Athlete("anna"),
        more=f"{NO_BLUETOOTH}{FREQUENT_WARNINGS}" + recording_source(installation.machine, "anna", OVER),
    )
    installation.wait_for("anna/event", {"event": "over"})
    wait_until_recorded(installation)


@pytest.fixture
def small_disk(installation: Installation) -> Installation:
    """A session over the ceiling with the database on a small file system of its own."""
    installation.machine.shell(
        f"truncate -s {SIZE_MB}M /srv/card\n"
        f"mke2fs -q -t ext4 -m0 /srv/card\n"
        f"mount -o loop /srv/card {STATE}\n"
        f"chown talkpace: {STATE}; chmod 700 {STATE}"
    )
    start_over_ceiling(installation)
    return installation


def wait_until_recorded(installation: Installation) -> None:
    """Wait until a measurement from now on is stored."""
    now_ms = installation.machine.monotonic_s() * 1000
    installation.machine.retry(
        f"[ $(sqlite3 -readonly {DATABASE} 'SELECT max(origin_ms + offset_ms) > {now_ms} FROM measurements"
        f" JOIN sessions ON session = number') = 1 ]",
    )


def assert_still_warns(installation: Installation) -> None:
    """Check that the next warning reaches the buzzer and MQTT."""
    installation.pins.clear()
    installation.wait_for("anna/event", {"event": "over_repeat"}, after=installation.mark())
    end = time.monotonic() + 60
    while not any(edge.level for edge in installation.pins.edges(BUZZER)):
        assert time.monotonic() < end, "no level change on the buzzer's line"


def assert_complete(installation: Installation) -> None:
    """Check that no measurement of the session is missing."""
    installation.machine.run("systemctl", "stop", "talkpace")
    [result] = installation.rows(
        "SELECT count(*) AS count, max(offset_ms) / 1000.0 AS last_s, count(DISTINCT session) AS sessions"
        " FROM measurements"
    )
    assert result["sessions"] == 1
    assert result["count"] == pytest.approx(result["last_s"] + 1, abs=1)
    assert installation.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_warnings_continue_while_the_disk_is_full_and_no_measurement_is_lost(
    small_disk: Installation,
) -> None:
    machine = small_disk.machine
    before = small_disk.mark()
    machine.shell(f"dd if=/dev/zero of={STATE}/filler bs=64k status=none", check=False)
    small_disk.wait_for("node", {"store": "disk full"}, after=before)
    machine.wait_for_log("store: disk full")
    assert_still_warns(small_disk)
    finding = small_disk.doctor()["database"]
    assert not finding["ok"]
    assert finding["remedy"] == "free space on the disk"

    machine.run("rm", f"{STATE}/filler")
    small_disk.wait_for("node", {"store": "ok"}, after=before)
    wait_until_recorded(small_disk)
    assert_complete(small_disk)


def test_warnings_continue_while_the_disk_is_read_only_and_no_measurement_is_lost(
    installation: Installation,
) -> None:
    machine = installation.machine
    start_over_ceiling(installation)
    before = installation.mark()
    # The kernel does the same when an SD card fails.
    machine.shell("sync; echo u > /proc/sysrq-trigger")
    installation.wait_for(
        "node", {"store": "read-only"}, after=before
    )  # not in the journal, which is on the same disk
    assert_still_warns(installation)
    finding = installation.doctor()["database"]
    assert not finding["ok"]
    assert "read-only" in finding["detail"]
    assert "remount" in finding["remedy"]

    machine.run("mount", "-o", "remount,rw", "/")
    installation.wait_for("node", {"store": "ok"}, after=before)
    wait_until_recorded(installation)
    assert_complete(installation)


def test_the_daemon_starts_with_a_full_disk_and_records_once_there_is_room(small_disk: Installation) -> None:
    machine = small_disk.machine
    machine.run("systemctl", "stop", "talkpace")
    machine.shell(f"dd if=/dev/zero of={STATE}/filler bs=64k status=none", check=False)
    before = small_disk.mark()
    small_disk.start()
    small_disk.wait_for("node", {"store": "disk full"}, after=before)
    assert_still_warns(small_disk)
    machine.run("rm", f"{STATE}/filler")
    small_disk.wait_for("node", {"store": "ok"}, after=before)
    wait_until_recorded(small_disk)
    assert small_disk.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
