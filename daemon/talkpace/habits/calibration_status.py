"""Calibrations in an athlete's log: the days that count, and whether the adopted ceiling is stale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ..timestamps import start_of_day
from ..training.calibration_age import Staleness
from ..training.calibration_result import DAYS, STALE_AFTER, CalibrationDay, days_that_count
from .entries import Calibration
from .history import History, StatusModel
from .message import Message, message


class CalibrationStatus(StatusModel):
    """Calibrations of the last 90 days, and the ceiling that was adopted from such."""

    days: int
    """that count, of three"""
    last_day: date | None
    last_heart_rate: int | None
    """of that day, in bpm"""
    adopted_ceiling: float | None
    """as an effort; null where the ceiling in force does not come from calibrations"""
    adopted_day: date | None
    """the last day of those calibrations"""
    stale: Staleness | None
    """why the calibration should be repeated"""


def calibration_days(history: History, at: datetime) -> Sequence[CalibrationDay]:
    """Return the calibrations of the last 90 days by local date, oldest first."""
    first = start_of_day(history.day(at) - STALE_AFTER, history.zone)
    entries = history.log.between(first, at + timedelta(microseconds=1), Calibration)
    return [
        CalibrationDay(
            history.day(when),
            one.heart_rate,
            one.device,
            one.mets,
            one.doubts,
            one.alpha1,
            one.alpha1_personal,
        )
        for when, one in entries
    ]


def calibration_status(history: History, at: datetime) -> CalibrationStatus:
    """Return the status at an instant."""
    today, adopted = history.day(at), history.adopted
    days = days_that_count(calibration_days(history, at), today)
    return CalibrationStatus(
        days=len(days),
        last_day=days[-1].day if days else None,
        last_heart_rate=days[-1].heart_rate if days else None,
        adopted_ceiling=None if adopted is None else adopted.ceiling,
        adopted_day=None if adopted is None else adopted.day,
        stale=None if adopted is None else adopted.staleness(today),
    )


def calibration_messages(status: CalibrationStatus) -> list[Message]:
    """Return what to do where the calibration is stale."""
    if status.stale is None:
        return []
    return [message(f"calibration_{status.stale.value}", _ADVICE[status.stale])]


def describe_calibration(status: CalibrationStatus) -> str | None:
    """Return the status in a line; None where there is nothing to say."""
    parts = []
    if status.adopted_ceiling is not None:
        parts.append(f"ceiling {status.adopted_ceiling:.0%}, calibration of {status.adopted_day}")
    if status.stale is not None:
        parts.append(_STALE[status.stale])
    elif status.days and status.last_day != status.adopted_day:
        parts.append(f"{status.days} of {DAYS} days measured, the last {status.last_heart_rate} bpm")
    return "; ".join(parts) or None


_ADVICE = {
    Staleness.OLD: (
        "The calibration of your ceiling is more than 90 days old: repeat it with talkpace calibrate."
    ),
    Staleness.TOO_HIGH: (
        "Speech was strained at your calibrated ceiling or below it, in several sessions: repeat the "
        "calibration, and go easier until then."
    ),
    Staleness.TOO_LOW: (
        "Speech was comfortable well above your calibrated ceiling, in several sessions: you may repeat the "
        "calibration."
    ),
}
_STALE = {
    Staleness.OLD: "stale, more than 90 days old",
    Staleness.TOO_HIGH: "stale, the talk test says that it is too high",
    Staleness.TOO_LOW: "stale, the talk test says that it is too low",
}
