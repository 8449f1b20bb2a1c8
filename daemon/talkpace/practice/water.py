"""The day's water, and drinking before training."""

from __future__ import annotations

from datetime import datetime, timedelta

from .days import start_of
from .done import Known
from .entries import Water
from .part import Part
from .settings import WaterSettings

_KEPT_DAYS = 7
"""who has written down no water today and on so many days before keeps no water log, and is not reminded"""


class WaterStanding(Part):
    """Today's water in ml."""

    today_ml: float
    target_ml: float | None
    """null without a weight"""
    kept: bool
    """whether the athlete keeps a water log at all"""


def water_standing(known: Known, settings: WaterSettings, at: datetime) -> WaterStanding:
    """As of an instant."""
    today, end = known.day(at), at + timedelta(microseconds=1)
    drunk = known.log.between(start_of(today, known.zone), end, Water)
    kept = known.log.between(start_of(today - timedelta(days=_KEPT_DAYS), known.zone), end, Water)
    weight = known.weight_kg
    return WaterStanding(
        today_ml=sum(water.ml for _, water in drunk),
        target_ml=None if weight is None else float(round(settings.ml_per_kg * weight)),
        kept=bool(kept),
    )


def drink_first(known: Known, settings: WaterSettings, at: datetime) -> bool:
    """Whether to remind somebody, who begins a session, of drinking."""
    water = water_standing(known, settings, at)
    wanted = settings.before_training_ml
    if water.target_ml is not None:
        wanted = min(wanted, water.target_ml)
    return water.kept and water.today_ml < wanted


def water_words(water: WaterStanding) -> list[str]:
    """What there is to say of it: nothing to somebody who keeps no water log."""
    if not water.kept:
        return []
    if water.target_ml is None:
        return [f"{water.today_ml:g} ml of water today; the day's target follows from your weight."]
    if water.today_ml >= water.target_ml:
        return [f"{water.today_ml:g} ml of water today: the target of {water.target_ml:g} ml is reached."]
    return [f"{water.today_ml:g} of {water.target_ml:g} ml of water today."]
