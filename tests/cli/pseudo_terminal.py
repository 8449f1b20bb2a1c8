"""Commands on a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..service.daemon_process import PATIENCE_S, environment


def run_on_terminal(folder: Path, *arguments: str, **variables: str) -> list[str]:
    """Run a command on a terminal of 80 columns; return the lines shown."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder, COLUMNS="80", LINES="40", TERM="dumb", NO_COLOR="1", **variables),
        stdin=its,
        stdout=its,
        stderr=its,
    ) as process:
        os.close(its)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:
            pass  # the other end of the terminal is closed
        finally:
            os.close(ours)
        process.wait(PATIENCE_S)
    return shown.decode().splitlines()


_ESCAPE_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


_WITH_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("talkpace", run_name="__main__", alter_sys=True)
"""
"""makes the terminal its controlling one, so that Ctrl-C reaches it"""


class TerminalProcess:
    """A running command on a terminal of its own."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.raw = b""
        self._terminal = terminal
        self._read = 0

    def wait_for(self, text: str) -> None:
        """Wait until it shows this text, from here on."""
        deadline = time.monotonic() + 2 * PATIENCE_S
        while True:
            shown = _ESCAPE_SEQUENCE.sub(b"", self.raw[self._read :]).decode(errors="replace")
            if text in shown:
                self._read = len(self.raw)
                return
            remaining_s = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._terminal], [], [], remaining_s)
            assert ready, f"{text!r} was never shown; last:\n{shown[-3000:]}"
            try:
                chunk = os.read(self._terminal, 65536)
            except OSError:
                chunk = b""
            assert chunk, f"it ended before {text!r} was shown; last:\n{shown[-3000:]}"
            self.raw += chunk

    def press(self, key: str) -> None:
        """Press a key on its keyboard."""
        os.write(self._terminal, key.encode())

    def exit_code(self) -> int:
        """Read the rest of its output; return its exit code."""
        while True:
            try:
                chunk = os.read(self._terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            self.raw += chunk
        return self.process.wait(PATIENCE_S)


@contextmanager
def start_on_terminal(
    folder: Path, *arguments: str, columns: int = 80, lines: int = 24
) -> Iterator[TerminalProcess]:
    """Start a command; kill it at the end if it still runs."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", _WITH_TERMINAL, *arguments],
        env={**environment(folder), "TERM": "xterm-256color"},
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    try:
        yield TerminalProcess(process, ours)
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        os.close(ours)
