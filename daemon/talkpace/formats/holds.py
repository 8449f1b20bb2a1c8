"""How long each value of a recording holds: until the next one while the timer ran.

Watches write a record when something changes, every 2 to 60 s. A reader limits the hold of a value where it
knows that the timer was stopped or the heart rate was lost: its `hold_ms` is that limit. Values that are
followed within 5 s are left as those of a live strap, so that a dense recording costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise
from statistics import median

from ..sources.events import Notification
from ..training.rules import HOLD_MS

LONGEST_HOLD_MS = 60_000
"""a longer gap is a gap, whatever the timer did"""
SPARSE_FROM_MS = 2_000
"""a table is sparse where the median of its waits is above this"""
_WAITS_COMPARED = 1_000


def with_holds(notifications: Iterable[Notification], *, by_cadence: bool = False) -> Iterator[Notification]:
    """Yield notifications, in order of time, with their holds.

    With `by_cadence`, for a format that knows no timer, values hold only where the recording is sparse by
    the median of its first 1,000 waits.
    """
    remaining = iter(notifications)
    if by_cadence:
        first = list(islice(remaining, _WAITS_COMPARED + 1))
        remaining = chain(first, remaining)
        if not _is_sparse(first):
            return remaining
    return _add_holds(remaining)


def _is_sparse(notifications: list[Notification]) -> bool:
    times = [notification.at_ms for notification in notifications]
    waits = [after - before for before, after in pairwise(times)]
    return bool(waits) and median(waits) > SPARSE_FROM_MS


def _add_holds(notifications: Iterator[Notification]) -> Iterator[Notification]:
    current = next(notifications, None)
    if current is None:
        return
    for following in notifications:
        wait_ms = following.at_ms - current.at_ms
        if wait_ms > HOLD_MS or current.hold_ms is not None:
            current = current._replace(hold_ms=_hold_ms(wait_ms, current.hold_ms))
        yield current
        current = following
    if current.hold_ms is not None and current.hold_ms <= HOLD_MS:
        current = current._replace(hold_ms=None)
    yield current


def _hold_ms(wait_ms: int, limit_ms: int | None) -> int | None:
    """Return the hold of a value that is followed after `wait_ms`; None for that of a live strap."""
    if limit_ms == HOLD_MS:
        return None
    if limit_ms is not None and limit_ms < wait_ms:
        return min(limit_ms, LONGEST_HOLD_MS)
    if limit_ms is None and not HOLD_MS < wait_ms <= LONGEST_HOLD_MS:
        return None
    return wait_ms if wait_ms <= LONGEST_HOLD_MS else None
