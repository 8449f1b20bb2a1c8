"""How commands end when somebody stops listening, or stops them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from ..service.running import PATIENCE_S, environment

RIDE = "time,hr\n" + "".join(f"{t},{100 + t % 50}\n" for t in range(600))


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_demo_whose_reader_has_gone_ends_quietly(tmp_path: Path) -> None:
    with start(tmp_path, "demo", "--speed", "150") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "session started" in process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(PATIENCE_S) == 1
    assert said.count("\n") == 1, said
    assert "Ctrl-C ends the session" in said


def test_an_interrupted_replay_says_so_and_fails(tmp_path: Path) -> None:
    ride = tmp_path / "ride.csv"
    ride.write_text(RIDE)
    database = tmp_path / "talkpace" / "talkpace.db"
    with start(tmp_path, "replay", "--save", "--max-hr", "190", "--speed", "1", str(ride)) as process:
        assert process.stderr is not None
        # It opens the database within its event loop.
        while not database.exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(PATIENCE_S) == 1
    assert said.strip() == "talkpace: interrupted"
