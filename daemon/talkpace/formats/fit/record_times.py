"""How long the records of a FIT file hold, and to which of them its RR intervals belong."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from ...training.rules import HOLD_MS
from ..holds import LONGEST_HOLD_MS
from .contents import FitContents, Record

_HOLD_S = HOLD_MS // 1000
_LONGEST_HOLD_S = LONGEST_HOLD_MS // 1000
_DENSE_S = 2
_SPARSE_SHARE = 0.1
"""of the time; in a file with more of it between records that are further apart than 5 s"""


def set_record_times(contents: FitContents) -> list[Record]:
    """Limit the holds of records, and move RR intervals to the record by whose time they were measured.

    Returns the records that have intervals which belong to none with a heart rate.
    """
    dated = [record for record in contents.records if isinstance(record.timestamp, int)]
    without = _give_intervals_to_heart_rates(dated)
    if not contents.has_holds:
        measured = [record for record in dated if record.heart_rate]
        _limit_holds(dated, _pauses(contents.timer))
        if _is_sparse(measured) and any(record.rr_ms for record in measured):
            _move_intervals_on(measured)
    return without


def _pauses(timer: Sequence[tuple[int, bool]]) -> list[tuple[int, int | None]]:
    """Return from when to when the timer did not run; None for the end."""
    pauses: list[tuple[int, int | None]] = []
    stopped: int | None = None
    for timestamp, runs in sorted(timer, key=lambda event: event[0]):
        if runs and stopped is not None:
            if timestamp > stopped:
                pauses.append((stopped, timestamp))
            stopped = None
        elif not runs and stopped is None:
            stopped = timestamp
    return pauses if stopped is None else [*pauses, (stopped, None)]


def _limit_holds(records: Sequence[Record], pauses: Sequence[tuple[int, int | None]]) -> None:
    """Limit holds by pauses, and by records without a heart rate where those with one come every second."""
    starts = [pause[0] for pause in pauses]
    short_pauses = [(start, end) for start, end in pauses if end is not None and end - start <= _HOLD_S]
    previous: Record | None = None
    before_s, blank_s = 0, None
    for record in records:
        timestamp = record.timestamp
        if not record.heart_rate:
            if blank_s is None:
                blank_s = timestamp
            continue
        if previous is not None and timestamp - previous.timestamp > _HOLD_S:
            since_s = previous.timestamp
            limits = [blank_s] if blank_s is not None and since_s - before_s <= _DENSE_S else []
            limits += _first_pause(since_s, timestamp, starts, pauses)
            if limits:
                previous.hold_ms = max(0, min(limits) - since_s) * 1000
        elif short_pauses and previous is not None:
            previous.hold_ms = _hold_before_pause(previous.timestamp, timestamp, short_pauses)
        before_s = previous.timestamp if previous is not None else timestamp - _DENSE_S
        previous, blank_s = record, None
    if previous is not None and (ends := _first_pause(previous.timestamp, None, starts, pauses)):
        hold_s = max(0, ends[0] - previous.timestamp)
        if _HOLD_S < hold_s <= _LONGEST_HOLD_S and blank_s is None:
            previous.hold_ms = hold_s * 1000


def _first_pause(
    since_s: int, until_s: int | None, starts: Sequence[int], pauses: Sequence[tuple[int, int | None]]
) -> list[int]:
    """Return when the timer stopped, at or after a record and before the next; nothing where it ran on."""
    place = bisect_right(starts, since_s)
    if place and (pauses[place - 1][1] is None or (pauses[place - 1][1] or 0) > since_s):
        return [since_s]
    if place < len(starts) and (until_s is None or starts[place] < until_s):
        return [starts[place]]
    return []


def _hold_before_pause(since_s: int, until_s: int, pauses: Sequence[tuple[int, int]]) -> int | None:
    """Return the hold (ms) before a pause that lies between two records; None where none does.

    Records within a pause keep theirs: some devices write on, or write no start of the timer.
    """
    place = bisect_left(pauses, since_s, key=itemgetter(0))
    if place == len(pauses) or pauses[place][1] > until_s:
        return None
    return (pauses[place][0] - since_s) * 1000


def _is_sparse(measured: Sequence[Record]) -> bool:
    waits: list[int] = [after.timestamp - before.timestamp for before, after in pairwise(measured)]
    running = [wait for wait in waits if 0 < wait <= _LONGEST_HOLD_S]
    return sum([wait for wait in running if wait > _HOLD_S]) > _SPARSE_SHARE * sum(running)


def _give_intervals_to_heart_rates(records: Sequence[Record]) -> list[Record]:
    """Move intervals of records without a heart rate to one of the same time with one, or to the next.

    Returns the records that keep theirs, as no other is near.
    """
    without: list[Record] = []
    measured: Record | None = None
    waiting: list[Record] = []
    for record in records:
        if record.heart_rate:
            for one in waiting:
                reach_s = _HOLD_S if one.has_rate_field else _LONGEST_HOLD_S
                if 0 <= record.timestamp - one.timestamp <= reach_s:
                    record.rr_ms[:0], one.rr_ms = one.rr_ms, []
                else:
                    without.append(one)
            measured, waiting = record, []
        elif record.rr_ms:
            if measured is not None and measured.timestamp == record.timestamp:
                measured.rr_ms += record.rr_ms
                record.rr_ms = []
            else:
                waiting.append(record)
    return without + waiting


def _move_intervals_on(measured: Sequence[Record]) -> None:
    """Move intervals to the next record, by whose time they were measured, unless a pause comes between."""
    carried: list[float] = []
    for place, record in enumerate(measured):
        own, record.rr_ms = record.rr_ms, carried
        carried = []
        after = measured[place + 1] if place + 1 < len(measured) else None
        wait_s = after.timestamp - record.timestamp if after is not None else -1
        limit_ms = record.hold_ms
        if 0 <= wait_s <= _LONGEST_HOLD_S and (limit_ms is None or limit_ms >= wait_s * 1000):
            carried, record.hold_ms = own, LONGEST_HOLD_MS
        else:
            record.rr_ms = record.rr_ms + own
