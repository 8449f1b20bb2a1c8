"""The pages as text: whole, safe, and nothing that comes from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.report.session_page import session_page
from talkpace.report.week_page import week_page
from talkpace.rr.artifacts import BeatClass

from .made import hills, session, week
from .reading import read

PAGES = {"session": session_page(session()), "week": week_page(week())}
EVERY_PAGE = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)

EVIL = "</title><script>alert(1)</script>\"' onload=x &amp; <b>\x1b[2J\x00\ud800"


@EVERY_PAGE
def test_a_page_is_well_formed_and_what_it_points_to_is_there(page: str) -> None:
    found = read(page)
    assert not found.left_open
    assert [name for name, count in Counter(found.ids()).items() if count > 1] == []
    assert found.pointed_to() <= set(found.ids())


@EVERY_PAGE
def test_nothing_is_fetched_and_no_script_runs(page: str) -> None:
    found = read(page)
    assert {name for name, _ in found.tags}.isdisjoint({"script", "iframe", "img", "object", "embed", "form"})
    for _, attributes in found.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        href = attributes.get("href")
        assert href is None or href.startswith(("#", "data:,"))
    assert not re.search(r"https?:|//|@import|url\((?!#)", found.style)
    [policy] = [meta for meta in found.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in (policy["content"] or "").split(";"))
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    # What stands before the policy is not under it.
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_what_strangers_named_is_text_and_nothing_else() -> None:
    plain, evil = read(PAGES["session"]), read(session_page(session(name=EVIL, strap=EVIL)))
    assert [name for name, _ in evil.tags] == [name for name, _ in plain.tags]
    assert evil.text.count("<script>alert(1)</script>") == 3  # the title, the heading, the strap
    for character in "\x1b\x00\ud800":
        assert character not in evil.text


@given(st.text())
@settings(max_examples=20)
def test_any_name_leaves_the_page_as_it_is(name: str) -> None:
    page = week_page(week(name))
    assert [each for each, _ in read(page).tags] == [each for each, _ in read(PAGES["week"]).tags]
    page.encode()


def test_a_session_shows_all_that_it_should() -> None:
    found = read(PAGES["session"])
    for said in (
        "Heart rate over the zones", "Time in zones", "Beat to beat", "three witnesses",
        "Beside the last sessions", "The week", "By activity", "RMSSD", "8.1 ms", "30.2 ms", "0.81",
        "alpha1 at 0.75", "68\xa0% to 76\xa0%", "the talk tests", "nothing yet", "the fixed share", "70\xa0%",
        "not a medical device", "Take it as advice", "ectopic", "missed", "extra", "long", "short",
        "this one", "23 Nov", "21 Nov", "18 Nov", "A strap",
    ):  # fmt: skip
        assert said in found.text, said


def test_every_picture_says_in_words_what_it_shows() -> None:
    for page in PAGES.values():
        found = read(page)
        pictures = found.named("svg")
        spoken = [each for each in pictures if each.get("role") == "img"]
        assert spoken
        for each in pictures:
            inner = each.get("viewbox") is not None
            assert inner or each.get("aria-hidden") == "true" or each in spoken
        assert "aria-labelledby" in spoken[0]


def test_headings_go_down_one_level_at_a_time() -> None:
    for page in PAGES.values():
        levels = [int(name[1]) for name, _ in read(page).tags if re.fullmatch(r"h[1-6]", name)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_each_class_of_artifact_has_a_mark_of_its_own() -> None:
    found = read(PAGES["session"])
    shapes = {each["id"]: each["d"] for each in found.named("path") if "mark" in (each.get("id") or "")}
    used = Counter(each["href"] for each in found.named("use"))
    for kind in BeatClass:
        if kind is not BeatClass.NORMAL:
            assert used[f"#mark-{kind}"] > 1  # the plot's and the legend's
    assert len(set(shapes.values())) == len(shapes)


def test_every_warning_is_marked_and_in_the_table() -> None:
    report = session()
    found = read(session_page(report))
    warnings = report.summary.warnings
    assert warnings > 2
    assert Counter(each["href"] for each in found.named("use"))["#mark-warning"] == warnings
    assert len([each for each in found.named("line") if each["class"] == "warning"]) == warnings


def line_of(page: str, name: str) -> list[str]:
    """The runs of a plot's line."""
    [path] = [each for each in read(page).named("path") if each.get("class") == name]
    return [run for run in (path["d"] or "").split("M") if run]


def test_no_line_is_drawn_over_a_gap() -> None:
    assert len(line_of(PAGES["session"], "trace")) == 2
    assert len([each for each in read(PAGES["session"]).named("rect") if each.get("class") == "gap"]) == 1


def test_the_line_reaches_the_session_s_extremes() -> None:
    report = session()
    points = [point for run in line_of(PAGES["session"], "trace") for point in run.split("L")]
    heights = [int(point.split()[1]) for point in points]
    rate = report.summary.heart_rate
    # The axis goes 8 bpm beyond both, over 10,000 steps.
    span = rate.max - rate.min + 16
    assert min(heights) == pytest.approx(8 / span * 10_000, abs=1)
    assert max(heights) == pytest.approx((1 - 8 / span) * 10_000, abs=1)


def test_six_hours_stay_small() -> None:
    page = session_page(session(hills(360)))
    assert len(page.encode()) < 1_000_000
    assert "0:00" in page


def test_without_rr_intervals_the_page_says_so() -> None:
    text = read(session_page(session(with_beats=False))).text
    assert "sent no RR intervals" in text
    assert "RMSSD" not in text


def test_intervals_too_dirty_for_alpha1_leave_the_witnesses() -> None:
    report = session()
    assert report.beats is not None
    text = read(session_page(replace(report, beats=replace(report.beats, alpha=[])))).text
    assert "No window of two minutes was clean enough" in text
    assert "the talk tests" in text


def test_the_first_session_has_nothing_to_compare_with() -> None:
    assert "no earlier cardio session" in session_page(replace(session(), earlier=[]))


def test_variability_is_compared_where_a_strap_sent_intervals() -> None:
    def compared(page: str) -> list[str]:
        return re.findall('data-name="RMSSD">([^<]+)<', page)

    assert compared(session_page(session())) == ["8.1", "8.1", "unknown", "unknown"]
    assert compared(session_page(session(with_beats=False))) == []


def test_a_session_of_one_measurement_has_a_page() -> None:
    found = read(session_page(session([(0, 120)], with_beats=False)))
    assert not found.left_open


def test_a_week_without_sessions_says_so() -> None:
    text = read(week_page(week(first=date(2020, 1, 6)))).text
    assert "There was none." in text
    assert "unknown" in text  # the share of no time at all


def test_a_week_adds_up_its_sessions() -> None:
    report = week()
    [tuesday] = [each for each in report.week.sessions if each.start.day == 24]
    band = tuesday.zones_s["conversational"]  # type: ignore[index]
    found = read(week_page(report))
    assert f"{band / 60:.0f}" in found.text
    total = sum(each.recorded_s for each in report.week.sessions)
    assert f"{round(total / 60)} min" in found.text
