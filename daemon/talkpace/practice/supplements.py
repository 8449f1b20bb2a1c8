"""The athlete's own supplements: which are due today. No dosing, no advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from .days import ONE_DAY, start_of
from .done import Known
from .entries import Supplement
from .part import Part
from .settings import OwnSupplement
from .wording import listed


class SupplementStanding(Part):
    """Of today."""

    taken: tuple[str, ...]
    due: tuple[str, ...]
    """those whose time has come, and that have not been taken so often yet"""


def supplement_standing(known: Known, own: Sequence[OwnSupplement], at: datetime) -> SupplementStanding:
    """As of an instant. Each entry of today stands for the earliest of its times that is open."""
    today = known.day(at)
    entries = known.log.between(start_of(today, known.zone), at + timedelta(microseconds=1), Supplement)
    often = Counter(supplement.name.casefold() for _, supplement in entries)
    due = tuple(
        supplement.name
        for supplement in own
        if sum(_at(known, at, when) <= at for when in supplement.times) > often[supplement.name.casefold()]
    )
    return SupplementStanding(taken=tuple(supplement.name for _, supplement in entries), due=due)


def fall_due(known: Known, own: Sequence[OwnSupplement], after: datetime, at: datetime) -> bool:
    """Whether a supplement's time has come since `after`, today, and it was not taken before."""
    due = supplement_standing(known, own, at).due
    return any(
        after < _at(known, at, when) <= at
        for supplement in own
        if supplement.name in due
        for when in supplement.times
    )


def next_change(known: Known, own: Sequence[OwnSupplement], at: datetime) -> datetime:
    """When, after an instant, something falls due or the day ends."""
    midnight = start_of(known.day(at) + ONE_DAY, known.zone)
    times = [_at(known, at, when) for supplement in own for when in supplement.times]
    return min([midnight, *(when for when in times if when > at)])


def supplement_words(standing: SupplementStanding) -> list[str]:
    """What there is to say of it."""
    return [f"Due of your supplements: {listed(standing.due)}."] if standing.due else []


def _at(known: Known, at: datetime, when: time) -> datetime:
    return datetime.combine(known.day(at), when, known.zone).astimezone(UTC)
