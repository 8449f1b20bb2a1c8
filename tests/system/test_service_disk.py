"""A disk that is full or read-only ends the recording for as long, and never the warnings."""

from __future__ import annotations

import time

import pytest

from .bed.household import BUZZER, DATABASE, Athlete, Household
from .bed.training import QUIET, recorded

STATE = "/var/lib/talkpace"
SIZE_MB = 100
"""of the card that the record is on"""
OVER = [150] * 600
NAGGING = "[warnings]\nstart_grace_s = 0\nwarn_after_s = 1\nrepeat_every_s = 5\n"


def train(household: Household) -> None:
    """Over the ceiling, and on record."""
    household.settle(Athlete("anna"), more=f"{QUIET}{NAGGING}" + recorded(household.machine, "anna", OVER))
    household.heard("anna/event", {"event": "over"})
    until_recorded(household)


@pytest.fixture
def training(household: Household) -> Household:
    """With the record on a small disk of its own."""
    household.machine.shell(
        f"truncate -s {SIZE_MB}M /srv/card\n"
        f"mke2fs -q -t ext4 -m0 /srv/card\n"
        f"mount -o loop /srv/card {STATE}\n"
        f"chown talkpace: {STATE}; chmod 700 {STATE}"
    )
    train(household)
    return household


def until_recorded(household: Household) -> None:
    """A measurement of from now on is on record."""
    now_ms = household.machine.monotonic_s() * 1000
    household.machine.until(
        f"[ $(sqlite3 -readonly {DATABASE} 'SELECT max(origin_ms + offset_ms) > {now_ms} FROM measurements"
        f" JOIN sessions ON session = number') = 1 ]",
    )


def still_warns(household: Household) -> None:
    """The next warning sounds on the buzzer's line, and is told over MQTT."""
    household.pins.clear()
    household.heard("anna/event", {"event": "over_repeat"}, after=household.now())
    end = time.monotonic() + 60
    while not any(edge.level for edge in household.pins.edges(BUZZER)):
        assert time.monotonic() < end, "the buzzer stays silent"


def whole(household: Household) -> None:
    """No second of the session is missing, whatever the disk was."""
    household.machine.run("systemctl", "stop", "talkpace")
    [told] = household.rows(
        "SELECT count(*) AS count, max(offset_ms) / 1000.0 AS last_s, count(DISTINCT session) AS sessions"
        " FROM measurements"
    )
    assert told["sessions"] == 1
    assert told["count"] == pytest.approx(told["last_s"] + 1, abs=1)
    assert household.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_a_full_disk(training: Household) -> None:
    machine = training.machine
    before = training.now()
    machine.shell(f"dd if=/dev/zero of={STATE}/filler bs=64k status=none", check=False)
    training.heard("node", {"store": "disk full"}, after=before)
    machine.said("store: disk full")
    still_warns(training)
    finding = training.doctor()["database"]
    assert not finding["ok"]
    assert finding["remedy"] == "make room on the disk"

    machine.run("rm", f"{STATE}/filler")
    training.heard("node", {"store": "ok"}, after=before)
    until_recorded(training)
    whole(training)


def test_a_disk_that_has_become_read_only(household: Household) -> None:
    machine = household.machine
    train(household)
    before = household.now()
    # As the kernel does it by itself when a card fails: under the feet of who is writing.
    machine.shell("sync; echo u > /proc/sysrq-trigger")
    household.heard("node", {"store": "read-only"}, after=before)  # the journal is on that disk too
    still_warns(household)
    finding = household.doctor()["database"]
    assert not finding["ok"]
    assert "read-only" in finding["says"]
    assert "remount" in finding["remedy"]

    machine.run("mount", "-o", "remount,rw", "/")
    household.heard("node", {"store": "ok"}, after=before)
    until_recorded(household)
    whole(household)


def test_a_disk_that_is_full_when_the_daemon_starts(training: Household) -> None:
    machine = training.machine
    machine.run("systemctl", "stop", "talkpace")
    machine.shell(f"dd if=/dev/zero of={STATE}/filler bs=64k status=none", check=False)
    before = training.now()
    training.start()
    training.heard("node", {"store": "disk full"}, after=before)
    still_warns(training)
    machine.run("rm", f"{STATE}/filler")
    training.heard("node", {"store": "ok"}, after=before)
    until_recorded(training)
    assert training.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
