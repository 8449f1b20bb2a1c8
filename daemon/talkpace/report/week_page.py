"""One week as a page."""

from __future__ import annotations

from datetime import timedelta

from .diary import diary_of_week
from .markup import tag
from .page import page, section
from .values import WeekReport
from .weeks import sessions_table, week_parts, weeks_table
from .words import day, short_day


def week_page(report: WeekReport) -> str:
    """The HTML document."""
    week = report.week
    last = week.first + timedelta(days=6)
    return page(
        f"{report.name}: week of {day(week.first)}",
        f"{short_day(week.first)} to {short_day(last)} {last.year}",
        section("week", "The week", *week_parts(week, report.load_says)),
        section(
            "sessions",
            "Its sessions",
            sessions_table(week) if week.sessions else tag("p", "There was none.", class_="muted"),
            long=True,
        ),
        *diary_of_week(report.diary),
        section("before", "Beside the weeks before", weeks_table([week, *report.before]), long=True),
        source="Load is a training impulse: Edwards', or Banister's where a resting heart rate is known.",
    )
