"""Page sections with the habits log: a week day by day, or the day of one session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from ..habits.diary import DiaryDay, DiaryWeek
from ..habits.log import Entry
from .page import key_figures, section
from .text import Child, minutes, short_day, tag, time_of_day, weekday

_NO_DIAGNOSIS = "From your own log. This is not a diagnosis."


def week_section(diary: DiaryWeek | None) -> list[Child]:
    """The section of a week; empty if habits are off or the week has not begun."""
    if diary is None or not diary.days:
        return []
    parts: list[Child] = []
    if pairs := list(_week_pairs(diary)):
        parts.append(key_figures(*pairs))
    parts += [tag("h3", "Day by day"), _days_table(diary)]
    if diary.say:
        parts += [tag("h3", "Now"), tag("ul", *(tag("li", line) for line in diary.say))]
    parts.append(tag("p", _NO_DIAGNOSIS, class_="muted"))
    return [section("habits", "Habits this week", *parts, long=True)]


def day_section(day: DiaryDay | None) -> list[Child]:
    """The section of a day; empty if habits are off or nothing is recorded for the day."""
    if day is None:
        return []
    parts: list[Child] = []
    if pairs := _day_pairs(day):
        parts.append(key_figures(*pairs))
    if day.kind is not None:
        parts.append(tag("p", f"{day.kind[0].upper()}{day.kind[1:]}."))
    if day.other_entries:
        lines = (f"{time_of_day(entry.at)}: {entry.words}" for entry in day.other_entries)
        parts.append(tag("ul", *(tag("li", line) for line in lines)))
    if not parts:
        return []
    parts.append(tag("p", _NO_DIAGNOSIS, class_="muted"))
    return [section("habits", "Habits that day", *parts, long=True)]


def _week_pairs(diary: DiaryWeek) -> Iterator[tuple[str, str]]:
    if diary.week is not None:
        yield "cardio sessions that count", f"{diary.week.cardio_sessions} of {diary.week.cardio_target}"
        yield "mindful", minutes(diary.week.mindful_s)
    if diary.mean_sleep_h is not None:
        yield "mean sleep of the nights logged", f"{diary.mean_sleep_h:.1f} h"


def _days_table(diary: DiaryWeek) -> Element:
    settings = diary.settings
    names = ["day", "in the band"]
    names += ["sleep"] if settings.sleep else []
    names += ["water"] if settings.water else []
    head = [
        tag("th", name, scope="col", class_="number" if number else None) for number, name in enumerate(names)
    ]
    head.append(tag("th", "logged", scope="col"))
    return tag(
        "table",
        tag("thead", tag("tr", *head)),
        tag("tbody", *(_day_row(day, names[1:]) for day in diary.days)),
        class_="comparison habits",
    )


def _day_row(day: DiaryDay, names: Sequence[str]) -> Element:
    values = {"in the band": minutes(day.band_s) if day.band_s else "", **dict(_day_pairs(day))}
    logged = "; ".join(_grouped(day.other_entries))
    return tag(
        "tr",
        tag(
            "th",
            f"{weekday(day.day)} {short_day(day.day)}",
            *([tag("small", day.kind)] if day.kind is not None else []),
            scope="row",
        ),
        *(tag("td", values.get(name, ""), class_="number", data_name=name) for name in names),
        tag("td", logged, class_="note"),
    )


def _day_pairs(day: DiaryDay) -> list[tuple[str, str]]:
    pairs = []
    if day.sleep_h is not None:
        pairs.append(("sleep", f"{day.sleep_h:g} h"))
    if day.water_ml is not None:
        pairs.append(("water", f"{day.water_ml:g} ml"))
    return pairs


def _grouped(entries: Sequence[Entry]) -> Iterator[str]:
    """Entry texts in order; repeated ones once, with their number."""
    counted: dict[str, int] = {}
    for entry in entries:
        counted[entry.words] = counted.get(entry.words, 0) + 1
    for text, times in counted.items():
        yield text if times == 1 else f"{text} ({times} times)"
