"""The daemon's guides: which are enabled, and how they run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from ..alerts.alerts import Alerts
from ..clock import Clock
from ..config.habits import HabitsConfig
from ..config.model import Configuration
from ..habits.nap import ScheduledNap
from ..pipeline.registry import AthleteRegistry, Command
from ..pipeline.sinks import PublishSink
from ..pipeline.timeline import LiveTimeline
from ..storage.recorder import Recorder
from ..storage.records import NapEnded
from ..storage.store import Store
from .breathing_guide import BreathingGuide
from .calibration_guide import CalibrationGuide
from .context import Guide, GuideContext, HabitsLog, SerialExecutor
from .morning_guide import MorningGuide
from .nap_guide import NapGuide
from .rest_recorder import RestingAthletes

_BUSY_S, _IDLE_S = 0.1, 0.5
"""between two steps of the guides"""


class Guides:
    """The enabled guides; a disabled one has no command and no topic."""

    def __init__(self, habits: HabitsConfig, context: GuideContext) -> None:
        self.by_command: dict[str, Guide] = {}
        self._context = context
        self._guides: list[Guide] = []
        self._nap: NapGuide | None = None
        self._published: set[str] = set()
        if habits.is_enabled("breathing"):
            self._guides.append(BreathingGuide(habits.breathing, context))
        if habits.is_enabled("nap"):
            self._nap = NapGuide(habits.nap, context)
            self._guides.append(self._nap)
        if habits.is_enabled("readiness"):
            self._guides.append(MorningGuide(habits.readiness, context))
        if habits.is_enabled("calibration"):
            self._guides.append(CalibrationGuide(habits.calibration, context))
        for guide in self._guides:
            self.by_command.update(dict.fromkeys(guide.commands, guide))

    @property
    def commands(self) -> Mapping[str, Command]:
        """The commands of all guides, by name."""
        return {name: command for guide in self._guides for name, command in guide.commands.items()}

    @property
    def busy(self) -> bool:
        """Whether `advance` has to be called every 100 ms."""
        return any(guide.busy for guide in self._guides)

    def restore(self, naps: Iterable[ScheduledNap]) -> None:
        """Continue the naps of an earlier run of the daemon; drop them where naps are disabled."""
        if self._nap is not None:
            self._nap.restore(naps)
            return
        for nap in naps:
            self._context.record.put(NapEnded(nap.athlete))

    def advance(self) -> None:
        """Let time pass, up to now."""
        now_ms = self._context.clock.monotonic_ms()
        for athlete in self._context.registry.pipelines.keys() - self._published:
            self._published.add(athlete)
            for guide in self._guides:
                self._context.publish(athlete, guide.topic, guide.payload(athlete))
        for guide in self._guides:
            guide.advance(now_ms)
        self._context.resting.advance(now_ms)

    async def run(self) -> None:
        """Let time pass until cancelled, then stop every guide."""
        try:
            while True:
                self.advance()
                await self._context.clock.sleep(_BUSY_S if self.busy else _IDLE_S)
        finally:
            for guide in self._guides:
                guide.stop(self._context.clock.monotonic_ms())


class GuideControl:
    """The guides and their background executor, as the daemon runs them."""

    def __init__(self, guides: Guides, executor: SerialExecutor) -> None:
        self._guides = guides
        self._executor = executor

    def restore(self, store: Store) -> None:
        """Continue naps of an earlier run."""
        self._guides.restore(store.naps())

    async def state_after(self, athlete: str, command: str) -> BaseModel | None:
        """State of the guide that a command is for, once the result of a stop is computed; else None."""
        guide = self._guides.by_command.get(command)
        if guide is None:
            return None
        await self._executor.join()
        return guide.payload(athlete)

    async def run(self) -> None:
        """Run until cancelled; then stop the guides, and run what they have submitted.

        A task group is cancelled from the inside out: the body of the outer one ends last.
        """
        async with asyncio.TaskGroup() as second, asyncio.TaskGroup() as first:
            first.create_task(self._guides.run(), name="guides")
            second.create_task(self._executor.run(), name="background jobs")


def build_guide_control(
    configuration: Configuration,
    *,
    registry: AthleteRegistry,
    clock: Clock,
    alerts: Alerts,
    recorder: Recorder,
    publish: PublishSink | None,
    habits: HabitsLog,
) -> GuideControl:
    """Build the enabled guides and register their commands."""
    executor = SerialExecutor()
    context = GuideContext(
        registry=registry,
        clock=clock,
        boot=LiveTimeline(clock).boot,
        alerts=alerts,
        record=recorder,
        sink=publish,
        habits=habits,
        resting=RestingAthletes(registry, young_ms=configuration.rules().session.min_duration_ms),
        executor=executor,
    )
    guides = Guides(configuration.habits, context)
    registry.register_commands(guides.commands)
    return GuideControl(guides, executor)
