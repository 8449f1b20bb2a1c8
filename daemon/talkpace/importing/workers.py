"""Several processes that read files; what they have read comes back in the order of the files."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from ..errors import TalkpaceError
from .reading import Judging, ReadFile, read_file

_AHEAD = 2
"""files for each process that may be read before they are written"""


class WorkerError(TalkpaceError):
    """A process that read files is gone, most likely for want of memory."""


def read_files(paths: Sequence[Path], judging: Judging, jobs: int) -> Iterator[ReadFile]:
    """Read all files, in their order. Raises WorkerError; leaving off early stops the processes."""
    if jobs == 1 or len(paths) == 1:
        yield from (read_file(path, judging) for path in paths)
        return
    # Not forked: this process has threads.
    context = multiprocessing.get_context("spawn")
    processes = min(jobs, len(paths))
    with ProcessPoolExecutor(processes, context, _begin) as pool:
        waiting: deque[Future[ReadFile]] = deque()
        left = iter(paths)
        try:
            while True:
                while len(waiting) < processes * _AHEAD and (path := next(left, None)) is not None:
                    with _without_interruption():
                        waiting.append(pool.submit(read_file, path, judging))
                if not waiting:
                    return
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise WorkerError(
                "a process that read files was ended from outside, as when memory runs out; try --jobs 1"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _without_interruption() -> Iterator[None]:
    """Ctrl-C is for the process that writes: those that it starts meanwhile never hear of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In each process, before its first file."""
    Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    """A pool's processes would wait for ever where the one that gives them files was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
