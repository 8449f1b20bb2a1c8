"""The summary: what the household and its dashboard read of a finished session."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..moment import Moment
from ..rr.hrv import Hrv
from .athlete import Activity
from .load import banister_trimp, edwards_trimp
from .rules import SessionRules
from .scale import EffortMethod
from .session import SessionFigures
from .zones import Zone


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SummaryStrap(_Part):
    """The strap that the session was measured with."""

    name: str
    address: str
    battery_percent: int | None


class HeartRateFigures(_Part):
    """In bpm; the mean is weighted by time."""

    min: int
    mean: float
    max: int


class EffortFigures(_Part):
    """Fractions of the athlete's range; the mean is weighted by time."""

    mean: float
    max: float


class Target(_Part):
    """Time in the conversational band that a session aims at, and whether it was reached."""

    band_s: float
    reached: bool


class Load(_Part):
    """Training impulses. Banister's needs a resting heart rate."""

    banister_trimp: float | None
    edwards_trimp: float


class HrvFigures(_Part):
    """Of the session's beats, artifacts corrected; null where there is too little of them."""

    rmssd_ms: float | None
    sdnn_ms: float | None
    dfa_alpha1: float | None
    """the median of its windows of two minutes; advice, and no more"""
    rr_coverage: float
    artifact_ratio: float


class Summary(_Part):
    """Fractions have 4 decimals, times in s and heart rates 1, loads 2."""

    schema_: Literal[1] = 1
    session: str
    node: str
    athlete: str
    activity: Activity
    strap: SummaryStrap | None
    start: Moment
    end: Moment
    duration_s: float
    recorded_s: float
    gap_s: float
    measurements: int
    max_heart_rate: float
    max_heart_rate_source: str
    effort_method: EffortMethod
    ceiling: float
    heart_rate: HeartRateFigures
    effort: EffortFigures
    zones_s: dict[Zone, float]
    over_ceiling_s: float
    warnings: int
    longest_conversational_s: float
    target: Target
    load: Load
    heart_rate_recovery_60s: int | None
    hrv: HrvFigures | None

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=lambda name: name.rstrip("_"), populate_by_name=True
    )

    def as_json(self) -> str:
        """The document of MQTT, the store and `--json`."""
        return self.model_dump_json(by_alias=True)


def _seconds(ms: int) -> float:
    return round(ms / 1000, 1)


def _hrv(hrv: Hrv | None) -> HrvFigures | None:
    if hrv is None:
        return None
    return HrvFigures(
        rmssd_ms=None if hrv.rmssd_ms is None else round(hrv.rmssd_ms, 1),
        sdnn_ms=None if hrv.sdnn_ms is None else round(hrv.sdnn_ms, 1),
        dfa_alpha1=None if hrv.dfa_alpha1 is None else round(hrv.dfa_alpha1, 2),
        rr_coverage=round(hrv.rr_coverage, 4),
        artifact_ratio=round(hrv.artifact_ratio, 4),
    )


def summarise(
    figures: SessionFigures,
    rules: SessionRules,
    *,
    session: str,
    node: str,
    athlete: str,
    strap: SummaryStrap | None,
    start: datetime,
    end: datetime,
) -> Summary:
    """Round the figures and add who, where and when. `figures` holds one measurement at least."""
    judgement = figures.judgement
    scale = judgement.scale
    held_ms, recorded_ms = figures.held_ms, figures.recorded_ms
    mean_bpm = sum(rate * held for rate, held in held_ms.items()) / recorded_ms
    mean_effort = (mean_bpm - float(scale.base_bpm)) / float(scale.span_bpm)
    banister = None
    if judgement.resting_heart_rate is not None:
        banister = banister_trimp(
            held_ms,
            resting_bpm=judgement.resting_heart_rate,
            maximum_bpm=judgement.max_heart_rate,
            sex=judgement.sex,
        )
    return Summary(
        session=session,
        node=node,
        athlete=athlete,
        activity=figures.activity,
        strap=strap,
        start=start,
        end=end,
        duration_s=_seconds(figures.duration_ms),
        recorded_s=_seconds(recorded_ms),
        gap_s=_seconds(figures.gap_ms),
        measurements=figures.measurements,
        max_heart_rate=round(float(judgement.max_heart_rate), 1),
        max_heart_rate_source=judgement.max_heart_rate_source,
        effort_method=judgement.effort_method,
        ceiling=round(float(figures.ceiling), 4),
        heart_rate=HeartRateFigures(min=min(held_ms), mean=round(mean_bpm, 1), max=max(held_ms)),
        effort=EffortFigures(mean=round(mean_effort, 4), max=scale.effort(max(held_ms))),
        zones_s={zone: _seconds(ms) for zone, ms in figures.zones_ms.items()},
        over_ceiling_s=_seconds(figures.over_ceiling_ms),
        warnings=figures.warnings,
        longest_conversational_s=_seconds(figures.longest_conversational_ms),
        target=Target(
            band_s=_seconds(rules.target_band_ms),
            reached=figures.zones_ms[Zone.CONVERSATIONAL] >= rules.target_band_ms,
        ),
        load=Load(
            banister_trimp=None if banister is None else round(banister, 2),
            edwards_trimp=round(edwards_trimp(held_ms, maximum_bpm=judgement.max_heart_rate), 2),
        ),
        heart_rate_recovery_60s=figures.heart_rate_recovery_60s,
        hrv=_hrv(figures.hrv()),
    )
