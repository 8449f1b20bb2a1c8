"""Unusual input and environments: an error of one line, or it works all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from talkpace.cli.main import talkpace as commands
from talkpace.errors import UnknownSessionError

from ..service.daemon_process import PATIENCE_S, environment, talkpace

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
    """Run without root's right to ignore the modes of files."""
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


def test_closed_streams_lose_output_and_leave_the_database_intact(tmp_path: Path) -> None:
    done = in_shell(tmp_path, "<&- >&- 2>&-", "athlete", "add", "anna", "max_heart_rate=180")
    assert done.returncode == 0
    for redirections, listed in ((">&-", ""), ("2>&- <&-", "anna")):
        done = in_shell(tmp_path, redirections, "athlete", "list")
        assert (done.returncode, listed in done.stdout, done.stderr) == (0, True, "")


def test_output_to_a_full_device_fails_with_one_line(tmp_path: Path) -> None:
    done = in_shell(tmp_path, ">/dev/full", "config", "example")
    assert (done.returncode, done.stderr) == (1, "talkpace: No space left on device\n")


def test_an_unreadable_file_is_named_and_the_others_are_replayed(tmp_path: Path) -> None:
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


def test_in_an_unreadable_folder_commands_fail_with_one_line(tmp_path: Path) -> None:
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
    details = {one["check"]: one["detail"] for one in json.loads(doctor.stdout)["findings"]}
    assert details["database"] == f"this user may not read or write the database {folder / 'talkpace.db'}"


def test_an_empty_database_file_counts_as_none(tmp_path: Path) -> None:
    """A power cut right after its creation leaves such a file."""
    (tmp_path / "talkpace").mkdir()
    (tmp_path / "talkpace" / "talkpace.db").touch()
    done = talkpace(tmp_path, "sessions", "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=180").returncode == 0
    [athlete] = json.loads(talkpace(tmp_path, "athlete", "list", "--json").stdout)
    assert athlete["athlete"] == "anna"


@pytest.mark.parametrize("command", [["sessions"], ["log", "list"]])
def test_a_limit_beyond_the_database_s_integers_is_wrong_usage(command: list[str]) -> None:
    from click import BadParameter

    with pytest.raises(BadParameter, match="is not in the range"):
        commands.main([*command, "--limit", "99999999999999999999"], standalone_mode=False)


@pytest.mark.parametrize("name", ["\udcff", "ä", "", "%", "0' OR 1 --"])
@pytest.mark.parametrize("command", [["show"], ["report"], ["export", "--format", "csv"]])
def test_an_unknown_session_id_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    commands.main(["athlete", "add", "anna", "max_heart_rate=180"], standalone_mode=False)
    with pytest.raises(UnknownSessionError, match="there is no session"):
        commands.main([*command, name], standalone_mode=False)
