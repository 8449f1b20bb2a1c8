"""A command on a terminal of 80 columns."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
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
