"""First use with the real daemon, a strap on a fake radio, and somebody who is interrupted at each step."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from talkpace.service import tasks as tasks_module

from ..broker import Mosquitto, free_port
from ..service.control_harness import STRAP, Air, daemon, household
from ..web.household import PASSWORD, House, open_house
from .conftest import FLAGS, chromium
from .fake_web import BUILT

expect.set_options(timeout=30_000)

ALERTS = "alerts = { buzzer = { kind = 'active' }, led = { kind = 'single' } }"
SECRET = "a password of the household's"
STRANGER = "C0:FF:EE:00:00:02"


class CrowdedAir(Air):
    """A stranger's strap is in range too."""

    async def scan(self, on_advertisement: Any) -> Any:
        scan = await super().scan(on_advertisement)
        self.advertise(STRANGER, "TICKR 0002", -88)
        return scan


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


class Household:
    """People at home: each page is of a phone that has not been there before."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser = browser
        self._address = f"http://127.0.0.1:{house.port}/"
        self.problems: list[str] = []

    async def open(self, fragment: str = "") -> Page:
        context = await self._browser.new_context(
            locale="en-GB", viewport={"width": 390, "height": 844}, accept_downloads=True
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: self.problems.append(said.text) if "Security Policy" in said.text else None,
        )
        await page.goto(self._address + fragment)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        return page

    async def resume(self, page: Page, step: str) -> Page:
        """Leave a page, and find the step on another phone."""
        await page.context.close()
        page = await self.open()
        await expect(page.get_by_role("heading", level=2, name=step)).to_be_visible()
        return page


async def test_from_an_empty_database_to_a_tested_alert_and_a_broker(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch, mosquitto: Mosquitto
) -> None:
    air = CrowdedAir()
    monkeypatch.setattr(tasks_module, "_open_radio", lambda _adapter: air)
    (tmp_path / "built").symlink_to(BUILT)
    async with (
        daemon(household(tmp_path, ALERTS, bluetooth=True)) as call,
        open_house(tmp_path, daemon=False) as house,
    ):
        await house.connected()
        await house.new_member()
        home = Household(browser, house)
        page = await home.open()

        await expect(page.get_by_role("heading", level=2, name="Who trains")).to_be_visible()
        await page.get_by_label("Name").fill("Jörg Müller")
        await page.get_by_label("Year of birth").last.fill("1976")
        await expect(page.get_by_text("off by 10 beats")).to_be_visible()
        await page.get_by_label("such as a beta-blocker").check()
        await expect(page.get_by_label("Year of birth")).to_have_count(0)
        await page.get_by_label("Maximum heart rate").fill("120")
        await page.get_by_label("Ceiling of your own").fill("60")
        await expect(page.get_by_text("warns above 72 beats")).to_be_visible()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=2, name="The strap")).to_be_focused()
        assert await call("athletes.list") == [{"athlete": "jorg-muller", "name": "Jörg Müller"}]

        page = await home.resume(page, "The strap")
        await page.get_by_role("button", name="Search for straps").click()
        await page.get_by_role("button", name="Pair Polar H10 12345678").click()
        await expect(page.get_by_text("It works: 80 beats a minute")).to_be_visible()
        await expect(page.get_by_text("Polar H10 12345678 is paired.")).to_be_visible()
        assert (await call("first_use"))["straps"] == {"jorg-muller": [STRAP]}

        page = await home.resume(page, "Sound and light")
        await page.get_by_role("button", name="Play the warning").click()
        await expect(page.get_by_text("It is playing now.")).to_be_visible()
        heard = page.get_by_role("group", name="Did you hear the buzzer?")
        await heard.get_by_role("button", name="Yes").click()
        await expect(heard.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
        page = await home.resume(page, "Sound and light")
        seen = page.get_by_role("group", name="Did you see the LED?")
        await seen.get_by_role("button", name="No").click()
        await expect(seen.get_by_text("through a resistor")).to_be_visible()
        await seen.get_by_role("button", name="Yes").click()
        await expect(page.get_by_role("heading", level=2, name="Smart home")).to_be_focused()
        await page.get_by_role("link", name="Sound and light").click()
        await seen.get_by_role("button", name="No").click()
        await expect(seen.get_by_text("through a resistor")).to_be_visible()
        await seen.get_by_role("button", name="Yes").click()
        await page.get_by_role("button", name="Go on").click()

        await expect(page.get_by_role("heading", level=2, name="Smart home")).to_be_visible()
        page = await home.resume(page, "Smart home")
        await page.get_by_label("Host name").fill("127.0.0.1")
        await page.get_by_label("Port").fill(str(free_port()))
        await page.get_by_role("button", name="Test", exact=True).click()
        await expect(page.get_by_role("alert").get_by_text("cannot be reached")).to_be_visible()
        await page.get_by_label("Port").fill(str(mosquitto.port))
        await page.get_by_label("User name").fill("gym")
        await page.get_by_label("Password").fill(SECRET)
        await page.get_by_role("button", name="Test", exact=True).click()
        await page.get_by_role("button", name="Use this broker").click()

        await expect(page.get_by_role("heading", level=2, name="That is all")).to_be_visible()
        page = await home.resume(page, "That is all")
        await page.get_by_role("button", name="To the live page").click()
        await expect(page.get_by_role("heading", level=2, name="Jörg Müller")).to_be_visible()
        assert not (await call("first_use"))["open"]

        await call("scan", seconds=1)  # a stranger is forgotten after five minutes, which pass fast here
        await page.get_by_role("link", name="Health").click()
        rows = page.get_by_role("listitem")
        stranger = rows.filter(has_text=STRANGER)
        await expect(stranger).to_contain_text("weak signal")
        await stranger.get_by_role("button", name="Guest for today").click()
        await page.get_by_role("dialog").get_by_label("Name").fill("Zoe")
        await page.get_by_role("button", name="Lend the strap").click()
        await expect(rows.filter(has_text=STRANGER)).to_contain_text("Zoe")
        await expect(rows.filter(has_text="MQTT broker")).to_contain_text("accepts connections")
        await expect(rows.filter(has_text=STRAP)).to_contain_text("Jörg Müller")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Download diagnostics").click()
        text = (await (await download.value).path()).read_text()
        assert {"version", "health", "findings", "browser"} <= json.loads(text).keys()
        assert not any(secret in text for secret in (STRAP, "12345678", SECRET))

        await rows.filter(has_text=STRAP).get_by_role("button", name="Forget").click()
        await page.get_by_role("button", name="Forget it").click()
        await expect(rows.filter(has_text=STRAP).get_by_text("Owner")).to_have_count(0)
        assert STRAP not in (await call("first_use"))["straps"].get("jorg-muller", [])
        assert home.problems == []
