"""What was trained in a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..effort.summary import Summary
from .values import Week

DAYS = 7


def week_from(first: date, summaries: Iterable[Summary]) -> Week:
    """The week from `first` on, of the sessions that began in it, in their own local time."""
    days: list[list[Summary]] = [[] for _ in range(DAYS)]
    for summary in sorted(summaries, key=lambda each: each.start):
        place = (summary.start.date() - first).days
        if 0 <= place < DAYS:
            days[place].append(summary)
    return Week(first, days)
