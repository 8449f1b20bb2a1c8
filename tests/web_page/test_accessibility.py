"""WCAG 2.2 AA: axe-core, narrow windows, large text, the keyboard alone, less motion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from .conftest import Pages
from .fake_web import SESSION, FakeWeb, live, session
from .habit_samples import breathing, nap, readiness, show_household
from .node_modules import node_modules
from .set_up_results import RESULTS

LONG_NAME = "Anna-with-a-name-that-has-no-blank-in-it-and-goes-on-and-on"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = pytest.mark.parametrize("language", ["en", "de"])
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

OUTSIDE_WINDOW = """
[...document.querySelectorAll('body *')].filter(each => {
    const place = each.getBoundingClientRect();
    return place.width && (place.right > innerWidth + 0.5 || place.left < -0.5) && !each.closest('.hidden');
}).map(each => each.outerHTML.slice(0, 150))
"""
OUTSIDE_CARD = """
[...document.querySelectorAll('.athlete *')].filter(each => {
    const place = each.getBoundingClientRect(), card = each.closest('.athlete').getBoundingClientRect();
    return place.width && !each.closest('.hidden')
        && (place.right > card.right || place.left < card.left || place.bottom > card.bottom);
}).map(each => each.outerHTML.slice(0, 150))
"""
TEXT_WIDER_THAN_ITS_PLACE = """
[...document.querySelectorAll('.number, .zone, .warning, dd, button')]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.outerHTML.slice(0, 150))
"""


def show_set_up(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    web.session = "setup"
    page = pages.open(**options)
    expect(page.locator("input")).to_have_count(3)
    return page


def show_sign_in(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    web.session = "login"
    page = pages.open(**options)
    page.locator("input").fill("wrong")
    page.locator("form button").click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    return page


def show_live(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = pages.open(**options)
    expect(page.locator("article .rate")).to_have_count(2)
    return page


def show_one(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = pages.open("?athlete=anna", **options)
    expect(page.locator("article .rate")).to_have_count(1)
    return page


def show_question(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = show_live(web, pages, **options)
    page.locator("article[data-athlete=anna] button").nth(3).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def show_failures(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    web.refusal = "there is no current heart rate"
    page = show_live(web, pages, **options)
    page.locator("article[data-athlete=anna] button").nth(1).click()
    web.daemon(connected=False)
    expect(page.get_by_role("alert").filter(has_text=web.refusal)).to_be_visible()
    expect(page.locator(".connection")).not_to_be_empty()
    return page


def show_watching(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    web.session = "watching"
    return show_live(web, pages, **options)


def show_plain(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = pages.open("?plain", **options)
    expect(page.locator("article .rate")).to_have_count(2)
    return page


def show_health(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    web.results = RESULTS
    page = pages.open("#health", **options)
    expect(page.get_by_text("Polar H10 12345678").first).to_be_visible()
    expect(page.get_by_text("GPIO lines of the buzzer")).to_be_visible()
    return page


def show_guest(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = show_health(web, pages, **options)
    page.locator("section[aria-labelledby=strangers] button").nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def show_first_use(web: FakeWeb, pages: Pages, step: str, **options: Any) -> Page:
    web.results = RESULTS
    page = pages.open(f"#first_use/{step}", **options)
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    return page


def show_first_use_athlete(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = show_first_use(web, pages, "athlete", **options)
    page.locator(".buttons button").nth(1).click()
    page.locator("input[type=checkbox]").first.check()
    return page


def show_first_use_alerts(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    return show_first_use(web, pages, "alerts", **options)


def show_first_use_broker(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    return show_first_use(web, pages, "broker", **options)


def show_history(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = pages.open("#history", **options)
    expect(page.locator(".sessions li")).to_have_count(2)
    page.locator("summary").click()
    return page


def show_recorded(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    page = pages.open(f"#history/{SESSION}", **options)
    expect(page.locator(".session-plot canvas")).to_have_count(1)
    page.locator("summary").click()
    return page


def show_habits(web: FakeWeb, pages: Pages, **options: Any) -> Page:
    web.beats = False
    show_household(web)
    web.state("anna/breathing", breathing())
    web.state("anna/nap", nap())
    web.state("anna/readiness", readiness("measuring"))
    page = pages.open("#habits", **options)
    expect(page.locator(".phase")).not_to_be_empty()
    for each in page.locator("summary").all():
        each.click()
    page.locator(".entries button").first.click()
    expect(page.locator(".editor")).to_be_visible()
    return page


Show = Callable[..., Page]
ALL = pytest.mark.parametrize(
    "show",
    [
        show_set_up,
        show_sign_in,
        show_live,
        show_one,
        show_question,
        show_failures,
        show_watching,
        show_plain,
        show_health,
        show_guest,
        show_first_use_athlete,
        show_first_use_alerts,
        show_first_use_broker,
        show_history,
        show_recorded,
        show_habits,
    ],
    ids=lambda show: show.__name__.removeprefix("show_"),
)


@pytest.fixture(scope="module")
def axe() -> str:
    return (node_modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@ALL
@LANGUAGES
def test_axe_finds_nothing_in_light_and_dark(
    web: FakeWeb, pages: Pages, axe: str, show: Show, language: str
) -> None:
    page = show(web, pages, language=language)
    # By the debugger, which the page's policy does not bind.
    page.evaluate(axe)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("rules => axe.run({ runOnly: rules })", arg=RULES)["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], scheme


@ALL
@LANGUAGES
def test_nothing_scrolls_sideways_in_320_px_nor_with_text_of_200_percent(
    web: FakeWeb, pages: Pages, show: Show, language: str
) -> None:
    web.athletes[0]["name"] = LONG_NAME
    page = show(web, pages, width=320, height=640, language=language)
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", arg=size)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, size
        assert page.evaluate(OUTSIDE_WINDOW) == [], size
        assert page.evaluate(TEXT_WIDER_THAN_ITS_PLACE) == [], size


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
@LANGUAGES
def test_a_wall_shows_three_athletes_at_once(
    web: FakeWeb, pages: Pages, width: int, height: int, language: str
) -> None:
    web.state("ben/live", live(116, warning="approaching"))  # the longest word
    web.state("cleo/session", session(activity="mindful", muted_until="2026-11-29T18:05:00+01:00"))
    page = show_live(web, pages, width=width, height=height, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate(OUTSIDE_CARD) == []
    assert page.evaluate(TEXT_WIDER_THAN_ITS_PLACE) == []
    heights = page.locator(".number").evaluate_all(
        "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    # From four metres, text of 20 arc minutes is 23 mm high: 7 % of the height of a screen of 24 inches.
    assert min(heights) > 0.15 * height


@pytest.mark.parametrize(
    ("count", "state"),
    [
        (1, "signed_in"),
        (2, "signed_in"),
        (4, "signed_in"),
        (6, "signed_in"),
        (8, "watching"),
        (9, "watching"),
    ],
)
def test_a_wall_shows_as_many_as_there_are(web: FakeWeb, pages: Pages, count: int, state: str) -> None:
    web.athletes = [{"athlete": f"a{number}", "name": f"Athlete {number}"} for number in range(count)]
    web.forget_states()
    for number in range(count):
        web.state(f"a{number}/session", session())
        web.state(f"a{number}/live", live(115 + number, warning="approaching"))
    web.session = state
    page = pages.open(width=1920, height=1080)
    expect(page.locator("article .rate")).to_have_count(count)
    assert page.evaluate("document.documentElement.scrollWidth") == 1920
    assert page.evaluate("document.documentElement.scrollHeight") == 1080
    assert page.evaluate(OUTSIDE_CARD) == []


def test_the_keyboard_alone_signs_in_mutes_and_answers(web: FakeWeb, pages: Pages) -> None:
    web.session = "login"
    page = pages.open("?athlete=anna")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("talk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(1)
    page.locator("nav a").last.focus()
    names = []
    for _ in range(6):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    assert names == [
        "Everybody",
        "Sign out",
        "End of Anna",
        "Mute of Anna",
        "Talk test of Anna",
        "Activity: cardio of Anna",
    ]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Yes, comfortably")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Talk test of Anna")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Yes, comfortably")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Talk test of Anna")).to_be_focused()
    web.wait_for_calls(
        {"method": "command", "params": {"athlete": "anna", "name": "talk_test", "argument": "strained"}}
    )


@pytest.mark.parametrize(("motion", "animation"), [("reduce", "none"), ("no-preference", "pulse")])
def test_nothing_moves_where_less_motion_is_wanted(
    web: FakeWeb, pages: Pages, motion: Any, animation: str
) -> None:
    page = show_live(web, pages)
    page.emulate_media(reduced_motion=motion)
    name = page.locator(".over .warning").evaluate("each => getComputedStyle(each).animationName")
    assert name == animation


def test_buttons_are_large(web: FakeWeb, pages: Pages) -> None:
    page = show_one(web, pages, width=390, height=844)
    sizes = page.locator(".controls button").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(each => Math.min(each.width, each.height))"
    )
    assert min(sizes) >= 48


def test_a_phone_shows_one_athlete_without_scrolling(web: FakeWeb, pages: Pages, tmp_path: Path) -> None:
    page = show_one(web, pages, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollHeight") == 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390
