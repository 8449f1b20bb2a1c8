"""Reads files to import: each through the pipeline, in several processes, in the order of the files."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from ..errors import RecordingError, TalkpaceError
from ..formats import open_recording
from ..pipeline.sinks import SilentAlerts
from ..storage.athletes import AthleteHistory
from ..storage.records import AthleteChange, SessionItem
from ..training.profile import Activity, AthleteProfile, resolve_profile
from ..training.rules import Rules
from .replay import Replay, names_sport
from .sinks import SessionCollector

MAX_MEASUREMENTS = 200_000
"""in one session, more than two days; bounds the memory that a file can take"""
_FILES_AHEAD = 2
"""files for each process that may be read before they are written"""


class WorkerError(TalkpaceError):
    """A process that reads files was killed, most likely as memory ran out."""


@dataclass(frozen=True)
class ImportSettings:
    """Settings of an import; sent to the processes with every file."""

    athlete: str
    node: str
    rules: Rules
    changes: list[AthleteChange]
    ceilings: dict[Activity, float]
    activity: Activity | None = None
    """of all files; None is what a file says"""

    def profile_at(self, at: datetime) -> AthleteProfile:
        """The athlete's profile on a date. Raises RecordingError where it cannot be resolved."""
        values = AthleteHistory(self.changes).values(self.athlete, at)
        try:
            return resolve_profile(values, year=at.year, ceilings=self.ceilings)
        except ValueError as error:
            raise RecordingError(f"no profile of {self.athlete} on {at:%Y-%m-%d}: {error}") from None


@dataclass(frozen=True)
class FileSessions:
    """The sessions of one file, ready to be written."""

    path: Path
    sessions: list[list[SessionItem]]
    measurements: int
    skipped: int
    problems: list[str]
    failure: str | None = None
    """why nothing of the file can be imported"""


def read_files(
    paths: Sequence[Path], settings: ImportSettings, jobs: int, listed: Mapping[Path, Activity] | None = None
) -> Iterator[FileSessions]:
    """Read all files in their order, with up to `jobs` processes, which end when the iterator is closed.

    `listed` has the activities of files that may name none themselves.

    Raises WorkerError.
    """
    listed = listed or {}
    if jobs == 1 or len(paths) == 1:
        yield from (read_file(path, settings, listed.get(path)) for path in paths)
        return
    context = multiprocessing.get_context("spawn")  # this process has threads, and must not be forked
    processes = min(jobs, len(paths))
    with ProcessPoolExecutor(processes, context, _start_worker) as pool:
        results: deque[Future[FileSessions]] = deque()
        remaining = iter(paths)
        try:
            while True:
                while len(results) < processes * _FILES_AHEAD and (path := next(remaining, None)) is not None:
                    with _interrupts_blocked():
                        results.append(pool.submit(read_file, path, settings, listed.get(path)))
                if not results:
                    return
                yield results.popleft().result()
        except BrokenProcessPool:
            raise WorkerError(
                "a process that reads files was killed, as when memory runs out: try --jobs 1"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def read_file(path: Path, settings: ImportSettings, listed: Activity | None = None) -> FileSessions:
    """Replay a file with the athlete's profile of its date; never raises for what the file contains.

    `listed` is its activity where it names none itself.
    """
    sessions: list[list[SessionItem]] = []
    try:
        recording = open_recording(path)
        if recording.start is None:
            return _failure(path, "it has no date; `talkpace replay --save` takes the file's own")
        if recording.start > datetime.now(UTC) + timedelta(days=1):
            return _failure(path, f"its date, {recording.start:%Y-%m-%d}, is in the future")
        replay = Replay(
            athlete=settings.athlete,
            node=settings.node,
            rules=settings.rules,
            profile_at=settings.profile_at,
            alerts=SilentAlerts(),
            record=SessionCollector(
                lambda _session, items: sessions.append(items), max_items=MAX_MEASUREMENTS
            ),
            activity=settings.activity or (None if names_sport(recording.sports) else listed),
        )
        file = asyncio.run(replay.replay_file(recording, lambda _read: None))
    except RecordingError as error:
        return _failure(path, str(error).removeprefix(f"{path.name}: "))
    except (OSError, OverflowError) as error:
        return _failure(path, f"cannot be read: {error}")
    if recording.incomplete:
        return _failure(path, "it is cut short or damaged; `talkpace replay --save` keeps what can be read")
    return FileSessions(path, sessions, file.measurements, file.skipped, file.problems)


def _failure(path: Path, reason: str) -> FileSessions:
    return FileSessions(path, [], 0, 0, [], reason)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which is for the process that writes: they inherit the mask."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    Thread(target=_exit_with_parent, name="exit with parent", daemon=True).start()


def _exit_with_parent() -> None:
    """End this process when its parent is killed: the pool would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
