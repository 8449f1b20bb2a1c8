"""Read single keys from the terminal, without waiting for Enter."""

from __future__ import annotations

import asyncio
import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def single_keys() -> Iterator[Callable[[float], str | None]]:
    """Yield a function that waits up to so many seconds for keys.

    It returns the keys pressed, "" for none, None where the terminal has gone; always "" where standard
    input is not a terminal. Keys are not echoed meanwhile; Ctrl-C still interrupts.
    """
    if not sys.stdin.isatty():
        yield _no_keys
        return
    terminal = sys.stdin.fileno()
    settings = termios.tcgetattr(terminal)

    def read_keys(timeout_s: float) -> str | None:
        ready, _, _ = select.select([terminal], [], [], timeout_s)
        if not ready:
            return ""
        # Not through sys.stdin, which reads ahead of what `select` sees.
        return os.read(terminal, 64).decode(errors="ignore") or None

    try:
        tty.setcbreak(terminal)
        yield read_keys
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, settings)


def _no_keys(timeout_s: float) -> str:
    time.sleep(timeout_s)
    return ""


@contextmanager
def on_keys(callback: Callable[[str], None]) -> Iterator[None]:
    """Call back with the keys pressed, within an asyncio event loop."""
    with single_keys() as read_keys:
        if not sys.stdin.isatty():
            yield
            return
        terminal, loop = sys.stdin.fileno(), asyncio.get_running_loop()

        def read() -> None:
            if pressed := read_keys(0):
                callback(pressed)
            elif pressed is None:
                loop.remove_reader(terminal)

        loop.add_reader(terminal, read)
        try:
            yield
        finally:
            loop.remove_reader(terminal)
