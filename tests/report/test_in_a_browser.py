"""The pages in a real browser: on a phone, a desk and paper, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.report.palette import DARK, LIGHT
from talkpace.report.session_page import session_page
from talkpace.report.week_page import week_page

from .browser import Page, chromium
from .made import session, week

PHONE_PX, DESK_PX = 360, 1200
NAME = "Anna-with-a-name-that-has-no-blank-in-it-and-goes-on-and-on-and-on"

BEYOND = """
[...document.querySelectorAll('body *')].filter(each => {
    const place = each.getBoundingClientRect();
    return place.width && (place.right > innerWidth + 0.5 || place.left < -0.5)
        && !each.closest('.unseen, thead, .drawings');
}).map(each => each.outerHTML.slice(0, 150))
"""
COLLIDING = """
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
    pages = {"session": session_page(session(name=NAME, strap=NAME)), "week": week_page(week(NAME))}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


BOTH = pytest.mark.parametrize("name", ["session", "week"])


@BOTH
@pytest.mark.parametrize("width", [PHONE_PX, DESK_PX])
def test_a_page_fits_and_complains_of_nothing(
    page: Page, files: dict[str, Path], name: str, width: int
) -> None:
    page.show(files[name], width)
    assert page.value("innerWidth") == width
    assert page.value("document.documentElement.scrollWidth") == width
    assert page.value(BEYOND) == []
    assert page.value(COLLIDING) == []
    assert page.complaints == []
    assert page.requests == [files[name].as_uri()]


@BOTH
@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_a_page_follows_the_reader_s_scheme(
    page: Page, files: dict[str, Path], name: str, scheme: str, palette: dict[str, str]
) -> None:
    page.show(files[name], DESK_PX, scheme=scheme)
    ground = page.value("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(palette["page"][place : place + 2], 16) for place in (1, 3, 5))
    assert ground == f"rgb({red}, {green}, {blue})"
    # A bar is filled with its zone's colour: the style sheet passed the page's own policy.
    fill = page.value("getComputedStyle(document.querySelector('rect.bar.conversational')).fill")
    red, green, blue = (int(palette["conversational"][place : place + 2], 16) for place in (1, 3, 5))
    assert fill == f"rgb({red}, {green}, {blue})"


@BOTH
def test_its_text_is_there_and_large_enough_on_a_phone(page: Page, files: dict[str, Path], name: str) -> None:
    page.show(files[name], PHONE_PX)
    text = page.value("document.body.innerText")
    assert "not a medical device" in text
    assert NAME in text
    sizes = page.value("[...document.querySelectorAll('text')].map(t => t.getBoundingClientRect().height)")
    assert min(size for size in sizes if size) >= 12


def test_a_stranger_s_script_does_not_run(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "evil.html"
    evil = "</title><script>document.body.textContent='gone'</script><img src=x onerror=alert(1)>"
    file.write_text(session_page(session(name=evil, strap=evil)), encoding="utf-8")
    page.show(file, DESK_PX)
    assert "not a medical device" in page.value("document.body.innerText")
    assert page.requests == [file.as_uri()]
    # Even where it got into the page, its policy would stop it.
    page.value("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\">')")
    page.ask("Runtime.evaluate", expression="new Promise(done => setTimeout(done))", awaitPromise=True)
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


@BOTH
def test_it_prints_on_white_whatever_the_scheme(
    page: Page, files: dict[str, Path], name: str, tmp_path: Path
) -> None:
    page.show(files[name], DESK_PX, scheme="dark", media="print")
    assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.paper(tmp_path / "page.pdf").startswith(b"%PDF-")


@BOTH
def test_it_shows_more_than_an_empty_page(
    page: Page, files: dict[str, Path], name: str, tmp_path: Path
) -> None:
    for scheme in ("light", "dark"):
        page.show(files[name], PHONE_PX, scheme=scheme)
        picture = page.picture(tmp_path / f"{scheme}.png")
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 50_000
    assert page.value("document.querySelector('svg[role=img] path, svg[role=img] rect') !== null")
