"""Sends a recording through the whole pipeline, as fast as it goes or paced by a clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..effort.athlete import Activity, Judgement
from ..effort.events import PRACTICE_EVENTS
from ..effort.rules import Rules
from ..pipeline.athlete import AthletePipeline
from ..pipeline.sinks import AlertSink, PublishSink, RecordSink
from ..pipeline.timeline import RecordedTimeline
from ..record.items import EventHappened, MeasurementTaken, Outgoing, RecordItem, SessionClosed, SessionOpened
from ..strap.door import LinkDown, LinkUp
from ..strap.recording import Recording
from .clock import Clock
from .sports import activity_of

_TICK_MS = 500
_BREATH = 1000
"""measurements between two pauses in which others (progress bar, publisher) come to their turn; paced, 1"""


@dataclass
class ReplayRecord:
    """A record sink that gathers the summaries, and hands everything else on to be stored or posted."""

    store: Callable[[RecordItem], None] | None = None
    post: Callable[[Outgoing], None] | None = None
    sessions: list[dict[str, Any]] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)

    def put(self, item: RecordItem) -> None:
        """Take an item of the pipeline."""
        match item:
            case MeasurementTaken():
                pass
            case Outgoing():
                if self.post is not None:
                    self.post(item)
                return
            case SessionOpened():
                self._events = []
            case EventHappened() if item.name not in PRACTICE_EVENTS:
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
    """What became of one file."""

    file: str
    measurements: int
    skipped: int
    problems: list[str]


@dataclass(frozen=True)
class Replay:
    """How recordings are replayed."""

    athlete: str
    node: str
    rules: Rules
    judge: Callable[[datetime], Judgement]
    alerts: AlertSink
    record: RecordSink
    publish: PublishSink | None = None
    activity: Activity | None = None
    """what was trained; None is what the recording says, else cardio"""
    clock: Clock | None = None
    """paces the replay; None is as fast as it goes"""

    async def file(self, recording: Recording, progress: Callable[[int], None]) -> ReplayedFile:
        """Replay one recording; `progress` is told, now and then, how many bytes have been read."""
        problems = []
        start = recording.start
        if start is None:
            start = datetime.fromtimestamp(recording.path.stat().st_mtime, UTC)
            problems.append("no date in the file: dated by when the file was last changed")
        pipeline = AthletePipeline(
            self.athlete,
            node=self.node,
            rules=self.rules,
            judge=self.judge,
            timeline=RecordedTimeline(start),
            alerts=self.alerts,
            record=self.record,
            publish=self.publish,
        )
        activity = self.activity or activity_of(recording.sports)
        if activity is not None:
            pipeline.be(activity, 0)
        pipeline.strap_event(LinkUp(0, recording.strap))
        measurements, refused, last_ms = 0, 0, 0
        origin_ms = self.clock.monotonic_ms() if self.clock else 0
        breath = _BREATH if self.clock is None else 1
        for notification in recording:
            if self.clock is not None:
                await self._wait_until(notification.at_ms, origin_ms, pipeline)
            if (measurements + refused) % breath == 0:
                progress(recording.position_bytes)
                await asyncio.sleep(0)
            if pipeline.strap_event(notification) is None:
                measurements += 1
            else:
                refused += 1
            last_ms = notification.at_ms
        pipeline.end_of_recording(last_ms)
        pipeline.strap_event(LinkDown(last_ms, recording.strap.address, "no more beats"))
        progress(recording.size_bytes)
        if refused:
            problems.append(f"{refused} notification(s) that are no Heart Rate Measurement")
        return ReplayedFile(
            str(recording.path), measurements, recording.skipped + refused, recording.problems + problems
        )

    async def _wait_until(self, at_ms: int, origin_ms: int, pipeline: AthletePipeline) -> None:
        """Let time pass until a notification is due; what falls due before it is told in time."""
        clock = self.clock
        while clock is not None and (left_ms := at_ms - (clock.monotonic_ms() - origin_ms)) > 0:
            await clock.sleep(min(left_ms, _TICK_MS) / 1000)
            pipeline.advance(min(clock.monotonic_ms() - origin_ms, at_ms))
