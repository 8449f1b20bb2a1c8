"""What a week amounts to, from the summaries of its sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..effort.athlete import Activity
from ..effort.summary import Summary
from ..effort.zones import Zone


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some sessions; times in s."""

    sessions: int
    recorded_s: float
    zones_s: dict[Zone, float]
    at_or_under_ceiling: float | None
    """share of the recorded time; None where there is none"""
    activities_s: dict[Activity, float]
    load: float
    load_name: str
    """Banister's where every session has it, else Edwards'"""


def totals(summaries: Sequence[Summary]) -> Totals:
    """Of these sessions together."""
    recorded_s = sum(summary.recorded_s for summary in summaries)
    over_s = sum(summary.over_ceiling_s for summary in summaries)
    activities: dict[Activity, float] = {}
    for summary in summaries:
        activities[summary.activity] = activities.get(summary.activity, 0.0) + summary.recorded_s
    banister = [summary.load.banister_trimp for summary in summaries]
    known = [load for load in banister if load is not None]
    by_banister = bool(banister) and len(known) == len(banister)
    return Totals(
        sessions=len(summaries),
        recorded_s=recorded_s,
        zones_s={zone: sum(summary.zones_s.get(zone, 0.0) for summary in summaries) for zone in Zone},
        at_or_under_ceiling=1 - over_s / recorded_s if recorded_s else None,
        activities_s=activities,
        load=sum(known) if by_banister else sum(summary.load.edwards_trimp for summary in summaries),
        load_name="Banister" if by_banister else "Edwards",
    )
