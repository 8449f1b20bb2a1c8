"""Sends a recording through the pipeline, at full speed or paced by a clock."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..clock import Clock
from ..formats import Recording
from ..pipeline.athlete import AthletePipeline
from ..pipeline.sinks import AlertSink, PublishSink, RecordSink
from ..pipeline.timeline import RecordedTimeline
from ..sources.events import LinkDown, LinkUp
from ..storage.records import (
    EventRecord,
    MeasurementRecord,
    OutgoingMessage,
    RecordItem,
    SessionClosed,
    SessionOpened,
)
from ..training.events import HABIT_EVENTS
from ..training.profile import Activity, AthleteProfile
from ..training.rules import Rules

_TICK_MS = 500
_YIELD_EVERY = 1000
"""measurements between two yields to the event loop (progress bar, publisher); 1 in a paced replay"""

_ACTIVITIES: Mapping[str, Activity] = {
    **{activity.value: activity for activity in Activity},
    "strength_training": Activity.STRENGTH,
    "flexibility_training": Activity.MINDFUL,
    "yoga": Activity.MINDFUL,
    "breathing": Activity.MINDFUL,
    "meditation": Activity.MINDFUL,
}
"""by the names of sports in files: our own names, and those of FIT that are not cardio"""

_UNSPECIFIC = frozenset({"", "generic", "other", "training", "workout", "all", "0"})
"""names of sports that say nothing"""


@dataclass
class ReplayRecord:
    """A record sink that collects summaries, and passes items on to be stored and messages to be posted."""

    store: Callable[[RecordItem], None] | None = None
    post: Callable[[OutgoingMessage], None] | None = None
    sessions: list[dict[str, Any]] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)

    def put(self, item: RecordItem) -> None:
        """Take an item."""
        match item:
            case MeasurementRecord():
                pass
            case OutgoingMessage():
                if self.post is not None:
                    self.post(item)
                return
            case SessionOpened():
                self._events = []
            case EventRecord() if item.name not in HABIT_EVENTS:
                self._events.append(
                    {
                        "time": round(item.offset_ms / 1000, 3),
                        "name": item.name,
                        "heart_rate": item.heart_rate,
                    }
                )
            case SessionClosed():
                summary = json.loads(item.summary)
                self.sessions.append({**summary, "discarded": item.discarded, "events": self._events})
        if self.store is not None:
            self.store(item)


@dataclass(frozen=True)
class ReplayedFile:
    """Result of one file."""

    file: str
    measurements: int
    skipped: int
    problems: list[str]


@dataclass(frozen=True)
class Replay:
    """Settings of a replay."""

    athlete: str
    node: str
    rules: Rules
    profile_at: Callable[[datetime], AthleteProfile]
    alerts: AlertSink
    record: RecordSink
    publish: PublishSink | None = None
    activity: Activity | None = None
    """None is the recording's own activity, else cardio"""
    clock: Clock | None = None
    """paces the replay; None is full speed"""

    async def replay_file(self, recording: Recording, progress: Callable[[int], None]) -> ReplayedFile:
        """Replay one recording; `progress` is called with the number of bytes read so far."""
        problems: list[str] = []
        start = recording.start
        if start is None:
            start = datetime.fromtimestamp(recording.path.stat().st_mtime, UTC)
            problems.append("no date in the file: the file's modification time is used")
        activity = self.activity or activity_of(recording.sports) or Activity.CARDIO
        pipeline = AthletePipeline(
            self.athlete,
            node=self.node,
            rules=self.rules,
            profile_at=self.profile_at,
            timeline=RecordedTimeline(start),
            alerts=self.alerts,
            record=self.record,
            publish=self.publish,
            on_problem=problems.append,
            usual_activity=activity,
        )
        pipeline.strap_event(LinkUp(0, recording.strap))
        measurements, rejected, last_ms = 0, 0, 0
        parts: deque[tuple[int, tuple[str, ...]]] | None = None
        origin_ms = self.clock.monotonic_ms() if self.clock else 0
        yield_every = _YIELD_EVERY if self.clock is None else 1
        for notification in recording:
            if parts is None:
                parts = deque(recording.parts)
            while parts and notification.at_ms >= parts[0][0]:
                pipeline.end_of_recording(last_ms)
                _, sports = parts.popleft()
                pipeline.set_activity(self.activity or activity_of(sports) or Activity.CARDIO, last_ms)
            if self.clock is not None:
                await self._wait_until(notification.at_ms, origin_ms, pipeline)
            if (measurements + rejected) % yield_every == 0:
                progress(recording.position_bytes)
                await asyncio.sleep(0)
            if pipeline.strap_event(notification) is None:
                measurements += 1
            else:
                rejected += 1
            last_ms = notification.at_ms + (notification.hold_ms or 0)
        pipeline.end_of_recording(last_ms)
        pipeline.strap_event(LinkDown(last_ms, recording.strap.address, "end of the recording"))
        progress(recording.size_bytes)
        if rejected:
            problems.append(f"{rejected} notification(s) that are not a valid Heart Rate Measurement")
        return ReplayedFile(
            str(recording.path), measurements, recording.skipped + rejected, recording.problems + problems
        )

    async def _wait_until(self, at_ms: int, origin_ms: int, pipeline: AthletePipeline) -> None:
        """Let time pass until a notification is due; repeated warnings and timeouts fall due meanwhile."""
        clock = self.clock
        while clock is not None and (wait_ms := at_ms - (clock.monotonic_ms() - origin_ms)) > 0:
            await clock.sleep(min(wait_ms, _TICK_MS) / 1000)
            pipeline.advance(min(clock.monotonic_ms() - origin_ms, at_ms))


def names_sport(sports: Iterable[str]) -> bool:
    """Return whether a file's names of its sport say anything."""
    return any(sport not in _UNSPECIFIC for sport in sports)


def activity_of(sports: Iterable[str]) -> Activity | None:
    """The activity of the first known sport; None where none is known."""
    return next((_ACTIVITIES[sport] for sport in sports if sport in _ACTIVITIES), None)
