"""Loads of a calibration's ramp, each about one MET above the one before.

One MET is 3.5 ml of oxygen per kg and minute. The metabolic equations of the American College of Sports
Medicine (Guidelines for Exercise Testing and Prescription, 10th ed., 2018) give, in the same unit: cycling
10.8 W / kg + 7, so that one MET is 0.324 W for each kg of body mass; walking 0.1 v + 1.8 v g + 3.5 (v in
m/min, g the gradient), so that at 4.8 km/h one MET is a gradient of 2.4 %. They are means of groups; the
athlete may set other steps, as long as they are even.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Device(StrEnum):
    """What the athlete trains on."""

    BIKE = "bike"
    """shows watts"""
    BIKE_LEVELS = "bike_levels"
    """has levels of resistance only"""
    TREADMILL = "treadmill"


WATTS_PER_KG = 0.324
"""of one MET on a bike"""
GENERIC_STEP_W = 20
"""one MET of 62 kg, where the body mass is unknown"""
SPEED_KMH = 4.8
INCLINE_STEP_PERCENT = 2.5
"""one MET at that speed, in the half percents of a treadmill"""
STEEPEST_PERCENT = 15.0
STAGES = 12
"""at most; with the warm-up's 3 METs that is 15"""
WARM_UP_METS = 3

_STEP_W = 5
_SMALLEST_STEP_W, _LARGEST_STEP_W = 10, 60


@dataclass(frozen=True, slots=True)
class Load:
    """A load to set: of the warm-up (stage 0) or of a stage."""

    stage: int
    device: Device
    values: Mapping[str, float]
    """of its sentence: watts, level, or speed (km/h) and incline (percent)"""

    @property
    def key(self) -> str:
        """Key of its sentence, to be filled with `values`."""
        return f"calibration_loads.{self.device.value}"

    @property
    def mets(self) -> int:
        """About so many METs by the equations."""
        return WARM_UP_METS + self.stage


def load_plan(device: Device, weight_kg: float | None = None) -> Sequence[Load]:
    """Return the suggested loads: the warm-up's, then each stage's."""
    match device:
        case Device.BIKE:
            step_w = GENERIC_STEP_W if weight_kg is None else _step_w(weight_kg)
            return [Load(stage, device, {"watts": (stage + 1) * step_w}) for stage in range(STAGES + 1)]
        case Device.BIKE_LEVELS:
            return [Load(stage, device, {"level": stage + 1}) for stage in range(STAGES + 1)]
    stages = range(int(STEEPEST_PERCENT / INCLINE_STEP_PERCENT) + 1)
    return [
        Load(stage, device, {"speed": SPEED_KMH, "incline": stage * INCLINE_STEP_PERCENT}) for stage in stages
    ]


def _step_w(weight_kg: float) -> int:
    step_w = _STEP_W * round(WATTS_PER_KG * weight_kg / _STEP_W)
    return min(max(step_w, _SMALLEST_STEP_W), _LARGEST_STEP_W)
