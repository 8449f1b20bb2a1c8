"""Effort zones on the page: bands behind a plot, bars of time, table and legend."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ..training.effort_zones import Zone
from ..training.profile import AthleteProfile
from ..training.summary import Summary
from .plot import Plot
from .plot_data import zone_bands_bpm
from .text import clock, percent, tag, zone_name

_LEAST_NAMED = 0.07
"""height of a band that gets a name, as a fraction of the plot's"""


def zone_class(zone: Zone) -> str:
    """Name of a zone in style.css and in the ids of patterns."""
    return zone.value.replace("_", "-")


def draw_bands(plot: Plot, profile: AthleteProfile) -> None:
    """Draw the zones as background of a plot whose y axis is heart rate."""
    for zone, band in zone_bands_bpm(profile).items():
        plot.area(f"band {zone_class(zone)}", y=band)
        plot.area(f"pattern {zone_class(zone)}", y=band)


def draw_band_names(plot: Plot, profile: AthleteProfile) -> None:
    """Draw the names of the zones at the right edge, where there is room."""
    for zone, (lower, upper) in zone_bands_bpm(profile).items():
        high = min(upper, plot.y.high)
        if plot.y.place(high) - plot.y.place(lower) >= _LEAST_NAMED:
            place = {"x": "100%", "y": plot.y_percent(high), "dx": "-6", "dy": "1.25em"}
            plot.put(
                tag(
                    "text",
                    zone_name(zone),
                    tag("tspan", f" {_range(profile, zone)}", class_="wide"),
                    class_="label",
                    text_anchor="end",
                    **place,
                )
            )


def _range(profile: AthleteProfile, zone: Zone) -> str:
    zones = profile.zones
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
    """A table of the time in each zone, with a bar each."""
    recorded_s = summary.recorded_s or 1.0
    rows = [
        tag(
            "tr",
            tag("th", zone_name(zone), scope="row"),
            tag("td", zone_bar({zone: seconds}, max(summary.zones_s.values()) or 1.0), class_="bar"),
            tag("td", clock(seconds), class_="number"),
            tag("td", percent(seconds / recorded_s), class_="number"),
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


def zone_bar(zones_s: Mapping[Zone, float], full_s: float) -> Element:
    """A stacked bar of times in zones; it has full width if they add up to `full_s`."""
    svg = tag("svg", width="100%", height="14", aria_hidden="true")
    at = 0.0
    for zone, seconds in zones_s.items():
        width = seconds / full_s if full_s else 0.0
        if width > 0:
            place = {"x": f"{at * 100:.4g}%", "y": "0", "width": f"{width * 100:.4g}%", "height": "100%"}
            svg.append(tag("rect", class_=f"bar {zone_class(zone)}", **place))
            svg.append(tag("rect", class_=f"pattern {zone_class(zone)}", **place))
        at += width
    return svg


def zone_legend() -> Element:
    """A legend of colours and patterns."""
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
