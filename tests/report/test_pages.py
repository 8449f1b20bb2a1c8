"""Report pages as HTML: well-formed, safe, self-contained, and complete."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.hrv.artifacts import BeatClass
from talkpace.report.session_page import session_page
from talkpace.report.week_page import week_page
from talkpace.training.effort_zones import Zone

from .example_sessions import hills, session_example, week_example
from .parsed_page import key_figures, parse, table_rows

PAGES = {"session": session_page(session_example()), "week": week_page(week_example())}
EVERY_PAGE = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)

EVIL = "</title><script>alert(1)</script>\"' onload=x &amp; <b>\x1b[2J\x00\ud800"


@EVERY_PAGE
def test_a_page_is_well_formed_and_every_reference_has_a_target(html: str) -> None:
    page = parse(html)
    assert not page.unclosed
    assert [name for name, count in Counter(page.ids()).items() if count > 1] == []
    assert page.references() <= set(page.ids())


@EVERY_PAGE
def test_a_page_loads_nothing_and_runs_no_script(html: str) -> None:
    page = parse(html)
    assert set(page.tags).isdisjoint({"script", "iframe", "img", "object", "embed", "form"})
    for element in page.elements:
        assert not any(name.startswith("on") or name == "src" for name in element.attributes)
        href = element.attributes.get("href")
        assert href is None or href.startswith(("#", "data:,"))
    assert not re.search(r"https?:|//|@import|url\((?!#)", page.style)
    [policy] = [
        meta for meta in page.attributes("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in (policy["content"] or "").split(";"))
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    # The policy does not apply to elements before it.
    assert html.index("Content-Security-Policy") < html.index("<style")


@EVERY_PAGE
def test_a_page_contains_the_style_sheet_of_the_package(html: str) -> None:
    assert parse(html).style.endswith(files("talkpace.report").joinpath("style.css").read_text("utf-8"))


def test_the_style_sheet_uses_every_colour_of_the_palette_and_no_undefined_one() -> None:
    css = parse(PAGES["session"]).style
    used = set(re.findall(r"var\(--([\w-]+)", css))
    defined = set(re.findall(r"--([\w-]+):", css))
    assert used == defined


def test_names_from_outside_are_escaped_and_lose_control_characters() -> None:
    plain = parse(PAGES["session"])
    evil = parse(session_page(session_example(name=EVIL, strap=EVIL)))
    assert evil.tags == plain.tags
    assert evil.text.count("<script>alert(1)</script>") == 3  # title, heading, strap
    for character in "\x1b\x00\ud800":
        assert character not in evil.text


@given(st.text())
@settings(max_examples=20)
def test_no_athlete_name_changes_the_structure_of_a_page(name: str) -> None:
    html = week_page(week_example(name))
    assert parse(html).tags == parse(PAGES["week"]).tags
    html.encode()


def test_a_session_page_has_its_sections_in_order() -> None:
    assert [each.text for each in parse(PAGES["session"]).find("h2")] == [
        "The session",
        "Heart rate over the zones",
        "Time in zones",
        "Heart-rate variability",
        "Aerobic threshold: three estimates",
        "Compared with earlier sessions",
        "The week",
    ]


def test_the_hrv_section_shows_the_figures_and_counts_each_artifact_class() -> None:
    section = parse(PAGES["session"]).section("beats")
    assert key_figures(section) == {
        "RMSSD": "8.1 ms",
        "SDNN": "30.2 ms",
        "DFA alpha1, median": "0.81",
        "of the time covered": "99\xa0%",
        "artifacts": "2.0 %",
    }
    classes = [item.text.split()[1].rstrip(":") for item in section.find("li")]
    assert classes == [kind.value for kind in BeatClass if kind is not BeatClass.NORMAL]


def test_the_threshold_section_shows_three_estimates_with_their_spread() -> None:
    section = parse(PAGES["session"]).section("threshold")
    assert table_rows(section, "estimates") == [
        ["estimate", "effort", "spread", "based on"],
        ["1. alpha1 = 0.75", "72\xa0%", "68\xa0% to 76\xa0%", "it differs from strap to strap"],
        ["2. talk tests", "no estimate yet", "", "none was answered"],
        ["3. fixed share", "70\xa0%", "", "the same for everybody"],
    ]


def test_a_session_is_compared_with_the_earlier_ones_newest_first() -> None:
    rows = table_rows(parse(PAGES["session"]).section("earlier"), "comparison")
    assert [re.split(r"\d+:", row[0])[0] for row in rows[1:]] == [
        "this session",
        "23 Nov",
        "21 Nov",
        "18 Nov",
    ]


def test_every_page_carries_the_disclaimer() -> None:
    for html in PAGES.values():
        [footer] = parse(html).find("footer")
        assert footer.text.startswith("talkpace is a training aid, not a medical device")
    assert parse(PAGES["session"]).find("footer")[0].text.endswith("Strap: A strap.")


def test_every_plot_has_a_title_for_screen_readers_and_other_svgs_are_hidden_from_them() -> None:
    for html in PAGES.values():
        svgs = parse(html).attributes("svg")
        plots = [each for each in svgs if each.get("role") == "img"]
        assert plots
        for each in svgs:
            nested = each.get("viewbox") is not None
            assert nested or each.get("aria-hidden") == "true" or each in plots
        assert all("aria-labelledby" in each for each in plots)


def test_heading_levels_increase_by_one_at_most() -> None:
    for html in PAGES.values():
        levels = [int(tag[1]) for tag in parse(html).tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_each_artifact_class_has_its_own_marker() -> None:
    page = parse(PAGES["session"])
    shapes = {each["id"]: each["d"] for each in page.attributes("path") if "mark" in (each.get("id") or "")}
    used = Counter(each["href"] for each in page.attributes("use"))
    for kind in BeatClass:
        if kind is not BeatClass.NORMAL:
            assert used[f"#mark-{kind}"] > 1  # in the plot and in the legend
    assert len(set(shapes.values())) == len(shapes)


def test_every_warning_is_marked_in_the_plot_and_listed_in_the_table() -> None:
    report = session_example()
    page = parse(session_page(report))
    warnings = report.summary.warnings
    assert warnings > 2
    assert Counter(each["href"] for each in page.attributes("use"))["#mark-warning"] == warnings
    assert len(page.find("line", "warning")) == warnings
    numbers = [row[0] for row in table_rows(page.section("rate"))]
    assert numbers == ["no.", *(str(number) for number in range(1, warnings + 1))]


def runs_of_line(html: str, class_: str) -> list[str]:
    """The runs of a plot's line, which is interrupted at gaps."""
    [path] = parse(html).find("path", class_)
    return [run for run in (path.attributes["d"] or "").split("M") if run]


