"""`breathe`, `nap` and `readiness` without a daemon."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ..habits.rr_series import sine_intervals
from ..service.daemon_process import PATIENCE_S, environment, talkpace


def intervals(folder: Path, pace: float, minutes: float) -> Path:
    path = folder / "beats.txt"
    path.write_text("".join(f"{each.rr_ms:.0f}\n" for each in sine_intervals(pace, minutes, noise_ms=6)))
    return path


def configuration_file(folder: Path, *more: str) -> str:
    path = folder / "talkpace.toml"
    store = f'store = {{ path = "{folder}/talkpace.db" }}'
    path.write_text("\n".join(['athletes = [{ id = "anna", max_heart_rate = 180 }]', store, *more]))
    return str(path)


def test_coherence_of_a_recording_is_computed_for_a_pace(tmp_path: Path) -> None:
    file = str(intervals(tmp_path, 5.5, 4))
    at_pace = talkpace(tmp_path, "breathe", "--source", file, "--pace", "5.5", "--json")
    document = json.loads(at_pace.stdout)
    assert (document["pace"], document["minutes"]) == (5.5, 4.0)
    assert document["coherence"] > 0.8
    other_pace = talkpace(tmp_path, "breathe", "--source", file, "--pace", "7", "--json")
    assert json.loads(other_pace.stdout)["coherence"] < 0.2


def test_in_a_pipe_every_phase_is_a_line(tmp_path: Path) -> None:
    seen = talkpace(tmp_path, "breathe", "--minutes", "0.1", "--ratio", "5:5")
    assert seen.returncode == 0
    assert seen.stdout.splitlines() == ["0:00 in 5.0 s", "0:05 out 5.0 s"]


def test_on_a_terminal_breathing_is_animated_until_q(tmp_path: Path) -> None:
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "talkpace", "breathe", "--minutes", "20"],
        env=environment(tmp_path, COLUMNS="80", LINES="40", TERM="xterm"),
        stdin=its,
        stdout=its,
        stderr=its,
    ) as process:
        os.close(its)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
                if "█".encode() in shown and b"q" not in shown[-1:]:
                    os.write(ours, b"q")
        except OSError:
            pass  # the other end of the terminal is closed
        finally:
            os.close(ours)
        assert process.wait(PATIENCE_S) == 0
    text = shown.decode()
    assert "6 breaths per minute, 4:6" in text
    assert "min of breathing at 6 per minute" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["breathe", "--pace", "3"],
        ["breathe", "--pace", "nan"],
        ["breathe", "--minutes", "0"],
        ["breathe", "--ratio", "1:9"],
        ["breathe", "--ratio", "four"],
        ["breathe", "--find"],
        ["breathe", "--find", "--pace", "6", "--athlete", "anna"],
        ["breathe", "--json"],
        ["nap", "12"],
        ["nap", "long"],
        ["nap", "nan"],
        ["nap", "25", "--athlete", "nobody"],
        ["readiness", "--minutes", "0"],
        ["readiness", "--history", "--source", "x"],
        ["readiness", "--athlete", "nobody"],
    ],
)
def test_wrong_usage_ends_with_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    result = talkpace(tmp_path, *arguments, "--config", configuration_file(tmp_path))
    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_a_recording_is_evaluated_as_a_morning_and_not_stored(tmp_path: Path) -> None:
    configuration, file = configuration_file(tmp_path), str(intervals(tmp_path, 12, 4))
    evaluated = talkpace(tmp_path, "readiness", "--source", file, "--config", configuration, "--json")
    document = json.loads(evaluated.stdout)
    assert (document["advice"], document["problem"]) == ("building a baseline", None)
    assert document["coverage"] > 0.98
    history = talkpace(tmp_path, "readiness", "--history", "--config", configuration, "--json")
    assert json.loads(history.stdout)["mornings"] == []


def test_a_recording_that_is_too_short_or_without_intervals_fails_with_one_line(tmp_path: Path) -> None:
    configuration, file = configuration_file(tmp_path), str(intervals(tmp_path, 12, 1))
    done = talkpace(tmp_path, "readiness", "--source", file, "--config", configuration)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "too short" in done.stderr
    (tmp_path / "hr.csv").write_text("t_s,hr\n0,60\n1,61\n")
    without = talkpace(tmp_path, "breathe", "--source", str(tmp_path / "hr.csv"))
    assert (without.returncode, "no RR intervals" in without.stderr) == (1, True)
