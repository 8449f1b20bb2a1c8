"""The practice around the sessions: a week day by day, and the day of one session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from ..practice.diary import DiaryDay, DiaryWeek
from ..practice.log import Entry
from .markup import Child, tag
from .page import section
from .weeks import figures
from .words import minutes, short_day, time_of_day, weekday

_NO_DIAGNOSIS = "From your own log. It diagnoses nothing: it is for you, and for whoever you show it to."


def diary_of_week(diary: DiaryWeek | None) -> list[Child]:
    """The section; none where the practice is off, or the week has not begun."""
    if diary is None or not diary.days:
        return []
    parts: list[Child] = []
    if pairs := list(_totals(diary)):
        parts.append(figures(*pairs))
    parts += [tag("h3", "Day by day"), _days(diary)]
    if diary.say:
        parts += [tag("h3", "Now"), tag("ul", *(tag("li", line) for line in diary.say))]
    parts.append(tag("p", _NO_DIAGNOSIS, class_="muted"))
    return [section("practice", "The practice around it", *parts, long=True)]


def diary_of_day(day: DiaryDay | None) -> list[Child]:
    """The section; none where the practice is off, or nothing is known of the day."""
    if day is None:
        return []
    parts: list[Child] = []
    if pairs := _amounts(day):
        parts.append(figures(*pairs))
    if day.kind is not None:
        parts.append(tag("p", f"{day.kind[0].upper()}{day.kind[1:]}."))
    if day.noted:
        lines = (f"{time_of_day(one.at)}: {one.words}" for one in day.noted)
        parts.append(tag("ul", *(tag("li", line) for line in lines)))
    if not parts:
        return []
    parts.append(tag("p", _NO_DIAGNOSIS, class_="muted"))
    return [section("practice", "The day around it", *parts, long=True)]


def _totals(diary: DiaryWeek) -> Iterator[tuple[str, str]]:
    if diary.week is not None:
        yield "cardio sessions that count", f"{diary.week.cardio_sessions} of {diary.week.cardio_target}"
        yield "mindful", minutes(diary.week.mindful_s)
    if diary.mean_sleep_h is not None:
        yield "mean sleep, of what was noted", f"{diary.mean_sleep_h:.1f} h"


def _days(diary: DiaryWeek) -> Element:
    settings = diary.settings
    names = ["day", "in the band"]
    names += ["sleep"] if settings.sleep else []
    names += ["water"] if settings.water else []
    head = [
        tag("th", name, scope="col", class_="number" if place else None) for place, name in enumerate(names)
    ]
    head.append(tag("th", "noted", scope="col"))
    return tag(
        "table",
        tag("thead", tag("tr", *head)),
        tag("tbody", *(_day(day, names[1:]) for day in diary.days)),
        class_="comparison diary",
    )


def _day(day: DiaryDay, names: Sequence[str]) -> Element:
    amounts = {"in the band": minutes(day.band_s) if day.band_s else "", **dict(_amounts(day))}
    said = "; ".join(_noted(day.noted))
    return tag(
        "tr",
        tag(
            "th",
            f"{weekday(day.day)} {short_day(day.day)}",
            *([tag("small", day.kind)] if day.kind is not None else []),
            scope="row",
        ),
        *(tag("td", amounts.get(name, ""), class_="number", data_name=name) for name in names),
        tag("td", said, class_="says"),
    )


def _amounts(day: DiaryDay) -> list[tuple[str, str]]:
    pairs = []
    if day.sleep_h is not None:
        pairs.append(("sleep", f"{day.sleep_h:g} h"))
    if day.water_ml is not None:
        pairs.append(("water", f"{day.water_ml:g} ml"))
    return pairs


def _noted(entries: Sequence[Entry]) -> Iterator[str]:
    """In their order; what was noted several times once, with how often."""
    counted: dict[str, int] = {}
    for entry in entries:
        counted[entry.words] = counted.get(entry.words, 0) + 1
    for words, often in counted.items():
        yield words if often == 1 else f"{words} ({often} times)"
