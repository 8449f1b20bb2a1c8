"""Plot of heart rate over the zones, with ceiling, warnings and signal gaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from ..text import quantity
from ..training.events import WarningInterval, warning_intervals
from ..training.rules import HOLD_MS
from .model import SessionReport
from .plot import Plot
from .plot_data import number_axis, split_at_gaps, thin, time_axis
from .text import clock, or_unknown, tag
from .zone_plots import draw_band_names, draw_bands

_HEIGHT_PX = 300
_COLUMNS = 600
_MARGIN_BPM = 8
_LEAST_HEIGHT_BPM = 20
_LEAST_BETWEEN_NUMBERS = 0.04
"""as a fraction of the plot's width; closer warnings are numbered in the table only"""
_MOST_ROWS = 60
_GAP_SHOWN_MS = 10_000


def heart_rate_plot(report: SessionReport) -> Element:
    """The plot, followed by a table of the warnings."""
    rates, end_ms = report.rates, report.rates[-1][0]
    lowest, highest = min(rate for _, rate in rates), max(rate for _, rate in rates)
    plot = Plot(
        "heart-rate",
        "Heart rate over the zones",
        _description(report),
        time_axis(end_ms),
        number_axis(max(0, lowest - _MARGIN_BPM), max(highest, lowest + _LEAST_HEIGHT_BPM) + _MARGIN_BPM),
        height_px=_HEIGHT_PX,
    )
    draw_bands(plot, report.profile)
    runs = split_at_gaps(rates, HOLD_MS)
    gaps = [
        (before[-1][0], after[0][0])
        for before, after in pairwise(runs)
        if after[0][0] - before[-1][0] >= _GAP_SHOWN_MS
    ]
    for gap in gaps:
        plot.area("gap", x=gap)
    _draw_ceiling(plot, report.ceilings_bpm, end_ms)
    plot.polylines((thin(run, max(1, end_ms / _COLUMNS)) for run in runs), "trace")
    draw_band_names(plot, report.profile)
    warnings = warning_intervals(((one.at_ms, one.name, one.heart_rate) for one in report.events), end_ms)
    _draw_warnings(plot, warnings)
    return plot.figure(_caption(warnings, gaps), _table(warnings))


def _draw_ceiling(plot: Plot, ceilings_bpm: Sequence[tuple[int, float]], end_ms: int) -> None:
    ends = [*(at_ms for at_ms, _ in ceilings_bpm[1:]), end_ms]
    for (from_ms, ceiling), to_ms in zip(ceilings_bpm, ends, strict=True):
        plot.horizontal_line(ceiling, "ceiling", x=(from_ms, to_ms))
        if plot.y.low < ceiling < plot.y.high and to_ms - from_ms > 0.2 * end_ms:
            plot.label(from_ms, ceiling, f"ceiling {ceiling:.0f}", "label strong", dx=6, dy="-0.4em")


def _draw_warnings(plot: Plot, warnings: Sequence[WarningInterval]) -> None:
    last = -1.0
    for number, warning in enumerate(warnings, 1):
        from_ms = warning.from_ms
        at, width = plot.x_percent(from_ms), plot.x.place(warning.until_ms) - plot.x.place(from_ms)
        plot.vertical_line(from_ms, "warning")
        plot.put(
            tag(
                "rect",
                class_="warning-duration",
                x=at,
                y="0",
                width=f"{max(width, 0.003) * 100:.4g}%",
                height="5",
            ),
            tag("use", href="#mark-warning", x=at, y="0"),
        )
        if plot.x.place(from_ms) - last >= _LEAST_BETWEEN_NUMBERS:
            last = plot.x.place(from_ms)
            plot.put(
                tag("text", str(number), class_="label strong", x=at, y="0", dy="-11", text_anchor="middle")
            )


def _description(report: SessionReport) -> str:
    rate, summary = report.summary.heart_rate, report.summary
    return (
        f"A line from {rate.min} to {rate.max} bpm, mean {rate.mean} bpm, over"
        f" {clock(summary.duration_s)}, on bands for the zones of effort;"
        f" {quantity(summary.warnings, 'warning')} marked at the top."
    )


def _caption(warnings: Sequence[WarningInterval], gaps: Sequence[tuple[int, int]]) -> Element:
    text = "Heart rate in bpm over hours and minutes since the start. The dashed line is the ceiling."
    if warnings:
        text += " Each triangle is a warning; the bar beside it shows how long it lasted."
    if gaps:
        text += " Hatched grey: no signal."
    return tag("figcaption", text)


def _table(warnings: Sequence[WarningInterval]) -> Element | None:
    if not warnings:
        return None
    rows = [
        tag(
            "tr",
            tag("th", str(number), scope="row"),
            tag("td", clock(warning.from_ms / 1000), class_="number"),
            tag("td", or_unknown(warning.heart_rate, "d", " bpm"), class_="number"),
            tag("td", clock((warning.until_ms - warning.from_ms) / 1000), class_="number"),
        )
        for number, warning in enumerate(warnings[:_MOST_ROWS], 1)
    ]
    head = [tag("th", name, scope="col", class_="number") for name in ("raised at", "heart rate", "duration")]
    more = len(warnings) - _MOST_ROWS
    return tag(
        "details",
        tag("summary", f"The warning{'s' if len(warnings) > 1 else ''} as a table"),
        tag("table", tag("thead", tag("tr", tag("th", "no.", scope="col"), *head)), tag("tbody", *rows)),
        tag("p", f"and {more} more") if more > 0 else None,
    )
