"""Readiness in the status of the day, and the measurements that it rests on."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..text import capitalize
from ..timestamps import start_of_day
from .entries import Morning
from .history import History, StatusModel
from .message import Message, message
from .readiness import BASELINE_DAYS, Advice, BaselineComparison, MorningReading, assess_readiness


class BandStatus(StatusModel):
    """A figure and the athlete's band of it."""

    today: float | None
    week: float
    """mean of the last seven days"""
    low: float
    high: float


class ReadinessStatus(StatusModel):
    """Readiness of today; without a measurement today, from the days before."""

    measured_today: bool
    advice: Advice | None
    """null where readiness does not apply to the athlete"""
    why: str
    reason: Message
    """the same with code and values"""
    ln_rmssd: BandStatus | None
    heart_rate: BandStatus | None
    days: int
    """days with a measurement by this strap among the last 60"""


def readiness_history(history: History, at: datetime) -> list[MorningReading]:
    """Return the measurements of the last 60 days, oldest first."""
    first = start_of_day(history.day(at) - timedelta(days=BASELINE_DAYS), history.zone)
    mornings = history.log.between(first, at + timedelta(microseconds=1), Morning)
    return [
        MorningReading(history.day(when), one.ln_rmssd, one.heart_rate, one.strap) for when, one in mornings
    ]


def readiness_status(history: History, at: datetime) -> ReadinessStatus:
    """Return the status at an instant."""
    readings, today = readiness_history(history, at), history.day(at)
    if history.hrv_reason is not None:
        return ReadinessStatus(
            measured_today=False,
            advice=None,
            why=history.hrv_reason,
            reason=message("not_applicable", history.hrv_reason),
            ln_rmssd=None,
            heart_rate=None,
            days=0,
        )
    assessed = assess_readiness(readings, today)
    return ReadinessStatus(
        measured_today=any(reading.day == today for reading in readings),
        advice=assessed.advice,
        why=assessed.why,
        reason=assessed.reason,
        ln_rmssd=_band(assessed.ln_rmssd, 3),
        heart_rate=_band(assessed.heart_rate, 1),
        days=assessed.days,
    )


def readiness_messages(readiness: ReadinessStatus) -> list[Message]:
    """Return the advice as a message, on a day with a measurement."""
    if readiness.advice is None or not readiness.measured_today:
        return []
    text = f"Readiness: {readiness.advice}. {capitalize(readiness.why)}."
    return [message("readiness", text, advice=readiness.advice.value)]


def _band(comparison: BaselineComparison | None, digits: int) -> BandStatus | None:
    if comparison is None:
        return None
    return BandStatus(
        today=comparison.today,
        week=round(comparison.week, digits),
        low=round(comparison.mean - comparison.half_width, digits),
        high=round(comparison.mean + comparison.half_width, digits),
    )
