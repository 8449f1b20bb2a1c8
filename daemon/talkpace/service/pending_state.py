"""Settings made by command that survive a restart: mute, next activity, suppression of auto-start.

They are restored within one boot of the host and for 12 hours: after another boot their age is not known,
as the wall clock may be wrong. Losing them does little harm: it beeps, or a session starts. A suppression
ends as usual, once the strap has been off for as long as ends a session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..clock import Clock
from ..pipeline.athlete import AthletePipeline
from ..pipeline.registry import AthleteRegistry
from ..pipeline.sinks import RecordSink
from ..pipeline.timeline import LiveTimeline
from ..storage.records import PendingStateChanged
from ..training.profile import Activity

_VALID_MS = 12 * 3_600_000
_SUPPRESSION_STEP_MS = 30_000
"""so that not every measurement is written; a session may start so much the earlier"""


@dataclass(frozen=True, slots=True)
class PendingState:
    """Settings of one athlete that survive a restart. The defaults mean: none."""

    muted_until_ms: int | None = None
    """monotonic"""
    activity: Activity = Activity.CARDIO
    """of the next session; an active session has its own"""
    last_suppressed_ms: int | None = None
    """while auto-start is suppressed, after a session was ended by command: about the time of the last
    measurement (monotonic)"""

    @classmethod
    def of(cls, pipeline: AthletePipeline) -> PendingState:
        """The present settings of an athlete."""
        training = pipeline.training
        activity = training.activity if training.session is None else Activity.CARDIO
        last_ms = training.last_suppressed_ms
        last_suppressed_ms = (
            None if last_ms is None else last_ms // _SUPPRESSION_STEP_MS * _SUPPRESSION_STEP_MS
        )
        return cls(pipeline.muted.until_ms, activity, last_suppressed_ms)

    def restore(self, pipeline: AthletePipeline, now_ms: int) -> None:
        """Apply the settings to a new pipeline."""
        if self.muted_until_ms is not None and self.muted_until_ms > now_ms:
            pipeline.mute((self.muted_until_ms - now_ms) / 1000, now_ms)
        if pipeline.active_session is None:
            pipeline.set_activity(self.activity, now_ms)
            if self.last_suppressed_ms is not None:
                pipeline.suppress_auto_start(self.last_suppressed_ms, now_ms)


class PendingStateKeeper:
    """Writes every athlete's settings when they change, and restores them at a start."""

    def __init__(self, registry: AthleteRegistry, clock: Clock, record: RecordSink) -> None:
        self._registry = registry
        self._clock = clock
        self._record = record
        self._boot = LiveTimeline(clock).boot
        self._written: dict[str, PendingState] = {}

    def restore(self, rows: Iterable[PendingStateChanged]) -> None:
        """Restore the settings of an earlier run, after its sessions have been restored."""
        now_ms = self._clock.monotonic_ms()
        for row in rows:
            state = PendingState(row.muted_until_ms, Activity(row.activity), row.last_suppressed_ms)
            self._written[row.athlete] = state
            pipeline = self._registry.pipelines.get(row.athlete)
            if pipeline is None:
                continue
            if self._boot and row.boot == self._boot and 0 <= now_ms - row.at_ms < _VALID_MS:
                state.restore(pipeline, now_ms)

    def write(self) -> None:
        """Record the settings that have changed."""
        for athlete, pipeline in self._registry.pipelines.items():
            state = PendingState.of(pipeline)
            if state != self._written.get(athlete, PendingState()):
                self._written[athlete] = state
                self._record.put(
                    PendingStateChanged(
                        athlete,
                        self._boot,
                        self._clock.monotonic_ms(),
                        state.muted_until_ms,
                        state.activity.value,
                        state.last_suppressed_ms,
                    )
                )
