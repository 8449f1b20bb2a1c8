"""A finished session as an export sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from ..effort.athlete import Activity
from ..errors import StoreError
from ..record.items import ActivityChanged, EventHappened, MeasurementTaken
from ..record.judgement import judgement_from_json
from ..record.rows import SessionRow
from ..record.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class FinishedSession:
    """A session with all that is kept of it. Offsets are ms since its start."""

    row: SessionRow
    summary: Mapping[str, Any]
    events: Sequence[EventHappened]
    activity_changes: Sequence[ActivityChanged]
    measurements: Callable[[], Iterator[MeasurementTaken]]
    """read anew with every call, as they are asked for"""

    @classmethod
    def of(cls, store: Store, name: str) -> FinishedSession:
        """By id, the beginning of it, or `last`. Raises UnknownSessionError, or StoreError while it lasts."""
        row = store.session(name)
        if row.summary is None:
            raise StoreError(f"session {row.id} of {row.athlete} is still under way; it can be exported then")
        return cls(
            row,
            json.loads(row.summary),
            store.events(row.id),
            store.activity_changes(row.id),
            lambda: store.measurements(row.id),
        )

    def local(self, zone: tzinfo) -> FinishedSession:
        """The same, with its dates by the clock of a zone, as that stood at the session's start."""
        offset = self.row.start.astimezone(zone).utcoffset()
        assert offset is not None
        start = self.row.start.astimezone(timezone(offset))
        return replace(self, row=replace(self.row, start=start))

    @property
    def start_ms(self) -> int:
        """Unix time in whole ms."""
        return (self.row.start - _EPOCH) // _MS

    @property
    def duration_ms(self) -> int:
        """From the first measurement to the last."""
        end = self.row.end
        assert end is not None
        return (end - self.row.start) // _MS

    @property
    def activity(self) -> Activity:
        """As the summary says: the last one."""
        return Activity(self.summary["activity"])

    @property
    def ceiling_bpm(self) -> int:
        """The highest heart rate that was not over the ceiling."""
        judgement = judgement_from_json(self.row.judgement)
        return judgement.scale.highest_at_or_below(judgement.ceilings[self.activity])

    def moment(self, offset_ms: int) -> datetime:
        """The date of an instant, in whole ms, with the offset from UTC that the session's start had."""
        start = self.row.start
        return start - timedelta(microseconds=start.microsecond % 1000) + offset_ms * _MS
