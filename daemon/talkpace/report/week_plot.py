"""A week by day: minutes in each zone, stacked."""

from __future__ import annotations

from datetime import timedelta
from xml.etree.ElementTree import Element

from ..effort.zones import Zone
from .axis import Axis, number_axis
from .markup import tag
from .plot import Plot
from .values import Week
from .week_figures import totals
from .words import day, minutes, short_day, weekday
from .zones import legend, zone_class

_HEIGHT_PX = 220
_LEAST_HEIGHT_MIN = 30
_HEADROOM = 1.12
_HALF_A_COLUMN = 0.34


def week_plot(week: Week) -> Element:
    """The plot; over each day stands its time in the conversational band."""
    days = [totals(summaries) for summaries in week.days]
    dates = [week.first + timedelta(days=place) for place in range(len(days))]
    highest = max(_LEAST_HEIGHT_MIN, *(sum(one.zones_s.values()) / 60 for one in days))
    plot = Plot(
        f"week-{week.first.isoformat()}",
        f"Minutes in each zone by day, week of {day(week.first)}",
        " ".join(
            f"{weekday(at)}: {minutes(sum(one.zones_s.values()))}, {_band(one.zones_s)} conversational."
            for at, one in zip(dates, days, strict=True)
            if one.sessions
        )
        or "No session.",
        Axis(-0.5, 6.5, [(place, weekday(at)) for place, at in enumerate(dates)]),
        number_axis(0, highest * _HEADROOM, most=5),
        height_px=_HEIGHT_PX,
    )
    for place, (at, one) in enumerate(zip(dates, days, strict=True)):
        below = {"x": plot.across(place), "y": "100%", "dy": "2.6em", "text_anchor": "middle"}
        plot.put(tag("text", str(at.day), class_="tick", **below))
        floor = 0.0
        column = (place - _HALF_A_COLUMN, place + _HALF_A_COLUMN)
        for zone, seconds in one.zones_s.items():
            top = floor + seconds / 60
            plot.area(f"bar {zone_class(zone)}", x=column, y=(floor, top))
            plot.area(f"pattern {zone_class(zone)}", x=column, y=(floor, top))
            floor = top
        if one.sessions:
            above = {"x": plot.across(place), "y": plot.up(floor)}
            plot.put(
                tag("text", _band(one.zones_s), class_="label strong", dy="-5", text_anchor="middle", **above)
            )
    caption = (
        f"Minutes by day, {short_day(dates[0])} to {short_day(dates[-1])}."
        " The number above: minutes in the conversational band."
    )
    return plot.figure(tag("figcaption", caption), legend(), class_="week")


def _band(zones_s: dict[Zone, float]) -> str:
    return f"{zones_s[Zone.CONVERSATIONAL] / 60:.0f}"
