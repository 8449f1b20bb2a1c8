"""Keys, one at a time, without waiting for a line's end."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Call back for each key that is pressed; where standard input is no terminal, never.

    Keys are not shown meanwhile. Ctrl-C still interrupts.
    """
    if not sys.stdin.isatty():
        yield
        return
    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    loop = asyncio.get_running_loop()

    def read() -> None:
        pressed = os.read(file, 64)
        if not pressed:  # the terminal is gone
            loop.remove_reader(file)
        for key in pressed.decode(errors="ignore"):
            on_key(key)

    tty.setcbreak(file)
    loop.add_reader(file, read)
    try:
        yield
    finally:
        loop.remove_reader(file)
        termios.tcsetattr(file, termios.TCSADRAIN, before)
