"""The summary of a finished session: the document of MQTT, the store and `--json`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..hrv.time_domain import Hrv
from ..timestamps import Timestamp
from .effort_zones import EffortMethod, Zone
from .load import banister_trimp, edwards_trimp
from .profile import Activity
from .rules import SessionRules
from .session import SessionFigures


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SummaryStrap(_Section):
    """The strap of the session."""

    name: str
    address: str
    battery_percent: int | None


class HeartRateFigures(_Section):
    """Heart rate in bpm; the mean is weighted by time."""

    min: int
    mean: float
    max: int


class EffortFigures(_Section):
    """Effort as a fraction; the mean is weighted by time."""

    mean: float
    max: float


class Target(_Section):
    """The target time in the conversational zone, and whether it was reached."""

    band_s: float
    reached: bool


class Load(_Section):
    """Training impulses (TRIMP); Banister's is null without a resting heart rate."""

    banister_trimp: float | None
    edwards_trimp: float


class HrvFigures(_Section):
    """Heart-rate variability of the session, artifacts corrected; null with too few RR intervals."""

    rmssd_ms: float | None
    sdnn_ms: float | None
    dfa_alpha1: float | None
    """DFA alpha 1, the median over windows of two minutes; advisory"""
    rr_coverage: float
    artifact_ratio: float


class Implausible(_Section):
    """Heart rates of a dry strap at the session's start: counted in `measurements` and nowhere else."""

    measurements: int
    held_s: float
    highest: int


class Summary(_Section):
    """Summary of a session. Fractions have 4 decimals, times (s) and heart rates (bpm) 1, loads 2."""

    schema_: Literal[1] = 1
    session: str
    node: str
    athlete: str
    activity: Activity
    strap: SummaryStrap | None
    start: Timestamp
    end: Timestamp
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
    heart_rate_recovery_120s: int | None = None
    heart_rate_recovery_300s: int | None = None
    implausible: Implausible | None = None
    hrv: HrvFigures | None
    hrv_reason: str | None = None
    """why HRV does not apply to the athlete"""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=lambda name: name.rstrip("_"), populate_by_name=True
    )

    def as_json(self) -> str:
        """Return the JSON document."""
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
    """Round the figures and add session, node, athlete, strap and times; needs one measurement at least."""
    profile = figures.profile
    scale = profile.scale
    apart = figures.implausible
    ms_at_bpm, recorded_ms = figures.ms_at_bpm, figures.recorded_ms
    mean_bpm = sum(rate * duration_ms for rate, duration_ms in ms_at_bpm.items()) / recorded_ms
    mean_effort = (mean_bpm - float(scale.base_bpm)) / float(scale.span_bpm)
    banister = None
    if profile.resting_heart_rate is not None:
        banister = banister_trimp(
            ms_at_bpm,
            resting_bpm=profile.resting_heart_rate,
            maximum_bpm=profile.max_heart_rate,
            sex=profile.sex,
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
        max_heart_rate=round(float(profile.max_heart_rate), 1),
        max_heart_rate_source=profile.max_heart_rate_source,
        effort_method=profile.effort_method,
        ceiling=round(float(figures.ceiling), 4),
        heart_rate=HeartRateFigures(min=min(ms_at_bpm), mean=round(mean_bpm, 1), max=max(ms_at_bpm)),
        effort=EffortFigures(mean=round(mean_effort, 4), max=scale.effort(max(ms_at_bpm))),
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
            edwards_trimp=round(edwards_trimp(ms_at_bpm, maximum_bpm=profile.max_heart_rate), 2),
        ),
        heart_rate_recovery_60s=figures.heart_rate_recovery_60s,
        heart_rate_recovery_120s=figures.heart_rate_recovery_120s,
        heart_rate_recovery_300s=figures.heart_rate_recovery_300s,
        implausible=None
        if apart is None
        else Implausible(
            measurements=apart.measurements, held_s=_seconds(apart.hold_ms), highest=apart.highest
        ),
        hrv=_hrv(figures.hrv()),
        hrv_reason=profile.hrv_reason,
    )
