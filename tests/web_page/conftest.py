"""Debian's Chromium, driven by Playwright, and a house with three athletes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from ..cached import unavailable
from .fake_web import FakeWeb, live, serving, session

expect.set_options(timeout=30_000)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def chromium() -> str:
    """The program; the test is skipped where there is none, which in CI is a failure."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        unavailable("chromium is not installed")
    return program


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def web() -> FakeWeb:
    """Anna is over the ceiling, Ben close to it and muted, Cleo without a signal. Somebody has signed in."""
    web = FakeWeb()
    web.session = "signed_in"
    web.athletes = [{"athlete": name.lower(), "name": name} for name in ("Anna", "Ben", "Cleo")]
    rates = {"anna": (132, "over"), "ben": (124, "approaching"), "cleo": (None, "signal_lost")}
    for athlete, (rate, warning) in rates.items():
        muted_until = "2026-11-29T18:05:00+01:00" if athlete == "ben" else None
        web.state(f"{athlete}/session", session(muted_until=muted_until))
        web.state(f"{athlete}/live", live(rate, warning=warning))
    return web


@pytest.fixture
def address(web: FakeWeb) -> Iterator[str]:
    with serving(web) as address:
        yield address


class Pages:
    """Opens pages, and collects what must not happen on them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.problems: list[str] = []
        self._browser = browser
        self.address = address
        self._contexts: list[BrowserContext] = []

    def new(
        self, *, width: int = 1280, height: int = 720, language: str = "en-GB", scheme: Any = "light"
    ) -> Page:
        """An empty tab of a new profile, in a window of this size."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme=scheme,
            timezone_id="Europe/Berlin",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self._check_message(said.text))
        page.on("request", lambda request: self._check_address(request.url))
        page.on("response", self._check_response)
        return page

    def open(self, query: str = "", **options: Any) -> Page:
        """Show the page in a new tab."""
        page = self.new(**options)
        page.goto(self.address + query)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _check_message(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.problems.append(text)

    def _check_address(self, address: str) -> None:
        if not address.startswith((self.address, "blob:", "data:")):
            self.problems.append(f"a request to {address}")

    def _check_response(self, response: Response) -> None:
        if response.status == 404:
            self.problems.append(f"{response.url} is missing")


@pytest.fixture
def pages(browser: Browser, address: str) -> Iterator[Pages]:
    """No error, no file that is missing, nothing that the policy forbids, no request to another host."""
    pages = Pages(browser, address)
    yield pages
    pages.close()
    assert pages.problems == []
