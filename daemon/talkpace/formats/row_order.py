"""Rows in order of time: a recording is written in order but for three faults.

- A few rows far from all others: their time is wrong, and they are dropped.
- Laps, tracks or activities that are not in order, or rows that are out of order by seconds: they are sorted.
- A clock that was set back while the recording went on: what follows is moved behind what came before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import attrgetter, itemgetter, sub
from statistics import median

from ..sources.events import Notification

MOST_ROWS = 400_000
"""rows that are put in order, some days; of those that follow, what is out of order is dropped"""

_FAR_MS = 24 * 3_600_000
"""a step forward beyond this is a fault of the clock, or another session"""
_APART_MS = 3_600_000
"""rows further away belong to another part of the recording, or have a wrong time"""
_FEW = 5
"""rows in one place that may be dropped"""
_OTHERS_PER_OUTLIER = 10
"""where more rows than one in ten are far from the others, none is dropped"""
_SHORT_STEP_MS = 60_000
"""a step back within this is a matter of order, not of the clock"""
_CLOCK_STEP_MS = 15 * 60_000
"""clocks are set by multiples of this, as time zones differ by"""
_CLOCK_TOLERANCE_MS = 10_000
_USUAL_STEP_MS = 1000


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows in order of time, with no step beyond an hour."""

    rows: list[Notification]
    begins_part: bool
    """whether a lap, track or activity begins with it"""

    @property
    def start_ms(self) -> int:
        return self.rows[0].at_ms

    @property
    def end_ms(self) -> int:
        return self.rows[-1].at_ms


def put_in_order(
    rows: list[Notification], part_starts: Sequence[int], *, sequential: bool
) -> tuple[list[Notification], list[str]]:
    """Return rows in order of time, and what had to be done for it.

    `part_starts` are the places where a lap, track or activity begins. `sequential` says that the format is
    written while it is measured, so that every longer step back is the clock's.
    """
    times = [row.at_ms for row in rows]
    if times == sorted(times) and max(map(sub, times[1:], times), default=0) <= _FAR_MS:
        return rows, []
    runs = _split(rows, frozenset(part_starts))
    usual = _without_outliers(runs)
    if (len(rows) - sum(len(run.rows) for run in usual)) * _OTHERS_PER_OUTLIER > len(rows):
        usual = runs
    problems = []
    if dropped := len(rows) - sum(len(run.rows) for run in usual):
        problems.append(f"{dropped} row(s) dropped, their time is far from that of all others")
    moved, steps_back = _follow_clock(usual, sequential=sequential)
    if steps_back:
        problems.append(
            f"the clock was set back {len(steps_back)} time(s), first by {-steps_back[0] / 1000:.0f} s:"
            " the rows after it are moved behind those before"
        )
    in_order = sorted(moved, key=attrgetter("at_ms"))
    if unordered := sum(map(_differ, moved, in_order)):
        problems.append(f"rows were not in order of time: {unordered} sorted")
    return in_order, problems


def _differ(one: Notification, other: Notification) -> bool:
    return one is not other


def _split(rows: Sequence[Notification], part_starts: frozenset[int]) -> list[_Run]:
    """Split where time goes back, or forward by more than an hour."""
    places = [
        place
        for place, (earlier, later) in enumerate(pairwise(rows), start=1)
        if not 0 <= later.at_ms - earlier.at_ms <= _APART_MS
    ]
    return [
        _Run(list(rows[begin:end]), begin in part_starts) for begin, end in pairwise([0, *places, len(rows)])
    ]


def _without_outliers(runs: Sequence[_Run]) -> list[_Run]:
    """Leave out each run of a few rows that is far from all runs of more."""
    total = sum(len(run.rows) for run in runs)
    spans = _merged_spans(run for run in runs if len(run.rows) > _FEW)
    if not spans:
        return list(runs)
    return [
        run
        for run in runs
        if len(run.rows) > _FEW
        or total - len(run.rows) < _OTHERS_PER_OUTLIER * len(run.rows)
        or _is_near(run, spans)
    ]


def _merged_spans(runs: Iterable[_Run]) -> list[tuple[int, int]]:
    """The times (ms) that runs cover, in order and apart from each other."""
    merged: list[tuple[int, int]] = []
    for start_ms, end_ms in sorted((run.start_ms, run.end_ms) for run in runs):
        if merged and start_ms <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end_ms, merged[-1][1]))
        else:
            merged.append((start_ms, end_ms))
    return merged


def _is_near(run: _Run, spans: Sequence[tuple[int, int]]) -> bool:
    before = bisect_right(spans, run.end_ms + _APART_MS, key=itemgetter(0))
    return before > 0 and spans[before - 1][1] >= run.start_ms - _APART_MS


def _follow_clock(runs: Sequence[_Run], *, sequential: bool) -> tuple[list[Notification], list[int]]:
    """Move what follows a clock that was set back; returns all rows, and the steps back (ms)."""
    rows: list[Notification] = []
    steps_back: list[int] = []
    offset_ms = 0
    usual_step_ms = _usual_step_ms(runs)
    for place, run in enumerate(runs):
        step_ms = run.start_ms - runs[place - 1].end_ms if place else 0
        if step_ms < -_SHORT_STEP_MS and not run.begins_part and (sequential or _is_clock_step(step_ms)):
            steps_back.append(step_ms)
            offset_ms = rows[-1].at_ms + usual_step_ms - run.start_ms
        elif step_ms < -_SHORT_STEP_MS or step_ms > _FAR_MS:
            offset_ms = 0
        rows += [row._replace(at_ms=row.at_ms + offset_ms) for row in run.rows] if offset_ms else run.rows
    return rows, steps_back


def _is_clock_step(step_ms: int) -> bool:
    return (step_ms + _CLOCK_TOLERANCE_MS) % _CLOCK_STEP_MS <= 2 * _CLOCK_TOLERANCE_MS


def _usual_step_ms(runs: Sequence[_Run]) -> int:
    steps = chain.from_iterable(
        (later.at_ms - earlier.at_ms for earlier, later in pairwise(run.rows)) for run in runs
    )
    return round(median([step for step in steps if 0 < step <= _SHORT_STEP_MS] or [_USUAL_STEP_MS]))
