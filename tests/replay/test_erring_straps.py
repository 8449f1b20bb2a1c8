"""Captures of straps that err: what they get wrong stays out of the figures, and is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..service.daemon_process import talkpace
from ..shared_data import shared_data


def replayed(name: str, home: Path) -> tuple[dict[str, Any], list[str]]:
    done = talkpace(home, "replay", str(shared_data() / "cases" / name), "--max-hr", "185", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    [session] = document["sessions"]
    return session, document["files"][0]["problems"]


def test_a_dry_straps_start_is_told_and_not_counted(tmp_path: Path) -> None:
    session, problems = replayed("dry-start.capture", tmp_path)
    assert session["heart_rate"] == {"min": 100, "mean": 100.0, "max": 100}
    assert session["implausible"] == {"measurements": 15, "held_s": 15.0, "highest": 220}
    assert session["heart_rate_recovery_60s"] is None
    assert any("15 implausible" in problem and "maximum" in problem for problem in problems)


def test_intervals_sent_twice_give_no_hrv_and_are_told(tmp_path: Path) -> None:
    session, problems = replayed("whoop-double-rr.capture", tmp_path)
    assert session["hrv"] is None
    assert any("RR intervals were sent more than once" in problem for problem in problems)
    done = talkpace(tmp_path, "hrv", str(shared_data() / "cases" / "whoop-double-rr.capture"))
    assert done.returncode == 1
    assert "sent more than once" in done.stderr


def test_recovery_compares_instants_between_the_records_of_a_sparse_recording(tmp_path: Path) -> None:
    session, _ = replayed("recovery-sparse.csv", tmp_path)
    assert 58 <= session["heart_rate_recovery_60s"] <= 62
