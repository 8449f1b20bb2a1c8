"""Small inputs of other people's programs and devices give what `expected.json` says of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..shared_data import shared_data

NOT_YET: dict[str, str] = {}
"""cases that are not read as expected, with the reason"""

PLACES = {
    "measurements": ("measurements",),
    "recorded_s": ("recorded_s",),
    "over_ceiling_s": ("over_ceiling_s",),
    "warnings": ("warnings",),
    "edwards": ("load", "edwards_trimp"),
    "mean": ("heart_rate", "mean"),
    "max": ("heart_rate", "max"),
    "recovery": ("heart_rate_recovery_60s",),
}
"""where a figure of a session is in its summary"""
HRV_PLACES = {
    "rr": ("raw", "beats"),
    "mean_rr_ms": ("raw", "mean_rr_ms"),
    "rmssd_ms": ("corrected", "rmssd_ms"),
    "alpha1": ("dfa_alpha1",),
}


def cases() -> dict[str, dict[str, Any]]:
    """The expectations by file name; none where the folder is missing, which a test of its own reports."""
    try:
        folder = shared_data() / "cases"
    except pytest.skip.Exception:
        return {}
    expected: dict[str, dict[str, Any]] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return expected


def run(home: Path, case: dict[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as a person runs it, without this machine's configuration."""
    environ = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "XDG_DATA_HOME": str(home)}
    if "tz" in case:
        environ["TZ"] = case["tz"]
    return subprocess.run(
        [sys.executable, "-m", "talkpace", *arguments],
        capture_output=True,
        check=False,
        cwd=home,
        env=environ,
        text=True,
        timeout=60,
    )


def value_at(document: dict[str, Any], place: tuple[str, ...]) -> Any:
    value: Any = document
    for key in place:
        value = value[key]
    return value


def differences(
    case: dict[str, Any], document: dict[str, Any], places: dict[str, tuple[str, ...]]
) -> list[str]:
    found = []
    for name, place in places.items():
        if name not in case:
            continue
        value = value_at(document, place)
        low, high = case[name]
        if value is None and case.get("or_null"):
            continue
        if value is None or not low <= value <= high:
            found.append(f"{name}: {value}, expected {low} to {high}")
    return found


def check_replay(path: Path, case: dict[str, Any], home: Path) -> list[str]:
    arguments = ["replay", "--json", "--max-hr", str(case["max_hr"]), *case.get("args", []), str(path)]
    done = run(home, case, *arguments)
    if done.returncode != 0:
        return [done.stderr]
    document = json.loads(done.stdout)
    sessions = document["sessions"]
    if not sessions:
        return [f"no session; {document['files']}"]
    found = []
    if "sessions" in case and len(sessions) != case["sessions"]:
        found.append(f"{len(sessions)} sessions, expected {case['sessions']}")
    found += differences(case, sessions[0], PLACES)
    told = [problem for file in document["files"] for problem in file["problems"]]
    if "told" in case and not any(case["told"] in problem.lower() for problem in told):
        found.append(f"not told: {case['told']}; problems: {told}")
    activities = {session["activity"] for session in sessions}
    if "all_activity" in case and activities != {case["all_activity"]}:
        found.append(f"activities {activities}, expected {case['all_activity']}")
    if "same_activity" in case and (len(activities) != 1 or len(sessions) < 2):
        found.append(f"{len(sessions)} sessions with the activities {activities}")
    if "recovery_below" in case:
        fall = sessions[0]["heart_rate_recovery_60s"]
        if fall is not None and fall >= case["recovery_below"]:
            found.append(f"recovery {fall}, expected below {case['recovery_below']}")
    return found


def check_hrv(path: Path, case: dict[str, Any], home: Path) -> list[str]:
    done = run(home, case, "hrv", "--json", str(path))
    if done.returncode != 0:
        return [done.stderr]
    return differences(case, json.loads(done.stdout), HRV_PLACES)


def check_import(path: Path, case: dict[str, Any], home: Path) -> list[str]:
    made = run(home, case, "athlete", "add", "anna", "max_heart_rate=185")
    done = run(home, case, "import", "--athlete", "anna", "--json", str(path))
    try:
        files = json.loads(done.stdout)["files"]
    except (json.JSONDecodeError, KeyError):
        return [made.stderr + done.stdout + done.stderr]
    imported = sum(file["status"] == "imported" for file in files)
    return [] if imported == case["imported"] else [f"{imported} imported: {files}"]


def check_refused(path: Path, case: dict[str, Any], home: Path) -> list[str]:
    done = run(home, case, "replay", "--json", "--max-hr", "185", str(path))
    if "Traceback" in done.stderr:
        return [done.stderr]
    if done.returncode != 0:
        return [] if done.stderr.strip() else ["refused without a word"]
    document = json.loads(done.stdout)
    told = any(file["problems"] for file in document["files"])
    return [] if told and not document["sessions"] else ["taken as a recording"]


CHECKS = {"replay": check_replay, "hrv": check_hrv, "import": check_import, "refused": check_refused}


@pytest.mark.parametrize("name", sorted(set(cases()) - set(NOT_YET)))
def test_a_file_of_someone_else_is_read_as_expected(name: str, tmp_path: Path) -> None:
    case = cases()[name]

    assert CHECKS[case["run"]](shared_data() / "cases" / name, case, tmp_path) == [], case["why"]


def test_every_case_is_tried_but_those_with_a_reason() -> None:
    shared_data()
    assert cases()
    assert set(NOT_YET) <= set(cases())


def test_a_recording_of_which_only_the_beginning_was_written_is_refused_in_plain_words(
    tmp_path: Path,
) -> None:
    done = run(
        tmp_path, {}, "replay", "--max-hr", "185", str(shared_data() / "cases" / "unfinished-size0.fit")
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "header" in done.stderr
