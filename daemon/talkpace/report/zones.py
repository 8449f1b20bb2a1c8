"""The zones as the page shows them: bands under a plot, and bars of time."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ..effort.athlete import Judgement
from ..effort.summary import Summary
from ..effort.zones import Zone
from .bands import bands_bpm
from .markup import tag
from .plot import Plot
from .words import clock, percent, zone_name

_LEAST_FOR_NAME = 0.07
"""of a plot's height"""


def zone_class(zone: Zone) -> str:
    """The name under which style and patterns know it."""
    return zone.value.replace("_", "-")


def put_bands(plot: Plot, judgement: Judgement) -> None:
    """The zones as the ground of a plot whose y axis is heart rate."""
    for zone, band in bands_bpm(judgement).items():
        plot.area(f"band {zone_class(zone)}", y=band)
        plot.area(f"pattern {zone_class(zone)}", y=band)


def put_band_names(plot: Plot, judgement: Judgement) -> None:
    """Their names at the right edge, of those that there is room for."""
    for zone, (lower, upper) in bands_bpm(judgement).items():
        high = min(upper, plot.y.high)
        if plot.y.place(high) - plot.y.place(lower) >= _LEAST_FOR_NAME:
            place = {"x": "100%", "y": plot.up(high), "dx": "-6", "dy": "1.25em"}
            plot.put(
                tag(
                    "text",
                    zone_name(zone),
                    tag("tspan", f" {_range(judgement, zone)}", class_="wide"),
                    class_="label",
                    text_anchor="end",
                    **place,
                )
            )


def _range(judgement: Judgement, zone: Zone) -> str:
    zones = judgement.zones
    low, middle, high = (
        percent(float(bound)) for bound in (zones.conversational_from, zones.conversational_to, zones.hard_to)
    )
    return {
        Zone.EASY: f"below {low}",
        Zone.CONVERSATIONAL: f"{low} to {middle}",
        Zone.HARD: f"to {high}",
        Zone.VERY_HARD: f"above {high}",
    }[zone]


def time_in_zones(summary: Summary) -> Element:
    """A table with a bar for each zone."""
    whole_s = summary.recorded_s or 1.0
    rows = [
        tag(
            "tr",
            tag("th", zone_name(zone), scope="row"),
            tag("td", bar({zone: seconds}, max(summary.zones_s.values()) or 1.0), class_="bar"),
            tag("td", clock(seconds), class_="number"),
            tag("td", percent(seconds / whole_s), class_="number"),
        )
        for zone, seconds in summary.zones_s.items()
    ]
    head = tag(
        "tr",
        tag("th", "zone", scope="col"),
        tag("td"),
        tag("th", "time", scope="col", class_="number"),
        tag("th", "share", scope="col", class_="number"),
    )
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="zones")


def bar(parts: Mapping[Zone, float], whole: float) -> Element:
    """A bar of zones, one after the other; as long as its place where they add up to `whole`."""
    picture = tag("svg", width="100%", height="14", aria_hidden="true")
    at = 0.0
    for zone, value in parts.items():
        width = value / whole if whole else 0.0
        if width > 0:
            place = {"x": f"{at * 100:.4g}%", "y": "0", "width": f"{width * 100:.4g}%", "height": "100%"}
            picture.append(tag("rect", class_=f"bar {zone_class(zone)}", **place))
            picture.append(tag("rect", class_=f"pattern {zone_class(zone)}", **place))
        at += width
    return picture


def legend() -> Element:
    """Which look is which zone."""
    return tag(
        "ul",
        *(
            tag(
                "li",
                tag(
                    "svg",
                    tag("rect", class_=f"bar {zone_class(zone)}", width="100%", height="100%"),
                    tag("rect", class_=f"pattern {zone_class(zone)}", width="100%", height="100%"),
                    width="18",
                    height="12",
                    aria_hidden="true",
                ),
                f" {zone_name(zone)}",
            )
            for zone in Zone
        ),
        class_="legend",
    )
