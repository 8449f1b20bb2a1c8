"""Report pages in a real browser: phone, desktop and paper, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.report.session_page import session_page
from talkpace.report.week_page import week_page

from .browser import Page, chromium
from .example_sessions import session_example, week_example
from .palette import DARK, LIGHT

PHONE_PX, DESKTOP_PX = 360, 1200
NAME = "Anna-with-a-name-that-has-no-blank-in-it-and-goes-on-and-on-and-on"

OUTSIDE_WINDOW = """
[...document.querySelectorAll('body *')].filter(each => {
    const place = each.getBoundingClientRect();
    return place.width && (place.right > innerWidth + 0.5 || place.left < -0.5)
        && !each.closest('.visually-hidden, thead, .definitions');
}).map(each => each.outerHTML.slice(0, 150))
"""
OVERLAPPING_TICKS = """
(() => {
    const found = [];
    for (const svg of document.querySelectorAll('svg[role=img]')) {
        const place = each => [each, each.getBoundingClientRect()];
        const texts = [...svg.querySelectorAll('text.tick')].map(place);
        texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
            if (p.left < q.right && q.left < p.right && p.top + 1 < q.bottom && q.top + 1 < p.bottom)
                found.push(a.textContent + ' / ' + b.textContent);
        }));
    }
    return found;
})()
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "session": session_page(session_example(name=NAME, strap=NAME)),
        "week": week_page(week_example(NAME)),
    }
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


BOTH = pytest.mark.parametrize("name", ["session", "week"])


@BOTH
@pytest.mark.parametrize("width", [PHONE_PX, DESKTOP_PX])
def test_a_page_fits_the_window_without_overlaps_errors_or_requests(
    page: Page, files: dict[str, Path], name: str, width: int
) -> None:
    page.show(files[name], width)
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OUTSIDE_WINDOW) == []
    assert page.evaluate(OVERLAPPING_TICKS) == []
    assert page.errors == []
    assert page.requests == [files[name].as_uri()]


@BOTH
@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_a_page_follows_the_browser_s_colour_scheme(
    page: Page, files: dict[str, Path], name: str, scheme: str, palette: dict[str, str]
) -> None:
    page.show(files[name], DESKTOP_PX, scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(palette["page"][place : place + 2], 16) for place in (1, 3, 5))
    assert background == f"rgb({red}, {green}, {blue})"
    # A filled bar shows that the page's policy allows its style sheet.
    fill = page.evaluate("getComputedStyle(document.querySelector('rect.bar.conversational')).fill")
    red, green, blue = (int(palette["conversational"][place : place + 2], 16) for place in (1, 3, 5))
    assert fill == f"rgb({red}, {green}, {blue})"


@BOTH
def test_text_is_visible_and_at_least_12_px_high_on_a_phone(
    page: Page, files: dict[str, Path], name: str
) -> None:
    page.show(files[name], PHONE_PX)
    text = page.evaluate("document.body.innerText")
    assert "not a medical device" in text
    assert NAME in text
    sizes = page.evaluate("[...document.querySelectorAll('text')].map(t => t.getBoundingClientRect().height)")
    assert min(size for size in sizes if size) >= 12


def test_a_script_in_a_name_is_not_run_and_the_policy_blocks_injected_requests(
    page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "evil.html"
    evil = "</title><script>document.body.textContent='gone'</script><img src=x onerror=alert(1)>"
    file.write_text(session_page(session_example(name=evil, strap=evil)), encoding="utf-8")
    page.show(file, DESKTOP_PX)
    assert "not a medical device" in page.evaluate("document.body.innerText")
    assert page.requests == [file.as_uri()]
    # If an element were injected all the same, the policy would block it.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\">')")
    page.call("Runtime.evaluate", expression="new Promise(done => setTimeout(done))", awaitPromise=True)
    assert any("Content Security Policy" in error for error in page.errors)


@BOTH
def test_a_page_prints_on_white_in_either_scheme(
    page: Page, files: dict[str, Path], name: str, tmp_path: Path
) -> None:
    page.show(files[name], DESKTOP_PX, scheme="dark", media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.print_pdf(tmp_path / "page.pdf").startswith(b"%PDF-")


@BOTH
def test_a_screenshot_of_a_page_is_not_empty(
    page: Page, files: dict[str, Path], name: str, tmp_path: Path
) -> None:
    for scheme in ("light", "dark"):
        page.show(files[name], PHONE_PX, scheme=scheme)
        png = page.screenshot(tmp_path / f"{scheme}.png")
        assert png.startswith(b"\x89PNG")
        assert len(png) > 50_000
    assert page.evaluate("document.querySelector('svg[role=img] path, svg[role=img] rect') !== null")
