"""The page of one week, and the parts of it that a session's page shows too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from xml.etree.ElementTree import Element

from ..training.effort_zones import Zone
from ..training.load import LOAD_CAVEATS
from ..training.summary import Summary
from .habits_section import week_section
from .model import DAYS, SessionTotals, Week, WeekReport
from .page import key_figures, page, section
from .plot import Plot
from .plot_data import Axis, number_axis
from .text import Child, clock, day, minutes, percent, short_day, tag, time_of_day, weekday
from .zone_plots import zone_bar, zone_class, zone_legend

_HEIGHT_PX = 220
_LEAST_HEIGHT_MIN = 30
_HEADROOM = 1.12
_HALF_COLUMN = 0.34
_BAR_PX = 14


def week_page(report: WeekReport) -> str:
    """The HTML document."""
    week = report.week
    last = week.first + timedelta(days=DAYS - 1)
    return page(
        f"{report.name}: week of {day(week.first)}",
        f"{short_day(week.first)} to {short_day(last)} {last.year}",
        section("week", "The week", *week_parts(week, report.load_notes)),
        section(
            "sessions",
            "Sessions of the week",
            _sessions_table(week) if week.sessions else tag("p", "No session this week.", class_="muted"),
            long=True,
        ),
        *week_section(report.diary),
        section("before", "Compared with earlier weeks", _weeks_table([week, *report.before]), long=True),
        source="Load is a training impulse: Edwards', or Banister's where a resting heart rate is known.",
    )


def week_parts(week: Week, load_notes: Sequence[str]) -> list[Child]:
    """Key figures, plot by day, time by activity, and training load."""
    totals = week.totals
    parts: list[Child] = [
        _key_figures(totals), week_plot(week), tag("h3", "By activity"), _activities_table(totals),
    ]  # fmt: skip
    if load_notes:
        parts += [
            tag("h3", "Load over weeks"),
            tag("ul", *(tag("li", line) for line in load_notes)),
            tag("p", " ".join(LOAD_CAVEATS), class_="muted"),
        ]
    return parts


def _key_figures(totals: SessionTotals) -> Element:
    return key_figures(
        ("sessions", str(totals.sessions)),
        ("exercise", minutes(totals.recorded_s)),
        ("at or under the ceiling", _under_ceiling(totals)),
        ("in the conversational band", minutes(totals.zones_s[Zone.CONVERSATIONAL])),
        (f"load ({totals.load_name})", f"{totals.load:.0f}"),
    )


def week_plot(week: Week) -> Element:
    """Stacked columns of minutes in each zone by day; the number above a column: conversational minutes."""
    by_day = [SessionTotals.of(summaries) for summaries in week.days]
    dates = [week.first + timedelta(days=number) for number in range(len(by_day))]
    highest = max(_LEAST_HEIGHT_MIN, *(sum(totals.zones_s.values()) / 60 for totals in by_day))
    plot = Plot(
        f"week-{week.first.isoformat()}",
        f"Minutes in each zone by day, week of {day(week.first)}",
        " ".join(
            f"{weekday(date)}: {minutes(sum(totals.zones_s.values()))},"
            f" {_conversational_min(totals)} conversational."
            for date, totals in zip(dates, by_day, strict=True)
            if totals.sessions
        )
        or "No session.",
        Axis(-0.5, DAYS - 0.5, [(number, weekday(date)) for number, date in enumerate(dates)]),
        number_axis(0, highest * _HEADROOM, most=5),
        height_px=_HEIGHT_PX,
    )
    for number, (date, totals) in enumerate(zip(dates, by_day, strict=True)):
        below = {"x": plot.x_percent(number), "y": "100%", "dy": "2.6em", "text_anchor": "middle"}
        plot.put(tag("text", str(date.day), class_="tick", **below))
        bottom = 0.0
        column = (number - _HALF_COLUMN, number + _HALF_COLUMN)
        for zone, seconds in totals.zones_s.items():
            top = bottom + seconds / 60
            plot.area(f"bar {zone_class(zone)}", x=column, y=(bottom, top))
            plot.area(f"pattern {zone_class(zone)}", x=column, y=(bottom, top))
            bottom = top
        if totals.sessions:
            above = {"x": plot.x_percent(number), "y": plot.y_percent(bottom), "text_anchor": "middle"}
            plot.put(tag("text", _conversational_min(totals), class_="label strong", dy="-5", **above))
    caption = (
        f"Minutes by day, {short_day(dates[0])} to {short_day(dates[-1])}."
        " The number above a column: minutes in the conversational band."
    )
    return plot.figure(tag("figcaption", caption), zone_legend(), class_="week")


def _activities_table(totals: SessionTotals) -> Element:
    longest_s = max(totals.activities_s.values(), default=1.0) or 1.0
    rows = []
    for activity, seconds in sorted(totals.activities_s.items(), key=lambda each: -each[1]):
        bar = tag(
            "svg",
            tag("rect", class_="bar plain", width=f"{seconds / longest_s * 100:.4g}%", height="100%"),
            width="100%",
            height=_BAR_PX,
            aria_hidden="true",
        )
        share = seconds / totals.recorded_s if totals.recorded_s else 0.0
        rows.append(
            tag(
                "tr",
                tag("th", activity.value, scope="row"),
                tag("td", bar, class_="bar"),
                tag("td", minutes(seconds), class_="number"),
                tag("td", percent(share), class_="number"),
            )
        )
    if not rows:
        return tag("p", "No session this week.", class_="muted")
    return _table(("activity", "", "time", "share"), rows, "zones")


def _sessions_table(week: Week) -> Element:
    longest_s = max((summary.recorded_s for summary in week.sessions), default=1.0) or 1.0
    rows = [_session_row(summary, longest_s) for summary in week.sessions]
    return _table(("session", "", "effort", "over ceiling", "load"), rows, "comparison")


def _session_row(summary: Summary, longest_s: float) -> Element:
    start = summary.start
    return tag(
        "tr",
        tag(
            "th",
            f"{weekday(start)} {time_of_day(start)}",
            tag("small", f"{summary.activity.value}, {clock(summary.duration_s)}"),
            scope="row",
        ),
        tag("td", zone_bar(summary.zones_s, longest_s), class_="bar"),
        *_cells(
            ("effort", percent(summary.effort.mean)),
            ("over ceiling", clock(summary.over_ceiling_s)),
            ("load", f"{summary.load.edwards_trimp:.0f}"),
        ),
    )


def _weeks_table(weeks: Sequence[Week]) -> Element:
    rows = [(week, week.totals) for week in weeks]
    longest_s = max((totals.recorded_s for _, totals in rows), default=1.0) or 1.0
    return _table(
        ("week", "", "exercise", "at or under", "load (Edwards)"),
        [_week_row(week, totals, longest_s) for week, totals in rows],
        "comparison",
    )


def _week_row(week: Week, totals: SessionTotals, longest_s: float) -> Element:
    last = week.first + timedelta(days=DAYS - 1)
    return tag(
        "tr",
        tag(
            "th",
            f"{short_day(week.first)} to {short_day(last)}",
            tag("small", f"{totals.sessions} session{'' if totals.sessions == 1 else 's'}"),
            scope="row",
        ),
        tag("td", zone_bar(totals.zones_s, longest_s), class_="bar"),
        *_cells(
            ("exercise", minutes(totals.recorded_s)),
            ("at or under", _under_ceiling(totals)),
            ("load (Edwards)", f"{totals.edwards:.0f}"),
        ),
    )


def _cells(*pairs: tuple[str, str]) -> list[Element]:
    """Number cells with their column name, which a narrow screen shows in place of the table's head."""
    return [tag("td", value, class_="number", data_name=name) for name, value in pairs]


def _table(columns: Sequence[str], rows: Sequence[Element], class_: str) -> Element:
    head = [
        tag("th", name, scope="col", class_="number" if number > 1 else None) if name else tag("td")
        for number, name in enumerate(columns)
    ]
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_=class_)


def _conversational_min(totals: SessionTotals) -> str:
    return f"{totals.zones_s[Zone.CONVERSATIONAL] / 60:.0f}"


def _under_ceiling(totals: SessionTotals) -> str:
    return "unknown" if totals.at_or_under_ceiling is None else percent(totals.at_or_under_ceiling)
