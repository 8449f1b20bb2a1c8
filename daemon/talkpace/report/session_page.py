"""The page of one session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from xml.etree.ElementTree import Element

from ..training.effort_zones import Zone
from ..training.summary import Summary
from .habits_section import day_section
from .heart_rate_plot import heart_rate_plot
from .hrv_section import hrv_sections
from .model import SessionReport
from .page import key_figures, page, section
from .text import Child, clock, day, or_unknown, percent, short_day, tag, time_of_day, zone_name
from .week_page import week_parts
from .zone_plots import time_in_zones, zone_bar, zone_legend


def session_page(report: SessionReport) -> str:
    """The HTML document."""
    summary, start = report.summary, report.start
    end = start + timedelta(seconds=summary.duration_s)
    strap = "" if summary.strap is None else f" Strap: {summary.strap.name or summary.strap.address}."
    return page(
        f"{report.name}: {summary.activity.value}, {day(start)}",
        f"{time_of_day(start)} to {time_of_day(end)}, {clock(summary.duration_s)} long",
        section("figures", "The session", _key_figures(summary), _explanation(summary)),
        section("rate", "Heart rate over the zones", heart_rate_plot(report)),
        section("zones", "Time in zones", time_in_zones(summary)),
        *hrv_sections(report.hrv, report.rates[-1][0], summary.hrv_reason),
        *day_section(report.diary),
        section("earlier", "Compared with earlier sessions", _earlier(summary, report.earlier), long=True),
        section("week", "The week", *week_parts(report.week, report.load_notes[:1]), long=True),
        source=f"Session {summary.session}, recorded on {summary.node}.{strap}",
    )


def _key_figures(summary: Summary) -> Element:
    pairs = [
        ("mean heart rate (bpm)", f"{summary.heart_rate.mean:.0f}"),
        ("highest (bpm)", str(summary.heart_rate.max)),
        ("mean effort", percent(summary.effort.mean)),
        ("in the conversational band", clock(summary.zones_s[Zone.CONVERSATIONAL])),
        ("longest stretch there", clock(summary.longest_conversational_s)),
        (f"over the ceiling of {percent(summary.ceiling)}", clock(summary.over_ceiling_s)),
        ("warnings", str(summary.warnings)),
        ("load (Edwards)", f"{summary.load.edwards_trimp:.0f}"),
    ]
    if summary.load.banister_trimp is not None:
        pairs.append(("load (Banister)", f"{summary.load.banister_trimp:.0f}"))
    pairs += [
        (f"largest fall in {name} (bpm)", str(fall))
        for name, fall in (
            ("a minute", summary.heart_rate_recovery_60s),
            ("2 minutes", summary.heart_rate_recovery_120s),
            ("5 minutes", summary.heart_rate_recovery_300s),
        )
        if fall is not None
    ]
    if summary.implausible is not None:
        pairs.append(("implausible at the start", clock(summary.implausible.held_s)))
    return key_figures(*pairs)


def _explanation(summary: Summary) -> Element:
    """How effort was calculated, whether the target was reached, and how much signal is missing."""
    source = summary.max_heart_rate_source
    maximum = f"a maximum of {summary.max_heart_rate:g} bpm, " + (
        "as configured" if source == "given" else f"estimated from age (formula {source})"
    )
    reference = "of the maximum" if summary.effort_method == "hrmax" else "of the heart-rate reserve"
    target = "reached" if summary.target.reached else "not reached"
    text = [
        f"Effort is a share {reference}, with {maximum}.",
        f"The target of {clock(summary.target.band_s)} in the conversational band was {target}.",
    ]
    if summary.gap_s >= 1:
        text.append(f"No signal for {clock(summary.gap_s)}.")
    return tag("p", " ".join(text), class_="muted")


def _earlier(summary: Summary, earlier: Sequence[Summary]) -> Element:
    if not earlier:
        text = f"There is no earlier {summary.activity.value} session to compare with."
        return tag("p", text, class_="muted")
    return comparison(summary, earlier)


def comparison(summary: Summary, earlier: Sequence[Summary]) -> Element:
    """A table of the session and earlier ones, newest first: time in zones and key figures."""
    sessions = (summary, *earlier)
    longest_s = max(each.recorded_s for each in sessions) or 1.0
    with_hrv = any(each.hrv for each in sessions)
    columns = [_columns(each, with_hrv=with_hrv) for each in sessions]
    rows = [
        _row(each, values, longest_s, current=each is summary)
        for each, values in zip(sessions, columns, strict=True)
    ]
    head = [tag("th", "session", scope="col"), tag("th", "time in zones", scope="col")]
    head += [tag("th", name, scope="col", class_="number") for name in columns[0]]
    note = "Effort is the mean; load is Edwards' training impulse."
    if with_hrv:
        note += " RMSSD is in ms over the whole session; it falls as effort rises."
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="comparison"),
        zone_legend(),
        tag("p", note, class_="muted"),
    )


def _columns(summary: Summary, *, with_hrv: bool) -> dict[str, str]:
    """Values by column name."""
    values = {
        "effort": percent(summary.effort.mean),
        "over ceiling": clock(summary.over_ceiling_s),
        "warnings": str(summary.warnings),
        "load": f"{summary.load.edwards_trimp:.0f}",
    }
    if with_hrv:
        values["RMSSD"] = or_unknown(summary.hrv.rmssd_ms if summary.hrv else None)
    return values


def _row(summary: Summary, values: dict[str, str], longest_s: float, *, current: bool) -> Element:
    name = "this session" if current else short_day(summary.start)
    zones = ", ".join(f"{zone_name(zone)} {clock(s)}" for zone, s in summary.zones_s.items())
    details = f"{clock(summary.duration_s)}, {summary.heart_rate.mean:.0f} bpm"
    hidden = tag("span", zones, class_="visually-hidden")
    cells: list[Child] = [
        tag("th", name, tag("small", details), scope="row"),
        tag("td", zone_bar(summary.zones_s, longest_s), hidden, class_="bar"),
        *(tag("td", value, class_="number", data_name=column) for column, value in values.items()),
    ]
    return tag("tr", *cells, class_="current" if current else None)
