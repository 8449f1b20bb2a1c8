"""First use in Chromium: from an empty disk to a paired strap and a sounding buzzer, with interruptions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ..web_page.conftest import FLAGS, chromium
from .test_service_page import enable
from .vm.installation import BUZZER, CHEST, CONFIGURATION, Installation
from .vm.qemu import PAGE_PORT

LIMIT_MS = 240_000
"""for each thing to appear, as the machine is emulated"""
PASSWORD = "talk while you train"
HEAR = "Did you hear the buzzer?"
SEE = "Did you see the LED?"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


class Phones:
    """Phones at home: each has not been on the page before."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address

    def open(self) -> Page:
        """Open the page."""
        context = self._browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
        context.set_default_timeout(LIMIT_MS)
        page = context.new_page()
        page.goto(self._address)
        return page

    def resume(self, page: Page, step: str) -> Page:
        """Leave a page, and find the step on another phone."""
        page.context.close()
        page = self.open()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        at_step(page, step)
        return page


def at_step(page: Page, step: str) -> None:
    """Wait until the page shows a step."""
    expect(page.get_by_role("heading", level=2, name=step)).to_be_visible()


def test_a_household_with_an_empty_disk_sets_itself_up_on_its_phones(
    installation: Installation, browser: Browser
) -> None:
    machine = installation.machine
    expect.set_options(timeout=LIMIT_MS)
    strap = installation.radio.add("chest", address=CHEST, battery=55)
    machine.connect_page()
    installation.configure(more=f'[web]\nlisten = "0.0.0.0:{PAGE_PORT}"\n')
    machine.shell(f"sed -i '/^\\[mqtt\\]/,+1d' {CONFIGURATION}")  # the page asks for the broker
    installation.start()
    code = enable(installation)
    phones = Phones(browser, f"http://127.0.0.1:{machine.page_port}/")

    page = phones.open()
    page.get_by_label("Code").fill(code)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    at_step(page, "Who trains")

    page = phones.resume(page, "Who trains")
    page.get_by_label("Name").fill("Anna")
    page.get_by_label("A measured maximum heart rate").check()
    page.get_by_label("Maximum heart rate (beats a minute)").fill("190")
    page.get_by_role("button", name="Save").click()
    at_step(page, "The strap")

    page = phones.resume(page, "The strap")
    page.get_by_role("button", name="Search for straps").click()
    page.get_by_role("button", name=re.compile("^Pair ")).click()
    expect(page.get_by_text("It works: 72 beats a minute")).to_be_visible()
    expect(page.get_by_text("is paired.")).to_be_visible()

    page = phones.resume(page, "Sound and light")
    installation.pins.clear()
    page.get_by_role("button", name="Play the warning").click()
    expect(page.get_by_text("It is playing now.")).to_be_visible()
    assert any(edge.level for edge in installation.pins.edges(BUZZER)), "the buzzer sounded"
    page.get_by_role("group", name=HEAR).get_by_role("button", name="Yes").click()
    page.get_by_role("group", name=SEE).get_by_role("button", name="Yes").click()
    at_step(page, "Smart home")

    page = phones.resume(page, "Smart home")
    page.get_by_label("Host name").fill("127.0.0.1")
    page.get_by_role("button", name="Test", exact=True).click()
    page.get_by_role("button", name="Use this broker").click()
    at_step(page, "That is all")

    page = phones.resume(page, "That is all")
    page.get_by_role("button", name="To the live page").click()
    number = page.locator("[data-athlete=anna] .number")
    expect(number).to_have_text("Heart rate 72 bpm")
    strap.go_out_of_range()
    expect(number).not_to_contain_text("72")
