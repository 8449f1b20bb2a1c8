"""Commands end when the reader of their output has gone, and on Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..service.daemon_process import PATIENCE_S, environment

RIDE = "time,hr\n" + "".join(f"{t},{100 + t % 50}\n" for t in range(600))


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_demo_whose_reader_has_gone_exits_quietly(tmp_path: Path) -> None:
    with start(tmp_path, "demo", "--speed", "150") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "session started" in process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(PATIENCE_S) == 1
    [page, session] = errors.splitlines()
    assert "In the browser" in page
    assert session.endswith("Ctrl-C ends the session.")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let the processes started here react to SIGINT: they inherit it ignored where a shell has started the
    tests in the background, as with `scripts/test &`.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_replay_fails_with_one_line(tmp_path: Path) -> None:
    ride = tmp_path / "ride.csv"
    ride.write_text(RIDE)
    database = tmp_path / "talkpace" / "talkpace.db"
    with start(tmp_path, "replay", "--save", "--max-hr", "190", "--speed", "1", str(ride)) as process:
        while not database.exists():  # it is opened within the event loop
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1
    assert (output, errors.strip()) == ("", "talkpace: interrupted")


_INTERRUPTED_IN_AN_IMPORT = """
import os, signal, sys
from talkpace.cli import main

class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == "talkpace.cli.replay":
            try:
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(1000): pass
            except KeyboardInterrupt:
                pass  # as Python itself does in a callback of its import lock
        return None

sys.meta_path.insert(0, Interrupting())
main.main()
"""


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_a_command_even_where_an_import_would_swallow_the_exception(tmp_path: Path) -> None:
    ride = tmp_path / "ride.csv"
    ride.write_text(RIDE)
    command = [sys.executable, "-c", _INTERRUPTED_IN_AN_IMPORT, "replay", "--max-hr", "190", str(ride)]
    done = subprocess.run(
        command, env=environment(tmp_path), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "talkpace: interrupted\n")
