"""Wall time of commands that only read: `sessions`, `week`, `straps` and `config check`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from processes import NotMeasuredError, disk_folder, environment, progress, talkpace

COMMANDS = {
    "sessions": ("sessions", "--config"),
    "week": ("week", "--config"),
    "straps": ("straps", "--config"),
    "config check": ("config", "check"),
}
"""name, and the arguments before the configuration file"""
BASELINE = "import sqlite3, click, rich.table"
"""the least that a command which reads a database and prints a table has to import"""
ROUNDS = 7
SESSIONS = 4
MINUTES = 20


def measure() -> dict[str, float]:
    """Medians over all commands and rounds, and of the baseline in the same rounds."""
    with disk_folder() as folder:
        configuration = folder / "talkpace.toml"
        configuration.write_text(
            'athletes = [{ id = "anna", max_heart_rate = 190, resting_heart_rate = 55 }]\n', encoding="utf-8"
        )
        recordings = folder / "recordings"
        recordings.mkdir()
        for number in range(SESSIONS):
            start = datetime.now().astimezone() - timedelta(days=number, hours=1)
            (recordings / f"{number}.csv").write_text(_recording(start), encoding="ascii")
        talkpace(folder, "import", "--config", str(configuration), "--athlete", "anna", str(recordings))
        baseline_s: list[float] = []
        commands_s: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(ROUNDS):
            baseline_s.append(_seconds(folder, "-c", BASELINE))
            for name, arguments in COMMANDS.items():
                commands_s[name].append(_seconds(folder, "-m", "talkpace", *arguments, str(configuration)))
    progress(
        ", ".join(f"{name} {statistics.median(times):.3f}" for name, times in commands_s.items())
        + f", baseline {statistics.median(baseline_s):.3f} s"
    )
    command_s = statistics.median(each for times in commands_s.values() for each in times)
    return {"command_s": command_s, "command_ratio": command_s / statistics.median(baseline_s)}


def _seconds(folder: Path, *arguments: str) -> float:
    start = time.perf_counter()
    process = subprocess.run(
        [sys.executable, *arguments], env=environment(folder), capture_output=True, text=True, check=False
    )
    elapsed_s = time.perf_counter() - start
    if process.returncode:
        raise NotMeasuredError(f"{' '.join(arguments)} failed: {process.stderr.strip()}")
    return elapsed_s


def _recording(start: datetime) -> str:
    """A CSV recording with one measurement a second."""
    rows = ["time,heart_rate,rr_ms"]
    for second in range(MINUTES * 60):
        rate = 112 + second // 7 % 12
        rows.append(f"{(start + timedelta(seconds=second)).isoformat()},{rate},{60_000 // rate}")
    return "\n".join(rows) + "\n"
