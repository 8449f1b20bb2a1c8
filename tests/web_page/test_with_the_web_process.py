"""The page with the real web process and a real control socket; elsewhere here a stand-in plays both."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from talkpace.web import record_program
from talkpace.web.access_state import View

from ..formats.stored_sessions import stored_session, workout
from ..web.household import PASSWORD, House, open_house
from .conftest import FLAGS, chromium
from .fake_web import BUILT, Json, live, session


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    shutil.copytree(BUILT, tmp_path / "built")
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 720})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Security Policy" in said.text else None)
    yield page
    assert problems == []


def state(house: House, topic: str, payload: Json) -> None:
    house.daemon.feed.state(topic, json.dumps(payload))


async def test_from_the_first_password_to_a_mute(house: House, page: Page) -> None:
    state(house, "anna/session", session())
    state(house, "anna/live", live(121))
    await page.goto(f"http://127.0.0.1:{house.port}/")
    await page.get_by_label("Code").fill(house.admin.make_code(forget_password=False) or "")
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    await page.get_by_label("New password again").fill(PASSWORD)
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_role("heading", level=2)).to_have_text(["Anna", "Ben"])
    state(house, "anna/live", live(122))
    number = page.locator("[data-athlete=anna] .number")
    await expect(number).to_have_text("Heart rate 122 bpm")
    await page.get_by_role("button", name="Mute of Anna").click()
    await house.daemon.asked.wait()
    assert house.daemon.calls == [("command", {"athlete": "anna", "name": "mute", "argument": None})]

    status = page.get_by_text("service does not run")
    await house.daemon.stop()
    await expect(status).to_be_visible()
    await house.daemon.start()
    await expect(status).to_have_count(0)
    state(house, "anna/live", live(123))
    await expect(number).to_have_text("Heart rate 123 bpm")

    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_label("Password").fill("not the password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=2)).to_have_text(["Anna", "Ben"])


async def test_a_link_shows_one_athlete_and_nothing_to_press(house: House, page: Page) -> None:
    link = house.admin.make_link("tv", View(athletes=("anna",)))
    state(house, "anna/live", live(121))
    state(house, "ben/live", live(131))
    await page.goto(f"http://127.0.0.1:{house.port}/#link={link}")
    await expect(page.get_by_role("heading", level=2)).to_have_text(["Anna"])
    state(house, "anna/live", live(122))
    await expect(page.locator(".number")).to_have_text("Heart rate 122 bpm")
    await expect(page.get_by_role("button")).to_have_count(0)
    assert page.url == f"http://127.0.0.1:{house.port}/"


async def test_a_report_that_cannot_be_made_now_says_so_in_words(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_session(house.folder, workout(600)) as stored:
        report = f"http://127.0.0.1:{house.port}/api/sessions/{stored.id}/report"
    (house.folder / "talkpace.toml").write_text(f'store = {{ path = "{house.folder}/talkpace.db" }}')
    context = await browser.new_context(locale="de", viewport={"width": 320, "height": 640})
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{house.port}/")
    fields = page.locator("input")
    await fields.nth(0).fill(house.admin.make_code(forget_password=False) or "")
    await fields.nth(1).fill(PASSWORD)
    await fields.nth(2).fill(PASSWORD)
    await page.locator("form button").click()
    await expect(page.get_by_role("button", name="Abmelden")).to_be_visible()

    monkeypatch.setattr(record_program, "MOST_WAITING", 0)
    await page.goto(report)
    await expect(page.get_by_role("heading")).to_have_text("Das lässt sich nicht zeigen")
    await expect(page.get_by_text("Bitte in 60 Sekunden")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    monkeypatch.undo()
    await page.get_by_role("link", name="Noch einmal versuchen").click()
    await expect(page.get_by_text("recorded on gym")).to_be_visible()
