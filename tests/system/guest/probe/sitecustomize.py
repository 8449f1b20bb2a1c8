"""Installs two signal handlers in any Python with this folder on its path: in tests, in the daemon.

SIGUSR1 blocks the event loop, as a call that never returns does. SIGUSR2 writes the number of asyncio tasks
to the service's state directory.
"""

import asyncio
import os
import signal
import time
from pathlib import Path


def _block(*_: object) -> None:
    time.sleep(3600)


def _count(*_: object) -> None:
    count = len(asyncio.all_tasks())
    new = Path(os.environ["STATE_DIRECTORY"], "tasks.new")
    new.write_text(f"{count}\n")
    new.rename(new.with_name("tasks"))


signal.signal(signal.SIGUSR1, _block)
signal.signal(signal.SIGUSR2, _count)
