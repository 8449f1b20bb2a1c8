"""A session beside those before it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from ..effort.summary import Summary
from .markup import tag
from .words import clock, percent, short_day, zone_name
from .zones import bar, legend

_NAMES = ("effort", "over ceiling", "warnings", "load")


def comparison(summary: Summary, earlier: Sequence[Summary]) -> Element:
    """The session and the earlier ones, newest first: where the time went, and the figures."""
    rows = [
        _row(each, this=each is summary, longest_s=max(one.recorded_s for one in (summary, *earlier)) or 1.0)
        for each in (summary, *earlier)
    ]
    head = [tag("th", "session", scope="col"), tag("th", "time in zones", scope="col")]
    head += [tag("th", name, scope="col", class_="number") for name in _NAMES]
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="comparison"),
        legend(),
        tag("p", "Effort is the mean; load is Edwards' training impulse.", class_="muted"),
    )


def _row(summary: Summary, *, this: bool, longest_s: float) -> Element:
    name = "this one" if this else short_day(summary.start)
    zones = ", ".join(f"{zone_name(zone)} {clock(s)}" for zone, s in summary.zones_s.items())
    values = (
        percent(summary.effort.mean),
        clock(summary.over_ceiling_s),
        str(summary.warnings),
        f"{summary.load.edwards_trimp:.0f}",
    )
    return tag(
        "tr",
        tag(
            "th",
            name,
            tag("small", f"{clock(summary.duration_s)}, {summary.heart_rate.mean:.0f} bpm"),
            scope="row",
        ),
        tag("td", bar(summary.zones_s, longest_s), tag("span", zones, class_="unseen"), class_="bar"),
        *(
            tag("td", value, class_="number", data_name=name)
            for name, value in zip(_NAMES, values, strict=True)
        ),
        class_="this" if this else None,
    )
