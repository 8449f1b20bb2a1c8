"""What a day's entries of one kind become where one value is to stand for all of them.

A number or a choice on a dashboard shows a day as a whole; whoever sets it sets the whole day right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .entries import Exercise, Severity, Symptom, What
from .kinds import MAIN_VALUE
from .log import Entry, edited, what_of

REPLACEABLE = frozenset({"sleep", "nap", "water", "activity", "symptom"})
"""kinds of which a day has a sum, or a worst"""

_BY_SEVERITY = list(Severity)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What is to be done."""

    edited: Sequence[Entry] = ()
    removed: Sequence[Entry] = ()
    added: What | None = None


def replaced(
    kind: str, values: Mapping[str, Any], before: Sequence[Entry], *, at: datetime | None
) -> Replaced:
    """By the day's entries of the kind, as they were written down; of an activity those of the same one.

    Raises ValueError, in words for who wants it so.
    """
    if kind == "symptom":
        return _worst(values, before, at)
    return _sum(kind, values, before, at)


def _sum(kind: str, values: Mapping[str, Any], before: Sequence[Entry], at: datetime | None) -> Replaced:
    """One entry with the amount; none for an amount of 0, except of sleep: a night without any is one."""
    name = MAIN_VALUE[kind]
    amount = values.get(name)
    nothing = kind != "sleep" and isinstance(amount, int | float) and amount == 0 and amount is not False
    what = what_of(kind, {**values, name: 1} if nothing else values)
    if nothing:
        return Replaced(removed=before)
    if not before:
        return Replaced(added=what)
    was_hard = any(isinstance(one.what, Exercise) and one.what.hard for one in before)
    hard = {"hard": True} if was_hard and "hard" not in values else {}
    return Replaced(edited=[edited(before[-1], {**values, **hard}, at=at)], removed=before[:-1])


def _worst(values: Mapping[str, Any], before: Sequence[Entry], at: datetime | None) -> Replaced:
    """None is worse than this, and one is as bad. What was noted of each stays."""
    what = what_of("symptom", values)
    assert isinstance(what, Symptom)
    if not before:
        return Replaced(added=what)
    rank = _BY_SEVERITY.index(what.severity)
    ranks = [_BY_SEVERITY.index(one.what.severity) for one in before if isinstance(one.what, Symptom)]
    if max(ranks) < rank:
        return Replaced(edited=[edited(before[-1], values, at=at)])
    worse = [one for one, its_rank in zip(before, ranks, strict=True) if its_rank > rank]
    return Replaced(edited=[edited(one, {"severity": what.severity}) for one in worse])
