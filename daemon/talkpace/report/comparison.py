"""A session beside those before it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from ..effort.summary import Summary
from .markup import tag
from .words import clock, known, percent, short_day, zone_name
from .zones import bar, legend


def comparison(summary: Summary, earlier: Sequence[Summary]) -> Element:
    """The session and the earlier ones, newest first: where the time went, and the figures."""
    sessions = (summary, *earlier)
    longest_s = max(each.recorded_s for each in sessions) or 1.0
    with_beats = any(each.hrv for each in sessions)
    amounts = [_values(each, with_beats=with_beats) for each in sessions]
    rows = [
        _row(each, values, longest_s, this=each is summary)
        for each, values in zip(sessions, amounts, strict=True)
    ]
    head = [tag("th", "session", scope="col"), tag("th", "time in zones", scope="col")]
    head += [tag("th", name, scope="col", class_="number") for name in amounts[0]]
    says = "Effort is the mean; load is Edwards' training impulse."
    if with_beats:
        says += " RMSSD is in ms, of the whole session: it is lower where effort is higher."
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="comparison"),
        legend(),
        tag("p", says, class_="muted"),
    )


def _values(summary: Summary, *, with_beats: bool) -> dict[str, str]:
    """What a session amounts to, by the name of its column."""
    values = {
        "effort": percent(summary.effort.mean),
        "over ceiling": clock(summary.over_ceiling_s),
        "warnings": str(summary.warnings),
        "load": f"{summary.load.edwards_trimp:.0f}",
    }
    if with_beats:
        values["RMSSD"] = known(summary.hrv.rmssd_ms if summary.hrv else None)
    return values


def _row(summary: Summary, values: dict[str, str], longest_s: float, *, this: bool) -> Element:
    name = "this one" if this else short_day(summary.start)
    zones = ", ".join(f"{zone_name(zone)} {clock(s)}" for zone, s in summary.zones_s.items())
    return tag(
        "tr",
        tag(
            "th",
            name,
            tag("small", f"{clock(summary.duration_s)}, {summary.heart_rate.mean:.0f} bpm"),
            scope="row",
        ),
        tag("td", bar(summary.zones_s, longest_s), tag("span", zones, class_="unseen"), class_="bar"),
        *(tag("td", value, class_="number", data_name=column) for column, value in values.items()),
        class_="this" if this else None,
    )
