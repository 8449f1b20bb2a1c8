"""Heart rate over the zones, with what happened marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from ..effort.rules import HOLD_MS
from ..effort.spells import Spell, over_spells
from .axis import number_axis, time_axis
from .markup import tag
from .plot import Plot
from .thinning import runs, thinned
from .values import SessionReport
from .words import clock, known
from .zones import put_band_names, put_bands

_HEIGHT_PX = 300
_COLUMNS = 600
_MARGIN_BPM = 8
_LEAST_HEIGHT_BPM = 20
_LEAST_BETWEEN_NUMBERS = 0.04
"""of the plot's width; closer ones are not numbered, but in the table all the same"""
_LONGEST_TABLE = 60
_GAP_SHOWN_MS = 10_000


def heart_rate_plot(report: SessionReport) -> Element:
    """The plot, and below it a table of the warnings."""
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
    put_bands(plot, report.judgement)
    pieces = runs(rates, HOLD_MS)
    gaps = [
        (before[-1][0], after[0][0])
        for before, after in pairwise(pieces)
        if after[0][0] - before[-1][0] >= _GAP_SHOWN_MS
    ]
    for gap in gaps:
        plot.area("gap", x=gap)
    _put_ceiling(plot, report.ceilings_bpm, end_ms)
    plot.lines((thinned(piece, max(1, end_ms / _COLUMNS)) for piece in pieces), "trace")
    put_band_names(plot, report.judgement)
    spells = over_spells(((one.at_ms, one.name, one.heart_rate) for one in report.events), end_ms)
    _put_warnings(plot, spells)
    return plot.figure(_caption(spells, gaps), _table(spells))


def _put_ceiling(plot: Plot, ceilings_bpm: Sequence[tuple[int, float]], end_ms: int) -> None:
    ends = [*(at_ms for at_ms, _ in ceilings_bpm[1:]), end_ms]
    for (from_ms, ceiling), to_ms in zip(ceilings_bpm, ends, strict=True):
        plot.level(ceiling, "ceiling", x=(from_ms, to_ms))
        if plot.y.low < ceiling < plot.y.high and to_ms - from_ms > 0.2 * end_ms:
            plot.label(from_ms, ceiling, f"ceiling {ceiling:.0f}", "label strong", dx=6, dy="-0.4em")


def _put_warnings(plot: Plot, spells: Sequence[Spell]) -> None:
    last = -1.0
    for number, spell in enumerate(spells, 1):
        from_ms = spell.from_ms
        at, width = plot.across(from_ms), plot.x.place(spell.until_ms) - plot.x.place(from_ms)
        plot.upright(from_ms, "warning")
        plot.put(
            tag("rect", class_="spell", x=at, y="0", width=f"{max(width, 0.003) * 100:.4g}%", height="5"),
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
        f" {summary.warnings} warning(s) marked at the top."
    )


def _caption(spells: Sequence[Spell], gaps: Sequence[tuple[int, int]]) -> Element:
    says = "Heart rate in bpm, by hours and minutes since the start. The dashed line is the ceiling."
    if spells:
        says += " Each triangle is a warning, and the bar beside it how long it lasted."
    if gaps:
        says += " Hatched grey: no signal."
    return tag("figcaption", says)


def _table(spells: Sequence[Spell]) -> Element | None:
    if not spells:
        return None
    rows = [
        tag(
            "tr",
            tag("th", str(number), scope="row"),
            tag("td", clock(spell.from_ms / 1000), class_="number"),
            tag("td", known(spell.heart_rate, "d", " bpm"), class_="number"),
            tag("td", clock((spell.until_ms - spell.from_ms) / 1000), class_="number"),
        )
        for number, spell in enumerate(spells[:_LONGEST_TABLE], 1)
    ]
    head = [tag("th", name, scope="col", class_="number") for name in ("raised at", "heart rate", "for")]
    more = len(spells) - _LONGEST_TABLE
    return tag(
        "details",
        tag("summary", f"The warning{'s' if len(spells) > 1 else ''} as a table"),
        tag("table", tag("thead", tag("tr", tag("th", "no.", scope="col"), *head)), tag("tbody", *rows)),
        tag("p", f"and {more} more") if more > 0 else None,
    )
