"""`talkpace log`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from talkpace.control.client import ControlClient
from talkpace.errors import DaemonNotRunningError

from ..service.daemon_process import running, talkpace


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "talkpace.toml"
    path.write_text(
        'athletes = [{ id = "anna", max_heart_rate = 180 }, { id = "ben", max_heart_rate = 190 }]\n'
    )
    return path


def log(
    configuration: Path, *arguments: str, athlete: str | None = "anna"
) -> subprocess.CompletedProcess[str]:
    option = [] if athlete is None else ["--athlete", athlete]
    given = [*arguments, *option, "--config", str(configuration)]
    return talkpace(configuration.parent, "log", *given, XDG_RUNTIME_DIR="")


def entries(configuration: Path, athlete: str = "anna") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(log(configuration, "list", "--json", athlete=athlete).stdout)
    return found


def test_entries_of_every_kind_are_logged_listed_corrected_and_exported(configuration: Path) -> None:
    for arguments in (
        ["sleep", "7.5", "--at", "2026-11-20 07:00"],
        ["nap", "25", "--at", "2026-11-20 13:00"],
        ["water", "300", "--at", "2026-11-20 09:00"],
        ["water", "--at", "2026-11-20 10:00"],
        ["supplement", "collagen", "--at", "2026-11-20 08:00"],
        ["symptom", "=cramps", "--severity", "mild", "--at", "2026-11-20 20:00"],
        ["activity", "strength", "30", "--hard", "--at", "2026-11-20 18:00"],
        ["context", "--heat", "--at", "2026-11-20 18:30"],
        ["note", "a walk, with Ben", "--at", "2026-11-20 21:00"],
    ):
        done = log(configuration, *arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("logged for anna: 2026-11-20 ")
    assert [one["kind"] for one in entries(configuration)] == [
        "note", "symptom", "context", "activity", "nap", "water", "water", "supplement", "sleep",
    ]  # fmt: skip
    glass, drunk = (one for one in entries(configuration) if one["kind"] == "water")
    assert (glass["ml"], drunk["ml"]) == (250, 300)
    done = log(configuration, "edit", drunk["id"][:6], "ml=350", "--at", "2026-11-20 09:30")
    assert done.stdout.startswith("changed for anna: 2026-11-20 09:30, 350 ml")
    assert log(configuration, "delete", glass["id"]).stdout.startswith("deleted for anna: 2026-11-20 10:00")
    done = log(configuration, "undo")
    assert done.stdout.startswith("deleted for anna: 2026-11-20 21:00, a walk, with Ben (")
    rows = list(csv.DictReader(io.StringIO(log(configuration, "export").stdout)))
    assert [row["kind"] for row in rows] == [
        "sleep", "supplement", "water", "nap", "activity", "context", "symptom",
    ]  # fmt: skip
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["water"]["at"] == "2026-11-20T09:30:00.000+01:00"
    assert by_kind["water"]["ml"] == "350.0"
    assert (by_kind["activity"]["activity"], by_kind["activity"]["hard"]) == ("strength", "true")
    assert by_kind["symptom"]["what"] == "'=cramps", "a spreadsheet must not execute it as a formula"
    assert log(configuration, "export", "-o", "-").stdout == log(configuration, "export").stdout
    file = configuration.parent / "log.csv"
    assert log(configuration, "export", "-o", str(file)).returncode == 0
    assert file.stat().st_mode & 0o77 == 0
    assert file.read_text() == log(configuration, "export").stdout
    again = log(configuration, "export", "-o", str(file))
    assert (again.returncode, again.stderr) == (
        1,
        f"talkpace: {file} exists; use --force to replace it\n",
    )
    assert log(configuration, "export", "-o", str(file), "--force").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["water", "-5"], "-5"),
        (["water", "nan"], "nan"),
        (["water", "a-lot"], "a-lot"),
        (["sleep", "99"], "99"),
        (["sleep"], "HOURS"),
        (["symptom", "cramps"], "--severity"),
        (["symptom", "cramps", "--severity", "deadly"], "deadly"),
        (["activity", "skydiving", "10"], "skydiving"),
        (["context"], "at least one of"),
        (["note", ""], "text: "),
        (["water", "250", "--at", "2099-01-01 10:00"], "2099-01-01 10:00 is in the future"),
        (["water", "250", "--at", "tomorrow"], "is not a time"),
        (["water", "250", "--at", "1970-01-01 10:00"], "too long ago"),
        (["edit", "ffff", "ml=3"], "there is no entry 'ffff'"),
        (["edit", "ffff"], "nothing to change"),
        (["delete", "ffff"], "there is no entry 'ffff'"),
        (["undo"], "nothing to undo"),
        (["water", "250", "--athlete", "zoe"], "there is no athlete 'zoe'"),
    ],
)
def test_invalid_input_is_refused_and_changes_nothing(
    configuration: Path, arguments: list[str], message: str
) -> None:
    done = log(configuration, *arguments, athlete=None if "--athlete" in arguments else "anna")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert entries(configuration) == []


def test_while_a_daemon_runs_it_writes_the_log(configuration: Path) -> None:
    text = configuration.read_text()
    store = f'store = {{ path = "{configuration.parent}/talkpace.db" }}'
    configuration.write_text(f"{text}{store}\nbluetooth = {{ enabled = false }}\n")
    old = log(configuration, "water", "300", "--at", "2026-01-20 09:00").stdout.split("(")[-1][:10]
    with (
        running(configuration.parent, configuration, XDG_RUNTIME_DIR="") as daemon,
        connect(configuration) as client,
    ):
        assert log(configuration, "water", "300").stdout.startswith("logged for anna: ")
        [glass] = client.call("log.list", athlete="anna")
        assert glass["content"] == {"kind": "water", "ml": 300.0}
        assert "350 ml of water" in log(configuration, "edit", glass["id"][:6], "ml=350").stdout
        assert log(configuration, "sleep", "7.5").returncode == 0
        assert "7.5 h of sleep" in log(configuration, "undo").stdout
        [glass] = client.call("log.list", athlete="anna")
        assert glass["words"] == "350 ml of water"
        assert log(configuration, "delete", glass["id"]).returncode == 0
        assert client.call("log.list", athlete="anna") == []
        refused = log(configuration, "delete", old)
        assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
        assert daemon.stop() == 0
    assert [one["id"] for one in entries(configuration)] == [old]


def connect(configuration: Path) -> ControlClient:
    """Connect as soon as the daemon listens."""
    folder = configuration.parent
    while True:
        try:
            return ControlClient.connect([folder / "control"], folder / "talkpace.db")
        except DaemonNotRunningError:
            continue


def test_with_several_athletes_one_has_to_be_named_and_logs_are_separate(configuration: Path) -> None:
    done = log(configuration, "water", "250", athlete=None)
    assert done.returncode == 2
    assert done.stderr.endswith("'--athlete': there are several athletes; choose from anna, ben\n")
    log(configuration, "water", "250")
    [mine] = entries(configuration)
    assert entries(configuration, "ben") == []
    for arguments in (["delete", mine["id"]], ["edit", mine["id"], "ml=1"], ["undo"]):
        assert log(configuration, *arguments, athlete="ben").returncode == 2
    assert entries(configuration) == [mine]


def test_a_habit_that_is_switched_off_cannot_be_logged(configuration: Path) -> None:
    with configuration.open("a") as file:
        file.write("habits = { water = { enabled = false } }\n")
    done = log(configuration, "water", "250")
    assert (done.returncode, done.stderr) == (
        2,
        "talkpace: this is disabled: set enabled = true in [habits.water]\n",
    )
    assert log(configuration, "sleep", "8").returncode == 0
    configuration.write_text(configuration.read_text().replace("water = { ", "").replace(" } }", " }"))
    done = log(configuration, "sleep", "8")
    assert (done.returncode, done.stderr) == (
        2,
        "talkpace: habits are disabled: set enabled = true in [habits]\n",
    )


def test_a_note_can_be_changed_to_a_number(configuration: Path) -> None:
    assert log(configuration, "note", "a walk").returncode == 0
    [entry] = entries(configuration)
    done = log(configuration, "edit", entry["id"], "text=5")
    assert (done.returncode, done.stdout.endswith(f", 5 ({entry['id']})\n")) == (0, True), done.stderr
    assert [one["text"] for one in entries(configuration)] == ["5"]
