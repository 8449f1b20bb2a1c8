"""The built page in Chromium, the page's process and the daemon, all three real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ..service.daemon_process import running
from ..web_page.conftest import Pages, browser
from .household import PASSWORD
from .test_program import code_in, household, output, serving

__all__ = ["browser"]


@pytest.fixture
def configuration(tmp_path: Path) -> Iterator[Path]:
    """That of a daemon which runs."""
    configuration = household(tmp_path)
    with running(tmp_path, configuration, XDG_RUNTIME_DIR=""):
        yield configuration


def new_page(pages: Pages, address: str) -> Page:
    page = pages.new()
    page.goto(address)
    return page


def test_a_code_opens_the_live_page_and_a_link_opens_it_on_the_tv(
    browser: Browser,
    configuration: Path,
    tmp_path: Path,
) -> None:
    code = code_in(output(configuration, "enable"))
    link = output(configuration, "link", "tv").strip().partition("#")[2]
    with serving(configuration, tmp_path / "web.log") as (visitor, _process):
        address = f"http://127.0.0.1:{visitor.port}/"
        pages = Pages(browser, address)
        page = new_page(pages, address)
        page.get_by_label("Code").fill(code)
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password again").fill(PASSWORD)
        page.get_by_role("button", name="Save the password").click()
        expect(page.get_by_role("article")).to_have_count(1)
        expect(page.get_by_role("heading", name="Live · gym")).to_be_visible()
        page.get_by_role("button", name="Mute", exact=False).first.click()
        expect(page.get_by_role("button", name="Unmute", exact=False).first).to_be_visible()

        screen = new_page(pages, f"{address}#{link}")
        expect(screen.get_by_role("article")).to_have_count(1)
        expect(screen.get_by_role("button", name="Mute", exact=False)).to_have_count(0)
        output(configuration, "revoke", "tv")
        expect(screen.get_by_role("heading", name="Sign in")).to_be_visible()
        pages.close()
        assert pages.problems == []
