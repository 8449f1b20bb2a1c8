"""Zones and ceilings as heart rates, which plots are drawn over."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ..effort.athlete import Activity, Judgement
from ..effort.zones import Zone

_EVERYTHING_BPM = 10_000.0


def bands_bpm(judgement: Judgement) -> dict[Zone, tuple[float, float]]:
    """From which heart rate to which each zone reaches."""
    scale, zones = judgement.scale, judgement.zones
    inner = [
        float(scale.base_bpm + bound * scale.span_bpm)
        for bound in (zones.conversational_from, zones.conversational_to, zones.hard_to)
    ]
    return dict(zip(Zone, pairwise([0.0, *inner, _EVERYTHING_BPM]), strict=True))


def ceilings_bpm(judgement: Judgement, activities: Iterable[tuple[int, str]]) -> list[tuple[int, float]]:
    """From which time (ms) on which heart rate is the ceiling, of activities from a time on."""
    scale = judgement.scale
    return [
        (from_ms, float(scale.base_bpm + judgement.ceilings[Activity(activity)] * scale.span_bpm))
        for from_ms, activity in activities
    ]
