"""Keeps what athletes have asked for over a restart of the daemon: a mute, an activity, a hold-off.

It holds on within one boot of the host, and for half a day: after a boot nobody knows how long ago it
was asked for, as the clock may be wrong. What is forgotten does little harm: it beeps, or a session begins.
A hold-off ends as it would have: once the strap has been off for as long as ends a session.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..effort.athlete import Activity
from ..pipeline.room import Room
from ..pipeline.sinks import RecordSink
from ..pipeline.timeline import LiveTimeline
from ..pipeline.wishes import Wishes, wish_again, wishes_of
from ..record.items import WishesChanged
from .clock import Clock

_KEPT_MS = 12 * 3_600_000


class KeptWishes:
    """Everybody's. Looked at now and then, and kept where they have changed."""

    def __init__(self, room: Room, clock: Clock, record: RecordSink) -> None:
        self._room = room
        self._clock = clock
        self._record = record
        self._boot = LiveTimeline(clock).boot
        self._kept: dict[str, Wishes] = {}

    def take_up(self, rows: Iterable[WishesChanged]) -> None:
        """Go on with what was asked of an earlier run, once its sessions are taken up."""
        now_ms = self._clock.monotonic_ms()
        for row in rows:
            wishes = Wishes(row.muted_until_ms, Activity(row.activity), row.held_off_ms)
            self._kept[row.athlete] = wishes
            pipeline = self._room.pipelines.get(row.athlete)
            if pipeline is None:
                continue
            if self._boot and row.boot == self._boot and 0 <= now_ms - row.at_ms < _KEPT_MS:
                wish_again(pipeline, wishes, now_ms)

    def keep(self) -> None:
        """Write down what has changed."""
        for athlete, pipeline in self._room.pipelines.items():
            wishes = wishes_of(pipeline)
            if wishes != self._kept.get(athlete, Wishes()):
                self._kept[athlete] = wishes
                self._record.put(
                    WishesChanged(
                        athlete,
                        self._boot,
                        self._clock.monotonic_ms(),
                        wishes.muted_until_ms,
                        wishes.activity.value,
                        wishes.held_off_ms,
                    )
                )
