"""The week in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from xml.etree.ElementTree import Element

from ..effort.load_words import LIMITS
from ..effort.summary import Summary
from .markup import Child, tag
from .values import Week
from .week_figures import Totals, totals
from .week_plot import week_plot
from .words import clock, minutes, percent, short_day, time_of_day, weekday
from .zones import bar

_BAR_PX = 14


def week_figures(week: Week) -> Element:
    """The week's totals."""
    whole = totals(week.sessions)
    return figures(
        ("sessions", str(whole.sessions)),
        ("exercise", minutes(whole.recorded_s)),
        ("at or under the ceiling", _share(whole)),
        ("in the conversational band", minutes(list(whole.zones_s.values())[1])),
        (f"load ({whole.load_name})", f"{whole.load:.0f}"),
    )


def figures(*pairs: tuple[str, str]) -> Element:
    """Names and values, big, as many in a row as there is room for."""
    return tag(
        "dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs), class_="figures"
    )


def week_parts(week: Week, load_says: Sequence[str]) -> list[Child]:
    """Figures, plot, activities and load: what both reports show of a week."""
    parts: list[Child] = [week_figures(week), week_plot(week), tag("h3", "By activity"), _activities(week)]
    if load_says:
        parts += [
            tag("h3", "Load over weeks"),
            tag("ul", *(tag("li", line) for line in load_says)),
            tag("p", " ".join(LIMITS), class_="muted"),
        ]
    return parts


def sessions_table(week: Week) -> Element:
    """Each session of the week."""
    longest_s = max((summary.recorded_s for summary in week.sessions), default=1.0) or 1.0
    rows = [_session(summary, longest_s) for summary in week.sessions]
    return _table(("session", "", "effort", "over ceiling", "load"), rows, "comparison")


def weeks_table(weeks: Sequence[Week]) -> Element:
    """Weeks below each other."""
    sums = [totals(week.sessions) for week in weeks]
    longest_s = max((one.recorded_s for one in sums), default=1.0) or 1.0
    rows = [
        tag(
            "tr",
            tag(
                "th",
                f"{short_day(week.first)} to {short_day(week.first + timedelta(days=6))}",
                tag("small", f"{one.sessions} session{'' if one.sessions == 1 else 's'}"),
                scope="row",
            ),
            tag("td", bar(one.zones_s, longest_s), class_="bar"),
            *_cells(
                ("exercise", minutes(one.recorded_s)),
                ("at or under", _share(one)),
                ("load (Edwards)", f"{sum(s.load.edwards_trimp for s in week.sessions):.0f}"),
            ),
        )
        for week, one in zip(weeks, sums, strict=True)
    ]
    return _table(("week", "", "exercise", "at or under", "load (Edwards)"), rows, "comparison")


def _activities(week: Week) -> Element:
    whole = totals(week.sessions)
    longest_s = max(whole.activities_s.values(), default=1.0) or 1.0
    rows = []
    for activity, seconds in sorted(whole.activities_s.items(), key=lambda each: -each[1]):
        picture = tag(
            "svg",
            tag("rect", class_="bar plain", width=f"{seconds / longest_s * 100:.4g}%", height="100%"),
            width="100%",
            height=_BAR_PX,
            aria_hidden="true",
        )
        rows.append(
            tag(
                "tr",
                tag("th", activity.value, scope="row"),
                tag("td", picture, class_="bar"),
                tag("td", minutes(seconds), class_="number"),
                tag("td", percent(seconds / whole.recorded_s if whole.recorded_s else 0.0), class_="number"),
            )
        )
    if not rows:
        return tag("p", "No session this week.", class_="muted")
    return _table(("activity", "", "time", "share"), rows, "zones")


def _session(summary: Summary, longest_s: float) -> Element:
    start = summary.start
    return tag(
        "tr",
        tag(
            "th",
            f"{weekday(start)} {time_of_day(start)}",
            tag("small", f"{summary.activity.value}, {clock(summary.duration_s)}"),
            scope="row",
        ),
        tag("td", bar(summary.zones_s, longest_s), class_="bar"),
        *_cells(
            ("effort", percent(summary.effort.mean)),
            ("over ceiling", clock(summary.over_ceiling_s)),
            ("load", f"{summary.load.edwards_trimp:.0f}"),
        ),
    )


def _cells(*pairs: tuple[str, str]) -> list[Element]:
    """Figures; on a phone, where there is no room for a head, each says what it is."""
    return [tag("td", value, class_="number", data_name=name) for name, value in pairs]


def _table(names: Sequence[str], rows: Sequence[Element], class_: str) -> Element:
    head = [
        tag("th", name, scope="col", class_="number" if place > 1 else None) if name else tag("td")
        for place, name in enumerate(names)
    ]
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_=class_)


def _share(whole: Totals) -> str:
    return "unknown" if whole.at_or_under_ceiling is None else percent(whole.at_or_under_ceiling)
