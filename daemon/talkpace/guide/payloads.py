"""The payloads of the guides' topics. Every key is always there, null where unknown."""

from __future__ import annotations

from typing import Literal

from ..moment import Moment
from ..practice.breathing import Phase
from ..publish.payloads import Payload


class BreathingPayload(Payload):
    """`N/A/breathing`: at every turn of the breath, and whenever coherence is computed anew."""

    state: Literal["breathing", "idle"] = "idle"
    began: Moment | None = None
    phase: Phase | None = None
    phase_s: float | None = None
    """how long this phase lasts in all"""
    pace: float | None = None
    """breaths a minute"""
    ratio: str | None = None
    """inhale to exhale"""
    step: int | None = None
    """of those that are tried, from 1"""
    steps: int | None = None
    elapsed_s: float | None = None
    left_s: float | None = None
    coherence: float | None = None
    """share of the heart's swing that lies at the pace; null without beats, and in the first 64 s"""
    peak_pace: float | None = None
    """breaths a minute at which the heart swings most"""
    heart_rate: int | None = None
    last: str | None = None
    """what the last exercise came to, in words"""


class NapPayload(Payload):
    """`N/A/nap`."""

    state: Literal["napping", "waking", "idle"] = "idle"
    started: Moment | None = None
    until: Moment | None = None
    minutes: float | None = None


class ReadinessPayload(Payload):
    """`N/A/readiness`: the measurement under way, and what the last one came to."""

    state: Literal["waiting", "settling", "measuring", "idle"] = "idle"
    left_s: float | None = None
    """of the settling or the measurement, when this was sent"""
    measured: Moment | None = None
    """when the last one ended"""
    advice: str | None = None
    why: str | None = None
    problem: str | None = None
    """why the last one came to nothing"""
    ln_rmssd: float | None = None
    heart_rate: float | None = None
    coverage: float | None = None
    artifact_ratio: float | None = None
