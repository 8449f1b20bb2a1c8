"""A session's summary as text and bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...training.effort_zones import Zone
from ..output import clock_time
from .theme import ZONES, zone_name

if TYPE_CHECKING:
    from rich.console import RenderableType

_BAR = 30


def render_summary(summary: Mapping[str, Any]) -> RenderableType:
    """Render a summary (the MQTT payload as JSON) for rich."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    head = Text.assemble(
        (f"{summary['athlete']} · {summary['activity']}", "bold"),
        f"   {summary['start'][:16].replace('T', ' ')}   ",
        clock_time(summary["duration_s"]),
    )
    if summary.get("discarded"):
        head.append("   discarded: too short to count", "yellow")
    zones = Table.grid(padding=(0, 2))
    recorded_s = summary["recorded_s"] or 1.0
    for name, seconds in summary["zones_s"].items():
        zone, share = Zone(name), seconds / recorded_s
        bar = Text("█" * round(share * _BAR), ZONES[zone].style)
        zones.add_row(zone_name(zone), clock_time(seconds), f"{share:4.0%}", bar)
    name = Text(f"session {summary['session']}", "dim")
    return Group(
        head, name, zones, *(Padding(Text(line), (0, 0, 0, 2), expand=False) for line in _lines(summary))
    )


def _lines(summary: Mapping[str, Any]) -> list[str]:
    rate, effort = summary["heart_rate"], summary["effort"]
    method = "of maximum" if summary["effort_method"] == "hrmax" else "of reserve"
    heart_rate = f"heart rate {rate['min']} to {rate['max']}, mean {rate['mean']} bpm"
    maximum = f"{method} ({summary['max_heart_rate']} bpm, {summary['max_heart_rate_source']})"
    over, band = clock_time(summary["over_ceiling_s"]), clock_time(summary["target"]["band_s"])
    stretch = clock_time(summary["longest_conversational_s"])
    target = "reached" if summary["target"]["reached"] else "not reached"
    lines = [
        f"{heart_rate}; effort mean {effort['mean']:.0%}, max {effort['max']:.0%} {maximum}",
        f"over the ceiling of {summary['ceiling']:.0%} for {over}; {summary['warnings']} warning(s)",
        f"longest conversational stretch {stretch}; target of {band} {target}",
    ]
    load = summary["load"]
    banister = "unknown (no resting heart rate)" if load["banister_trimp"] is None else load["banister_trimp"]
    lines.append(f"load: Banister {banister}, Edwards {load['edwards_trimp']}")
    falls = [(s, summary.get(f"heart_rate_recovery_{s}s")) for s in (60, 120, 300)]
    if recovery := ", ".join(f"{fall} bpm in {s} s" for s, fall in falls if fall is not None):
        lines.append(f"heart rate recovery after the last peak: {recovery}")
    if (apart := summary.get("implausible")) is not None:
        lines.append(
            f"{apart['measurements']} implausible heart rate(s) of up to {apart['highest']} bpm at the start,"
            " as from a dry strap, left out"
        )
    if summary.get("hrv") is not None:
        lines.append(_hrv(summary["hrv"]))
    if (reason := summary.get("hrv_reason")) is not None:
        lines.append(reason)
    if summary["gap_s"] >= 1:
        lines.append(f"no signal for {clock_time(summary['gap_s'])}")
    return lines


def _hrv(hrv: Mapping[str, Any]) -> str:
    def value(key: str, form: str, unit: str = "") -> str:
        return "unknown" if hrv[key] is None else f"{hrv[key]:{form}}{unit}"

    return (
        f"HRV: RMSSD {value('rmssd_ms', '.1f', ' ms')}, SDNN {value('sdnn_ms', '.1f', ' ms')},"
        f" alpha1 {value('dfa_alpha1', '.2f')}; artifacts {hrv['artifact_ratio']:.1%}"
    )
