"""`talkpace log`, as typed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ..service.running import talkpace


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
    whose = [] if athlete is None else ["--athlete", athlete]
    return talkpace(configuration.parent, "log", *arguments, *whose, "--config", str(configuration))


def entries(configuration: Path, athlete: str = "anna") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(log(configuration, "list", "--json", athlete=athlete).stdout)
    return found


def test_everything_can_be_written_down_listed_corrected_and_exported(configuration: Path) -> None:
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
    assert (
        "350 ml" in log(configuration, "edit", drunk["id"][:6], "ml=350", "--at", "2026-11-20 09:30").stdout
    )
    assert "deleted for anna" in log(configuration, "delete", glass["id"]).stdout
    assert "taken back for anna: 2026-11-20 21:00, a walk, with Ben" in log(configuration, "undo").stdout
    rows = list(csv.DictReader(io.StringIO(log(configuration, "export").stdout)))
    assert [row["kind"] for row in rows] == [
        "sleep", "supplement", "water", "nap", "activity", "context", "symptom",
    ]  # fmt: skip
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["water"]["at"] == "2026-11-20T09:30:00.000+01:00"
    assert by_kind["water"]["ml"] == "350.0"
    assert (by_kind["activity"]["activity"], by_kind["activity"]["hard"]) == ("strength", "true")
    assert by_kind["symptom"]["what"] == "'=cramps", "no formula for a spreadsheet"
    assert log(configuration, "export", "-o", "-").stdout == log(configuration, "export").stdout
    file = configuration.parent / "log.csv"
    assert log(configuration, "export", "-o", str(file)).returncode == 0
    assert file.stat().st_mode & 0o77 == 0
    assert file.read_text() == log(configuration, "export").stdout
    again = log(configuration, "export", "-o", str(file))
    assert (again.returncode, again.stderr) == (
        1,
        f"talkpace: {file}: is there already; --force replaces it\n",
    )
    assert log(configuration, "export", "-o", str(file), "--force").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
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
        (["water", "250", "--at", "2099-01-01 10:00"], "2099-01-01 10:00 is yet to come"),
        (["water", "250", "--at", "tomorrow"], "is no time"),
        (["water", "250", "--at", "1970-01-01 10:00"], "too long ago"),
        (["edit", "ffff", "ml=3"], "there is no entry 'ffff'"),
        (["edit", "ffff"], "nothing to change"),
        (["delete", "ffff"], "there is no entry 'ffff'"),
        (["undo"], "nothing to undo"),
        (["water", "250", "--athlete", "zoe"], "nobody here is 'zoe'"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_changed(
    configuration: Path, arguments: list[str], says: str
) -> None:
    done = log(configuration, *arguments, athlete=None if "--athlete" in arguments else "anna")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert entries(configuration) == []


def test_of_several_athletes_one_has_to_be_named_and_none_sees_the_other_s_log(configuration: Path) -> None:
    done = log(configuration, "water", "250", athlete=None)
    assert (done.returncode, done.stderr) == (2, "talkpace: --athlete: which of anna, ben?\n")
    log(configuration, "water", "250")
    [mine] = entries(configuration)
    assert entries(configuration, "ben") == []
    for arguments in (["delete", mine["id"]], ["edit", mine["id"], "ml=1"], ["undo"]):
        assert log(configuration, *arguments, athlete="ben").returncode == 2
    assert entries(configuration) == [mine]


def test_what_is_switched_off_cannot_be_logged(configuration: Path) -> None:
    with configuration.open("a") as file:
        file.write("practice = { water = { enabled = false } }\n")
    done = log(configuration, "water", "250")
    assert (done.returncode, "[practice.water]" in done.stderr) == (2, True)
    assert log(configuration, "sleep", "8").returncode == 0
    configuration.write_text(configuration.read_text().replace("water = { ", "").replace(" } }", " }"))
    done = log(configuration, "sleep", "8")
    assert (done.returncode, "the practice is switched off" in done.stderr) == (2, True)


def test_a_note_may_become_a_number(configuration: Path) -> None:
    assert log(configuration, "note", "a walk").returncode == 0
    [entry] = entries(configuration)
    done = log(configuration, "edit", entry["id"], "text=5")
    assert (done.returncode, done.stdout.endswith(f", 5 ({entry['id']})\n")) == (0, True), done.stderr
    assert [one["text"] for one in entries(configuration)] == ["5"]
