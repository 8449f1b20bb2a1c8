"""Results of the method that describes athletes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ..timestamps import Timestamp
from ..training.effort_zones import Zone
from ..training.profile import Activity


class AthleteValue(BaseModel):
    """A value of an athlete that was set."""

    value: Any
    source: str
    """what has set it: `configuration`, `command` on this host or a page, `mqtt`, …"""


class ThresholdValue(BaseModel):
    """An upper bound: an effort, and the highest heart rate (bpm) within it."""

    effort: float
    heart_rate: int


class AthleteThresholds(BaseModel):
    """What a session that starts now is measured by."""

    max_heart_rate: float
    max_heart_rate_source: str
    """`given`, the formula of the estimate, or `guest_default`"""
    zones: dict[Zone, ThresholdValue]
    """upper bounds; of the last zone there is none"""
    ceilings: dict[Activity, ThresholdValue]
    ceiling_lowered_by: float
    """effort taken off every ceiling, after symptoms"""


class AthleteDescription(BaseModel):
    """An athlete, with the values that were set and what follows from them."""

    athlete: str
    name: str
    values: dict[str, AthleteValue]
    """by key of [[athletes]]; those that were never set, or were removed, are left out"""
    thresholds: AthleteThresholds | None
    """null where they do not resolve"""
    problem: str | None
    """why they do not resolve: the athlete cannot train"""
    in_file: bool
    """whether the household's configuration file has them, and they can be removed there only"""
    guest_until: Timestamp | None
    """when a guest's day ends; null of everybody else"""
