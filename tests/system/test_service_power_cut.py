"""Whenever the power goes, the record is whole, and lacks a few seconds at most."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from .bed.cut import CutDisk
from .bed.household import DATABASE, Athlete, Household
from .bed.image import SYSTEM, Cache, Image, digest
from .bed.machine import Machine, Snapshot
from .bed.saved import prepared
from .bed.training import QUIET, recorded, virtual

CUTS = int(os.environ.get("TALKPACE_POWER_CUTS", "20"))
SEED = int(os.environ.get("TALKPACE_SEED", str(random.SystemRandom().randrange(10**6))))

LOST_AT_MOST_S = 5.0
BETWEEN_BEATS_S = 1.1
"""from one measurement of these athletes to the next"""
WINDOW_S = 7.0
"""after a resume; two of the recorder's batches"""

BUSY = (
    f"{QUIET}[warnings]\nstart_grace_s = 0\nwarn_after_s = 0\nclear_after_s = 0\n"
    "[sessions]\nmin_duration_s = 0\nend_after_s = 900\n"
)
"""Ben is over his ceiling every few seconds: each event is written at once, and waits for the broker.
A boot under emulation may take longer than the 180 s that a session waits by default."""
MEASURED = """
SELECT sessions.id, (origin_ms + offset_ms) / 1000.0
FROM measurements JOIN sessions ON measurements.session = number ORDER BY measurements.id
"""


@pytest.fixture(scope="module")
def training(cache: Cache, image: Image, installed: Snapshot) -> Snapshot:
    """Two athletes in the middle of their sessions."""

    def prepare(machine: Machine) -> None:
        household = Household(machine)
        household.configure(
            Athlete("anna"),
            Athlete("ben"),
            more=BUSY + virtual("anna") + recorded(machine, "ben", [110, 112, 150, 155] * 900),
        )
        machine.run("systemctl", "--quiet", "enable", "talkpace")
        household.start()
        machine.until(f"[ $(sqlite3 -readonly {DATABASE} 'SELECT count(*) FROM measurements') -gt 20 ]")

    key = digest([SYSTEM / "bed", Path(__file__)])
    return prepared(cache, image, installed, kind="cut", key=key, prepare=prepare)


@pytest.fixture
def machine(image: Image, training: Snapshot, tmp_path: Path) -> Iterator[Machine]:
    """In place of the bed's own: one where they train."""
    with Machine.resumed(image, training, tmp_path / "machine") as machine:
        yield machine


@pytest.mark.long(1)
@pytest.mark.timeout(1800 + 60 * CUTS)
def test_a_power_cut_at_any_instant_leaves_the_record_whole_and_up_to_date(
    image: Image, training: Snapshot, tmp_path: Path
) -> None:
    print(f"{CUTS} cuts, TALKPACE_SEED={SEED}")  # noqa: T201 - shown with a failure
    chance = random.Random(SEED)
    lost_s: list[float] = []
    for number in range(CUTS):
        with Machine.resumed(image, training, tmp_path / f"machine-{number}") as machine:
            time.sleep(chance.uniform(0, WINDOW_S))  # the instant is the scenario
            cut_at_s = machine.monotonic_s()
            machine.cut_power()
        left = CutDisk(machine.folder / "disk.qcow2", tmp_path / f"left-{number}", database=DATABASE)
        (machine.folder / "disk.qcow2").unlink()
        assert left.rows("PRAGMA integrity_check") == [("ok",)]
        assert left.rows('SELECT athlete FROM sessions WHERE "end" IS NULL') == [("anna",), ("ben",)]
        measured = left.rows(MEASURED)
        for session in {session for session, _ in measured}:
            times_s = [at_s for whose, at_s in measured if whose == session]
            assert max(after - before for before, after in pairwise(times_s)) < 2 * BETWEEN_BEATS_S
            lost_s.append(cut_at_s - times_s[-1])
    print("missing, in s:", sorted(round(each, 1) for each in lost_s))  # noqa: T201
    assert max(lost_s) <= LOST_AT_MOST_S + BETWEEN_BEATS_S


def open_sessions(household: Household) -> dict[str, str]:
    """By athlete."""
    rows = household.rows('SELECT athlete, id FROM sessions WHERE "end" IS NULL')
    return {row["athlete"]: row["id"] for row in rows}


def begin_anew(household: Household) -> None:
    """New sessions: those of the saved machine are dated by its clock, which has since jumped to now."""
    household.listen()
    for athlete in open_sessions(household):
        household.command(athlete, "session", "end")
        household.command(athlete, "session", "start")
    now_ms = household.machine.monotonic_s() * 1000
    query = (
        "SELECT count(DISTINCT session) FROM measurements JOIN sessions ON session = number"
        f' WHERE "end" IS NULL AND origin_ms + offset_ms > {now_ms}'
    )
    household.machine.until(f"[ $(sqlite3 -readonly {DATABASE} '{query}') = 2 ]")


def test_after_a_short_power_cut_the_sessions_go_on(machine: Machine) -> None:
    household = Household(machine)
    begin_anew(household)
    before = open_sessions(household)
    count = "SELECT count(*) AS count FROM measurements"
    [had] = household.rows(count)
    machine.cut_power()
    machine.boot()
    for athlete, session in before.items():
        machine.said(f"session {session} of {athlete} goes on")
    machine.until(f"[ $(sqlite3 -readonly {DATABASE} '{count}') -gt {had['count'] + 5} ]")
    assert open_sessions(household) == before
    assert household.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_after_a_long_one_they_have_ended_with_the_last_measurement_and_new_ones_begin(
    machine: Machine,
) -> None:
    household = Household(machine)
    before = open_sessions(household)
    machine.cut_power()
    machine.boot(clock=datetime.now(UTC) + timedelta(hours=1))
    for athlete, session in before.items():
        machine.said(f"session {session} of {athlete} has ended")
        machine.until(f"mosquitto_sub -C 1 -W 5 -t talkpace/gym/{athlete}/summary | grep -q {session}")
        [ended] = household.rows(
            'SELECT (julianday("end") - julianday(start)) * 86400 AS lasted_s,'
            " max(offset_ms) / 1000.0 AS last_s FROM sessions"
            f" JOIN measurements ON measurements.session = number WHERE sessions.id = '{session}'"
        )
        assert ended["lasted_s"] == pytest.approx(ended["last_s"], abs=0.01)
    machine.until(
        f"[ $(sqlite3 -readonly {DATABASE} 'SELECT count(*) FROM sessions WHERE \"end\" IS NULL') = 2 ]"
    )
    assert not set(open_sessions(household).values()) & set(before.values())
