"""Sessions as pictures for the terminal: the summary in words and bars, heart rate over the zones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..effort.zones import Zone
from .output import clock_time

if TYPE_CHECKING:
    from rich.console import RenderableType

ZONE_COLOURS: Mapping[Zone, str] = {
    Zone.EASY: "blue",
    Zone.CONVERSATIONAL: "green",
    Zone.HARD: "yellow",
    Zone.VERY_HARD: "red",
}
_BAR = 30
_WIDEST_PLOT = 120
_PLOT_ROWS = 20
_MARGIN_BPM = 6


def zone_name(zone: Zone) -> str:
    """As it is shown."""
    return zone.value.replace("_", " ")


def summary_picture(summary: Mapping[str, Any]) -> RenderableType:
    """A summary (the document of MQTT), for rich to print."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    head = Text.assemble(
        (f"{summary['athlete']} · {summary['activity']}", "bold"),
        f"   {summary['start'][:16].replace('T', ' ')}   ",
        f"{clock_time(summary['duration_s'])}   session {summary['session']}",
    )
    if summary.get("discarded"):
        head.append("   discarded: too short to count", "yellow")
    zones = Table.grid(padding=(0, 2))
    recorded_s = summary["recorded_s"] or 1.0
    for name, seconds in summary["zones_s"].items():
        zone, share = Zone(name), seconds / recorded_s
        bar = Text("█" * round(share * _BAR), ZONE_COLOURS[zone])
        zones.add_row(zone_name(zone), clock_time(seconds), f"{share:4.0%}", bar)
    return Group(head, zones, *(Text("  " + line) for line in _words(summary)))


def _words(summary: Mapping[str, Any]) -> list[str]:
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
    if summary["heart_rate_recovery_60s"] is not None:
        lines.append(
            f"largest fall within a minute, after the peak: {summary['heart_rate_recovery_60s']} bpm"
        )
    if summary["gap_s"] >= 1:
        lines.append(f"no signal for {clock_time(summary['gap_s'])}")
    return lines


def heart_rate_plot(
    points: Sequence[tuple[float, int]],
    bounds_bpm: Sequence[float],
    warnings_s: Sequence[float],
    *,
    width: int,
    colour: bool,
) -> str:
    """Heart rate (seconds, bpm) over time with the zones' bounds as lines, warnings marked at the bottom."""
    import plotext

    plotext.clear_figure()
    plotext.plotsize(min(width, _WIDEST_PLOT), _PLOT_ROWS)
    low = min(rate for _, rate in points)
    high = max(rate for _, rate in points)
    minutes = [seconds / 60 for seconds, _ in points]
    for bound in bounds_bpm:
        if low - _MARGIN_BPM <= bound <= high + _MARGIN_BPM:
            plotext.hline(bound, "gray")
    plotext.plot(minutes, [rate for _, rate in points], color="cyan", marker="braille")
    if warnings_s:
        at = [seconds / 60 for seconds in warnings_s]
        plotext.scatter(at, [low - _MARGIN_BPM / 2] * len(at), color="red", marker="x")
    plotext.ylim(math.floor(low - _MARGIN_BPM), math.ceil(high + _MARGIN_BPM))
    ticks = [minutes[-1] * step / 5 for step in range(6)]
    plotext.xticks(ticks, [clock_time(tick * 60) for tick in ticks])
    plotext.title("heart rate (bpm), bounds of the zones, x = warning")
    plotext.theme("default" if colour else "clear")
    text: str = plotext.build()
    return text if colour else str(plotext.uncolorize(text))
