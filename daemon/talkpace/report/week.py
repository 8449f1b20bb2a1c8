"""Which week a day is in, and what was trained in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ..effort.summary import Summary
from .values import Week

DAYS = 7
MONDAY = 0


def first_day(day: date, starts_on: int = MONDAY) -> date:
    """The first day of the week that `day` is in; weeks start on a weekday from Monday (0) to Sunday (6)."""
    return day - timedelta(days=(day.weekday() - starts_on) % DAYS)


def week_from(first: date, summaries: Iterable[Summary]) -> Week:
    """The week from `first` on, of the sessions that began in it, in their own local time."""
    days: list[list[Summary]] = [[] for _ in range(DAYS)]
    for summary in sorted(summaries, key=lambda each: each.start):
        place = (summary.start.date() - first).days
        if 0 <= place < DAYS:
            days[place].append(summary)
    return Week(first, days)