def test_a_signal_gap_interrupts_the_line_and_is_hatched() -> None:
    assert len(runs_of_line(PAGES["session"], "trace")) == 2
    assert len(parse(PAGES["session"]).find("rect", "gap")) == 1


def test_the_line_reaches_the_lowest_and_highest_heart_rate() -> None:
    report = session_example()
    points = [point for run in runs_of_line(PAGES["session"], "trace") for point in run.split("L")]
    heights = [int(point.split()[1]) for point in points]
    rate = report.summary.heart_rate
    # The axis extends 8 bpm beyond both, over 10,000 units.
    span = rate.max - rate.min + 16
    assert min(heights) == pytest.approx(8 / span * 10_000, abs=1)
    assert max(heights) == pytest.approx((1 - 8 / span) * 10_000, abs=1)


def test_the_page_of_six_hours_is_smaller_than_a_megabyte() -> None:
    assert len(session_page(session_example(hills(360))).encode()) < 1_000_000


def test_without_rr_intervals_the_page_has_no_hrv_figures_and_gives_the_reason() -> None:
    page = parse(session_page(session_example(with_hrv=False)))
    section = page.section("beats")
    assert key_figures(section) == {}
    assert section.text.endswith(
        "The strap sent no RR intervals, so no heart-rate variability can be calculated."
    )
    assert "RMSSD" not in page.text


def test_without_alpha1_windows_the_estimates_are_still_listed() -> None:
    report = session_example()
    assert report.hrv is not None
    page = parse(session_page(replace(report, hrv=replace(report.hrv, alpha=[]))))
    section = page.section("threshold")
    assert section.find("p")[0].text == (
        "No window of two minutes had few enough artifacts to calculate alpha1."
    )
    names = [row[0] for row in table_rows(section, "estimates")[1:]]
    assert names == ["1. alpha1 = 0.75", "2. talk tests", "3. fixed share"]


def test_a_first_session_has_no_comparison() -> None:
    section = parse(session_page(replace(session_example(), earlier=[]))).section("earlier")
    assert section.find("table") == []
    assert section.find("p")[0].text == "There is no earlier cardio session to compare with."


def test_rmssd_is_compared_if_any_session_has_rr_intervals() -> None:
    def compared(html: str) -> list[str]:
        section = parse(html).section("earlier")
        return [cell.text for cell in section.find("td") if cell.attributes.get("data-name") == "RMSSD"]

    assert compared(session_page(session_example())) == ["8.1", "8.1", "unknown", "unknown"]
    assert compared(session_page(session_example(with_hrv=False))) == []


def test_a_session_of_one_measurement_has_a_page() -> None:
    page = parse(session_page(session_example([(0, 120)], with_hrv=False)))
    assert not page.unclosed


def test_a_week_without_sessions_has_no_table_of_sessions_and_no_share() -> None:
    page = parse(week_page(week_example(first=date(2020, 1, 6))))
    assert page.section("sessions").find("table") == []
    assert key_figures(page.section("week"))["at or under the ceiling"] == "unknown"


def test_a_week_shows_the_totals_of_its_sessions_and_the_conversational_minutes_of_each_day() -> None:
    report = week_example()
    week = parse(week_page(report)).section("week")
    total_s = sum(each.recorded_s for each in report.week.sessions)
    assert key_figures(week)["exercise"] == f"{round(total_s / 60)} min"
    by_day = [sum(each.zones_s[Zone.CONVERSATIONAL] for each in day) / 60 for day in report.week.days if day]
    assert [each.text for each in week.find("text", "label strong")] == [f"{each:.0f}" for each in by_day]
