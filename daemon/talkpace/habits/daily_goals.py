"""Sleep, water and supplements of a day, compared with the targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from ..text import join_words
from ..timestamps import ONE_DAY, start_of_day
from .entries import Nap, Sleep, Supplement, Water
from .history import History, StatusModel
from .message import Message, message
from .settings import OwnSupplement, SleepSettings, WaterSettings

_WEEK_DAYS = 7
_MEAN_FROM_NIGHTS = 3
_WATER_LOG_DAYS = 7
"""without a water entry today and on so many days before, no water log is kept and no reminder sent"""


class SleepStatus(StatusModel):
    """Sleep; a night counts for the day of waking up."""

    last_night_h: float | None
    week_mean_h: float | None
    """mean of the logged nights among the last seven"""
    nights: int
    """number of logged nights among the last seven"""
    nap_today_min: float
    target_h: tuple[float, float]


def sleep_status(history: History, settings: SleepSettings, at: datetime) -> SleepStatus:
    """Return the status at an instant; several entries of one night are added."""
    today = history.day(at)
    end = at + timedelta(microseconds=1)
    nights: dict[int, float] = {}
    first = start_of_day(today - timedelta(days=_WEEK_DAYS - 1), history.zone)
    for woken, sleep in history.log.between(first, end, Sleep):
        ago = (today - history.day(woken)).days
        nights[ago] = nights.get(ago, 0.0) + sleep.hours
    naps = history.log.between(start_of_day(today, history.zone), end, Nap)
    return SleepStatus(
        last_night_h=nights.get(0),
        week_mean_h=round(sum(nights.values()) / len(nights), 2) if nights else None,
        nights=len(nights),
        nap_today_min=sum(nap.minutes for _, nap in naps),
        target_h=(settings.hours_from, settings.hours_to),
    )


def sleep_messages(sleep: SleepStatus, settings: SleepSettings) -> list[Message]:
    """Return messages on sleep that is off the targets."""
    lines = []
    low, high = settings.hours_from, settings.hours_to
    aim = f"{low:g} to {high:g}"
    last, mean = sleep.last_night_h, sleep.week_mean_h
    if last is not None and last < settings.hours_from:
        text = f"{last:g} hours of sleep: {aim} are the aim. Let today be easy."
        lines.append(message("sleep_short", text, hours=last, low=low, high=high))
    elif last is not None and last > settings.hours_to:
        text = f"{last:g} hours of sleep: {aim} are the aim."
        lines.append(message("sleep_long", text, hours=last, low=low, high=high))
    if mean is not None and mean < settings.hours_from and sleep.nights >= _MEAN_FROM_NIGHTS:
        text = f"On average {mean:.1f} hours of sleep over the last {sleep.nights} nights on record."
        lines.append(message("sleep_average_short", text, hours=round(mean, 1), nights=sleep.nights))
    if sleep.nap_today_min > settings.nap_minutes_to:
        low, high = settings.nap_minutes_from, settings.nap_minutes_to
        text = f"{sleep.nap_today_min:g} minutes of napping: {low:g} to {high:g} are the aim."
        lines.append(message("nap_long", text, minutes=sleep.nap_today_min, low=low, high=high))
    return lines


class WaterStatus(StatusModel):
    """Water of the day in ml."""

    today_ml: float
    target_ml: float | None
    """null if weight_kg is not set"""
    kept: bool
    """whether the athlete keeps a water log"""


def water_status(history: History, settings: WaterSettings, at: datetime) -> WaterStatus:
    """Return the status at an instant."""
    today, end = history.day(at), at + timedelta(microseconds=1)
    drunk = history.log.between(start_of_day(today, history.zone), end, Water)
    first = start_of_day(today - timedelta(days=_WATER_LOG_DAYS), history.zone)
    weight = history.weight_kg
    return WaterStatus(
        today_ml=sum(water.ml for _, water in drunk),
        target_ml=None if weight is None else float(round(settings.ml_per_kg * weight)),
        kept=bool(history.log.between(first, end, Water)),
    )


def drink_reminder_due(history: History, settings: WaterSettings, at: datetime) -> bool:
    """Whether to remind an athlete of drinking at the start of a session."""
    water = water_status(history, settings, at)
    needed_ml = settings.before_training_ml
    if water.target_ml is not None:
        needed_ml = min(needed_ml, water.target_ml)
    return water.kept and water.today_ml < needed_ml


def water_messages(water: WaterStatus) -> list[Message]:
    """Return a message on the water of the day; none if no water log is kept."""
    if not water.kept:
        return []
    if water.target_ml is None:
        text = f"{water.today_ml:g} ml of water today; the day's target follows from your weight."
        return [message("water_without_target", text, ml=water.today_ml)]
    if water.today_ml >= water.target_ml:
        text = f"{water.today_ml:g} ml of water today: the target of {water.target_ml:g} ml is reached."
        return [message("water_target_reached", text, ml=water.today_ml, target_ml=water.target_ml)]
    text = f"{water.today_ml:g} of {water.target_ml:g} ml of water today."
    return [message("water_below_target", text, ml=water.today_ml, target_ml=water.target_ml)]


class SupplementStatus(StatusModel):
    """Supplements of the day."""

    taken: tuple[str, ...]
    due: tuple[str, ...]
    """those with more reminder times so far today than entries"""
    own: tuple[str, ...]
    """all that the athlete has listed"""


def supplement_status(history: History, own: Sequence[OwnSupplement], at: datetime) -> SupplementStatus:
    """Return the status at an instant. Each entry of the day counts for the earliest open time."""
    today = history.day(at)
    entries = history.log.between(
        start_of_day(today, history.zone), at + timedelta(microseconds=1), Supplement
    )
    counts = Counter(supplement.name.casefold() for _, supplement in entries)
    due = tuple(
        supplement.name
        for supplement in own
        if sum(_at(history, at, when) <= at for when in supplement.times) > counts[supplement.name.casefold()]
    )
    return SupplementStatus(
        taken=tuple(supplement.name for _, supplement in entries),
        due=due,
        own=tuple(supplement.name for supplement in own),
    )


def supplement_reminder_due(
    history: History, own: Sequence[OwnSupplement], after: datetime, at: datetime
) -> bool:
    """Whether a supplement that is due has a reminder time in (after, at]."""
    due = supplement_status(history, own, at).due
    return any(
        after < _at(history, at, when) <= at
        for supplement in own
        if supplement.name in due
        for when in supplement.times
    )


def next_supplement_change(history: History, own: Sequence[OwnSupplement], at: datetime) -> datetime:
    """Return the next reminder time after an instant, or the end of the day."""
    midnight = start_of_day(history.day(at) + ONE_DAY, history.zone)
    times = [_at(history, at, when) for supplement in own for when in supplement.times]
    return min([midnight, *(when for when in times if when > at)])


def supplement_messages(status: SupplementStatus) -> list[Message]:
    """Return a message that names the supplements that are due."""
    if not status.due:
        return []
    text = f"Due of your supplements: {join_words(status.due)}."
    return [message("supplements_due", text, names=", ".join(status.due))]


def _at(history: History, at: datetime, when: time) -> datetime:
    return datetime.combine(history.day(at), when, history.zone).astimezone(UTC)
