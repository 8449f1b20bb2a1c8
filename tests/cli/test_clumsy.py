"""Odd input and odd surroundings: one line says what is wrong, or it works all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from talkpace.cli.main import talkpace as commands
from talkpace.errors import UnknownSessionError

from ..service.running import PATIENCE_S, environment, talkpace

ANNA = json.dumps([{"id": "anna", "max_heart_rate": 180}])
RIDE = "time,heart_rate\n" + "".join(
    f"2026-11-01T10:{t // 60:02}:{t % 60:02}Z,{100 + t % 50}\n" for t in range(300)
)


def in_shell(folder: Path, redirections: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirections}', "sh", sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def unprivileged(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody for whom the modes of files hold: they do not for root."""
    without = "-dac_override,-dac_read_search"
    drop = ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*drop, sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder, TALKPACE_ATHLETES=ANNA),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_closed_streams_are_as_if_nobody_listened_and_the_database_takes_no_harm(tmp_path: Path) -> None:
    done = in_shell(tmp_path, "<&- >&- 2>&-", "athlete", "add", "anna", "max_heart_rate=180")
    assert done.returncode == 0
    for redirections, listed in ((">&-", ""), ("2>&- <&-", "anna")):
        done = in_shell(tmp_path, redirections, "athlete", "list")
        assert (done.returncode, listed in done.stdout, done.stderr) == (0, True, "")


def test_output_that_cannot_be_written_is_a_failure_in_one_line(tmp_path: Path) -> None:
    done = in_shell(tmp_path, ">/dev/full", "config", "example")
    assert (done.returncode, done.stderr) == (1, "talkpace: No space left on device\n")


def test_a_file_that_may_not_be_read_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    closed, ride = tmp_path / "closed.csv", tmp_path / "ride.csv"
    for path in (closed, ride):
        path.write_text(RIDE)
    closed.chmod(0)
    done = unprivileged(tmp_path, "replay", "--json", str(closed), str(ride))
    assert done.returncode == 1
    assert done.stderr == "talkpace: closed.csv: cannot be read: Permission denied\n"
    assert len(json.loads(done.stdout)["sessions"]) == 1
    for command in ("hrv", "breathe --source"):
        done = unprivileged(tmp_path, *command.split(), str(closed))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "talkpace: closed.csv: cannot be read: Permission denied\n"


def test_behind_a_closed_folder_nothing_is_found_and_nothing_breaks(tmp_path: Path) -> None:
    folder = tmp_path / "talkpace"
    folder.mkdir()
    (folder / "ride.csv").write_text(RIDE)
    folder.chmod(0)
    try:
        hrv = unprivileged(tmp_path, "hrv", str(folder / "ride.csv"))
        doctor = unprivileged(tmp_path, "doctor", "--json")
    finally:
        folder.chmod(0o700)
    assert (hrv.returncode, hrv.stderr) == (1, "talkpace: ride.csv: cannot be read: Permission denied\n")
    assert doctor.returncode == 1
    says = {one["check"]: one["says"] for one in json.loads(doctor.stdout)["findings"]}
    assert says["database"] == f"this user may not use the database {folder / 'talkpace.db'}"


def test_an_empty_database_is_as_good_as_none(tmp_path: Path) -> None:
    """As a power cut leaves it, where the daemon had only just made it."""
    (tmp_path / "talkpace").mkdir()
    (tmp_path / "talkpace" / "talkpace.db").touch()
    done = talkpace(tmp_path, "sessions", "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=180").returncode == 0
    assert "anna" in talkpace(tmp_path, "athlete", "list").stdout


@pytest.mark.parametrize("command", [["sessions"], ["log", "list"]])
def test_more_than_can_be_listed_is_wrong_usage(command: list[str]) -> None:
    from click import BadParameter

    with pytest.raises(BadParameter, match="is not in the range"):
        commands.main([*command, "--limit", "99999999999999999999"], standalone_mode=False)


@pytest.mark.parametrize("name", ["\udcff", "ä", "", "%", "0' OR 1 --"])
@pytest.mark.parametrize("command", [["show"], ["report"], ["export", "--format", "csv"]])
def test_a_session_by_a_name_that_no_session_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    commands.main(["athlete", "add", "anna", "max_heart_rate=180"], standalone_mode=False)
    with pytest.raises(UnknownSessionError, match="there is no session"):
        commands.main([*command, name], standalone_mode=False)
