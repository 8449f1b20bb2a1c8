"""What the guides share: protocols, the context handed to each of them, and work beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel

from ..alerts.pacing import Pacing
from ..clock import Clock
from ..habits.entries import EntryContent
from ..habits.history import History
from ..pipeline.registry import AthleteRegistry, Command
from ..pipeline.sinks import PublishSink, RecordSink
from .rest_recorder import RestingAthletes

T = TypeVar("T")
Job = Callable[[], Callable[[], None]]
"""runs in the thread; returns the callback that takes its result, for the event loop"""


class SerialExecutor:
    """Runs jobs in a thread, in order, and hands each result to a callback in the event loop.

    A job gets all its input beforehand and changes nothing. The queue is unbounded: a guide submits one
    job as it ends, and while it runs none before it has the last one's result.
    """

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._stopped = False

    def submit(self, work: Callable[[], T], callback: Callable[[T], None]) -> None:
        """Run `work` in the thread, then `callback(result)` in the event loop; after `run`, both at once."""

        def job() -> Callable[[], None]:
            result = work()
            return lambda: callback(result)

        if self._stopped:
            _run_inline(job)
        else:
            self._jobs.put_nowait(job)

    async def join(self) -> None:
        """Wait until every submitted job has run."""
        await self._jobs.join()

    async def run(self) -> None:
        """Run jobs until cancelled; then finish the current job and run the queued ones."""
        try:
            while True:
                await self._run_in_thread(await self._jobs.get())
        finally:
            self._stopped = True
            self._drain()

    def _drain(self) -> None:
        """Run every queued job in order; an exception is re-raised after the others have run."""
        queued = [self._jobs.get_nowait() for _ in range(self._jobs.qsize())]
        with ExitStack() as stack:
            for job in reversed(queued):
                stack.callback(self._jobs.task_done)
                stack.callback(_run_inline, job)

    async def _run_in_thread(self, job: Job) -> None:
        running = asyncio.ensure_future(asyncio.to_thread(job))
        try:
            (await asyncio.shield(running))()
        except asyncio.CancelledError:
            (await running)()
            raise
        finally:
            self._jobs.task_done()


def _run_inline(job: Job) -> None:
    job()()


class GuideAlerts(Protocol):
    """Buzzer and LED. Its methods return at once and never raise."""

    def sign(
        self, athlete: str, pattern: str, *, at_any_hour: bool = False, sentence: str | None = None
    ) -> None:
        """Play a pattern; `at_any_hour` also in quiet hours and when muted.

        `sentence` (a key of `language.sentences`) is spoken after it.
        """
        ...

    def say(self, athlete: str, sentence: str) -> None:
        """Speak a sentence (a key of `language.sentences`) where there is a speaker."""
        ...

    def silence_warnings(self, athlete: str, *, silent: bool) -> None:
        """Silence the athlete's warnings of the ceiling, not their light."""
        ...

    def pace(self, athlete: str, pacing: Pacing | None, *, elapsed_ms: int = 0) -> None:
        """Repeat a breath that began `elapsed_ms` ago; None ends it."""
        ...

    def muted_since(self, athlete: str, at_ms: int) -> bool:
        """Return whether the athlete was muted at this monotonic time or later."""
        ...


class HabitsLog(Protocol):
    """The athletes' habits log, as the guides read and write it."""

    def history(self, athlete: str) -> History:
        """Return log and sessions of the last months."""
        ...

    def add_now(self, athlete: str, what: EntryContent) -> None:
        """Log an entry dated now; one that cannot be stored is reported in the daemon's log."""
        ...


@dataclass(frozen=True)
class GuideContext:
    """Registry, clock and sinks of the daemon."""

    registry: AthleteRegistry
    clock: Clock
    boot: str
    """id of this boot of the host"""
    alerts: GuideAlerts
    record: RecordSink
    sink: PublishSink | None
    habits: HabitsLog
    resting: RestingAthletes
    executor: SerialExecutor

    def publish(self, athlete: str, topic: str, payload: BaseModel) -> None:
        """Publish an athlete's state of a guide, where a broker is configured."""
        if self.sink is not None:
            self.sink.state(f"{athlete}/{topic}", payload)

    def now(self) -> datetime:
        """Return the wall clock's time."""
        return self.clock.wall()


class Guide(Protocol):
    """One kind of guided exercise, for all athletes."""

    topic: str

    @property
    def commands(self) -> Mapping[str, Command]:
        """Its commands, by name."""
        ...

    @property
    def busy(self) -> bool:
        """Whether `advance` has to be called every 100 ms."""
        ...

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        ...

    def payload(self, athlete: str) -> BaseModel:
        """Return the athlete's state, to be published."""
        ...

    def busy_with(self, athlete: str) -> bool:
        """Return whether it guides this athlete now."""
        ...

    def stop(self, now_ms: int) -> None:
        """End what cannot go on after a restart of the daemon."""
        ...
