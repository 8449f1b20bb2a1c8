"""A command on a terminal of 80 columns."""

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

from ..service.running import PATIENCE_S, environment


def on_terminal(folder: Path, *arguments: str) -> list[str]:
    """The lines that it shows there."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder, COLUMNS="80", LINES="40", TERM="dumb", NO_COLOR="1"),
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
            pass  # so a terminal says that its other end is closed
        finally:
            os.close(ours)
        process.wait(PATIENCE_S)
    return shown.decode().splitlines()


_STEERING = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


_WITH_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("talkpace", run_name="__main__", alter_sys=True)
"""
"""Ctrl-C on its keyboard is to reach it"""


class Screen:
    """A command that goes on, on a terminal of its own; what it shows is read as it comes."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.raw = b""
        self._terminal = terminal
        self._read = 0

    def wait_for(self, text: str) -> None:
        """Until it shows this, from here on."""
        until = time.monotonic() + 2 * PATIENCE_S
        while True:
            shown = _STEERING.sub(b"", self.raw[self._read :]).decode(errors="replace")
            if text in shown:
                self._read = len(self.raw)
                return
            left = until - time.monotonic()
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, left))
            assert ready, f"{text!r} was never shown; last:\n{shown[-3000:]}"
            try:
                chunk = os.read(self._terminal, 65536)
            except OSError:
                chunk = b""
            assert chunk, f"it ended before {text!r} was shown; last:\n{shown[-3000:]}"
            self.raw += chunk

    def press(self, key: str) -> None:
        """As if on its keyboard."""
        os.write(self._terminal, key.encode())

    def ended(self) -> int:
        """Its exit code; what it shows last is read."""
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
def screen(folder: Path, *arguments: str, columns: int = 80, lines: int = 24) -> Iterator[Screen]:
    """The command, running; it is killed in the end if it still is."""
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
        yield Screen(process, ours)
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        os.close(ours)
