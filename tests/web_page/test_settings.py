"""The page for settings with the web process and a real daemon behind it."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from ..service.control_harness import daemon
from ..web.household import PASSWORD, House, open_house
from .conftest import FLAGS, chromium
from .fake_web import BUILT
from .node_modules import node_modules
from .test_accessibility import OUTSIDE_WINDOW, RULES, SCHEMES

expect.set_options(timeout=30_000)

HOUSEHOLD = """
node = {{ id = "gym" }}
bluetooth = {{ enabled = false }}
store = {{ path = "{folder}/talkpace.db" }}
mqtt = {{ host = "broker.lan" }}
[[athletes]]
id = "anna"
name = "Anna"
max_heart_rate = 180
"""
QUIET = [{"start": "22:00", "end": "07:00"}]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def household(folder: Path) -> AsyncIterator[tuple[House, Any]]:
    """Anna's daemon, served as a page; with a function that calls the daemon's methods."""
    shutil.copytree(BUILT, folder / "built")
    file = folder / "talkpace.toml"
    file.write_text(HOUSEHOLD.format(folder=folder))
    async with daemon(file) as call, open_house(folder, daemon=False) as house:
        await house.connected()
        yield house, call


async def show_settings(house: House, browser: Browser, *, athletes: int = 1, **options: Any) -> Page:
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 720}} | options)
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    code = house.admin.make_code(forget_password=True)
    await page.goto(f"http://127.0.0.1:{house.port}/#settings")
    fields = page.locator("input")
    await fields.nth(0).fill(code or "")
    await fields.nth(1).fill(PASSWORD)
    await fields.nth(2).fill(PASSWORD)
    await page.locator("form button").click()
    await expect(page.locator(".athletes article")).to_have_count(athletes)
    return page


def called(route: Route) -> dict[str, Any]:
    """The method and parameters of a call."""
    call: dict[str, Any] = json.loads(route.request.post_data or "{}")
    return call


async def refuse_list(route: Route) -> None:
    """Let no list of settings through, as where the connection ends."""
    if called(route)["method"] == "settings.list":
        await route.abort()
    else:
        await route.fallback()


async def rename_log_level(route: Route) -> None:
    """Answer as a daemon would with a setting that is newer than the page's help texts."""
    response = await route.fetch()
    await route.fulfill(response=response, body=(await response.text()).replace("log.level", "log.shade"))


class Air:
    """Answers the page's calls about straps in the daemon's place."""

    def __init__(self, *in_range: str) -> None:
        self.in_range = in_range
        self.assigned: list[Any] = []

    async def answer(self, route: Route) -> None:
        call = called(route)
        strangers = [
            {"address": each, "name": None, "signal_dbm": -60, "seen_s": 1} for each in self.in_range
        ]
        if call["method"] == "straps.list":
            await route.fulfill(json={"result": {"owned": [], "strangers": strangers, "ignored": []}})
        elif call["method"] == "straps.assign":
            self.assigned.append(call["params"])
            await route.fulfill(json={"result": {}})
        else:
            await route.fallback()


async def test_settings_are_found_changed_together_and_taken_back(tmp_path: Path, browser: Browser) -> None:
    async with household(tmp_path) as (house, call):
        page = await show_settings(house, browser, locale="en-GB")
        search, save = (
            page.get_by_label("Search settings"),
            page.get_by_role("button", name="Save", exact=True),
        )

        await search.fill("port")
        await page.get_by_label("Port", exact=True).fill("0")
        await search.fill("warn after")
        await page.get_by_label("Warn after").fill("8")
        await save.click()
        port = page.get_by_label("Port", exact=True)
        await expect(page.get_by_text("Allowed: at least 1, at most 65535.")).to_be_visible()
        await expect(page.get_by_text("Nothing was saved")).to_contain_text("MQTT broker: Port")
        await expect(port).to_be_focused()
        assert not (tmp_path / "settings.toml").exists()

        # What is not saved stays, and in sight, where somebody looks at another page in between.
        await page.get_by_role("link", name="Live").click()
        await page.get_by_role("link", name="Settings").click()
        await expect(page.get_by_text("2 changes, not saved yet")).to_be_visible()
        await expect(port).to_have_value("0")
        await port.fill("1884")
        await search.fill("adapter")
        await page.get_by_label("Adapter").fill("hci1")
        await save.click()
        await expect(page.get_by_text("Saved.")).to_contain_text("from the next session on")
        await expect(page.locator(".save-bar")).to_be_focused()
        assert "port = 1884" in (tmp_path / "settings.toml").read_text()
        waiting = page.get_by_role("region", name="Waits for talkpace to start again")
        await expect(waiting.get_by_role("listitem")).to_have_text("Bluetooth: Adapter")
        await expect(waiting).to_contain_text("sudo systemctl restart talkpace")

        await page.get_by_role("button", name="Take back Adapter").click()
        await search.fill("port")
        await port.fill("1885")
        await port.press("Control+a")
        await port.press("Delete")
        await expect(page.get_by_text("goes back to")).to_be_visible()
        await expect(port).to_have_value("")
        await save.click()
        await expect(waiting).to_have_count(0)
        await expect(page.locator("[data-key='mqtt.port'] .origin")).to_have_text("default")

        await page.route("**/api/call", refuse_list)
        await search.fill("warn after")
        await page.get_by_label("Warn after").fill("9")
        await save.click()
        await expect(page.get_by_role("alert").filter(has_text="could not be loaded")).to_be_visible()
        await expect(page.get_by_label("Warn after")).to_have_value("9")
        await page.unroute("**/api/call")

        await search.fill("pitch, lungs empty")
        await page.get_by_label("Pitch, lungs empty").fill("900")
        await save.click()
        await expect(page.get_by_text("low_hz must not be above high_hz")).to_be_visible()
        await page.get_by_role("button", name="Discard").click()

        await search.fill("quiet")
        await page.get_by_role("button", name="Add a row").click()
        await page.get_by_label("From", exact=True).fill("22:00")
        await page.get_by_label("Until", exact=True).fill("07:00")
        await search.fill("fahrenheit")
        await expect(page.get_by_text("0 found")).to_be_visible()
        await save.click()
        await expect(page.get_by_text("In effect now")).to_be_visible()
        values = {one["key"]: one["value"] for one in (await call("settings.list"))["values"]}
        assert (values["warnings.warn_after_s"], values["mqtt.port"]) == (9, None)
        assert [one["start"] for one in values["alerts.quiet_hours"]] == ["22:00:00"]

        await search.fill("")
        await page.get_by_role("heading", name="Program and host").click()
        await expect(page.get_by_label("Address", exact=True)).to_be_disabled()


async def test_athletes_are_added_changed_and_explained(tmp_path: Path, browser: Browser) -> None:
    async with household(tmp_path) as (house, call):
        page = await show_settings(house, browser, locale="en-GB")
        anna = page.locator("article[data-athlete=anna]")
        await expect(anna).to_contain_text("180 bpm · measured")
        await page.get_by_role("button", name="Add somebody").click()
        await page.get_by_label("Name").fill("Jörg B.")
        add = page.get_by_role("button", name="Add", exact=True)
        await add.click()
        await expect(page.get_by_text("neither max_heart_rate nor birth_year is known")).to_be_visible()
        await page.get_by_label("Year of birth").fill("1976")
        await add.click()
        jorg = page.locator("article[data-athlete=jorg-b]")
        await expect(jorg).to_contain_text("estimated by age (Tanaka)")

        await page.get_by_role("button", name="Change Anna").click()
        ceiling = page.get_by_label("Own ceiling")
        await ceiling.fill("200")
        await page.get_by_role("button", name="Save Anna").click()
        await expect(anna.get_by_text("Allowed: above 0 %, at most 150 %.")).to_be_visible()
        await ceiling.fill("65")
        await page.get_by_label("Year of birth").fill("1985")
        await page.get_by_role("button", name="Save Anna").click()
        await expect(anna).to_contain_text("cardio 117")
        change = page.get_by_role("button", name="Change Anna")
        await expect(change).to_be_focused()

        air = Air("C0:FF:EE:00:00:01")
        await page.route("**/api/call", air.answer)
        await page.get_by_role("button", name="Add a guest for today").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Name").fill("Gustav")
        await dialog.get_by_role("button", name="Add").click()
        await expect(page.locator("article[data-athlete=guest-1]")).to_contain_text("unknown, taken as low")
        # The strap that is shown is given, also where another was in range first.
        await change.click()
        give = page.get_by_role("button", name="Give a strap")
        await expect(give).to_be_visible()
        air.in_range = ("C0:FF:EE:00:00:02", "C0:FF:EE:00:00:03")
        await give.click()
        await expect(page.get_by_label("Strap in range")).to_have_value(air.in_range[0])
        await give.click()
        await expect(give).to_have_attribute("aria-disabled", "false")
        assert [each["address"] for each in air.assigned] == ["C0:FF:EE:00:00:01", air.in_range[0]]
        described = {one["athlete"]: one for one in await call("athletes.describe")}
        assert described["anna"]["values"]["ceiling"] == {"value": 0.65, "source": "command"}
        assert described["jorg-b"]["name"] == "Jörg B."


async def test_help_is_in_german_where_the_page_is(tmp_path: Path, browser: Browser) -> None:
    async with household(tmp_path) as (house, _call):
        page = await show_settings(house, browser, locale="de", viewport={"width": 800, "height": 900})
        await page.route("**/api/call", rename_log_level)
        await page.reload()
        await page.get_by_role("button", name="Ändern Anna").click()
        await expect(page.locator("[id='anna.weight_kg-help']")).to_have_text(
            "Körpergewicht in kg, für das Trinkziel am Tag."
        )
        for area in await page.locator("summary").all():
            await area.click()
        await expect(page.locator("[id='warnings.warn_after_s-help']")).to_contain_text("bis gewarnt wird")
        await expect(page.get_by_text("Die Datenbank.")).to_be_visible()
        await expect(page.get_by_text("Schritte sind Dauern in ms")).to_be_visible()
        await expect(page.locator("[id='alerts.patterns.over.rank-help']")).to_contain_text("Höherer Rang")
        await expect(page.locator(".settings :lang(en)")).to_have_text(
            "Lowest level to log; debug also logs heart rates."
        )
        await page.get_by_role("searchbox").fill("trockener Gurt")
        await expect(page.get_by_text("1 gefunden")).to_be_visible()


async def test_an_athlete_is_removed_after_a_question(tmp_path: Path, browser: Browser) -> None:
    async with household(tmp_path) as (house, call):
        await call("athletes.add", athlete="ben", values={"name": "Ben", "max_heart_rate": 181})
        page = await show_settings(house, browser, athletes=2, locale="en-GB")
        live = await page.context.new_page()
        await live.goto(f"http://127.0.0.1:{house.port}/")
        await expect(live.get_by_role("heading", level=2)).to_have_text(["Anna", "Ben"])

        await page.get_by_role("button", name="Change Anna").click()
        await expect(page.get_by_text("Anna is in the configuration file")).to_be_visible()
        await page.get_by_role("button", name="Change Ben").click()
        remove = page.get_by_role("button", name="Remove Ben")
        await remove.click()
        dialog = page.get_by_role("dialog", name="Remove Ben?")
        await expect(dialog).to_contain_text("Sessions and notes stay in the history")
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(remove).to_be_focused()
        assert len(await call("athletes.list")) == 2

        await remove.click()
        await dialog.get_by_role("button", name="Remove", exact=True).click()
        await expect(page.locator(".athletes article")).to_have_count(1)
        await expect(page.get_by_role("heading", name="Who trains here")).to_be_focused()
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna"]
        await expect(live.get_by_role("heading", level=2)).to_have_text(["Anna"])
        await live.reload()
        await expect(live.get_by_role("heading", level=2)).to_have_text(["Anna"])


async def test_axe_finds_nothing_and_nothing_scrolls_sideways(tmp_path: Path, browser: Browser) -> None:
    axe = (node_modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    async with household(tmp_path) as (house, call):
        await call("settings.set", changes={"alerts.quiet_hours": QUIET, "mqtt.port": 1884})
        page = await show_settings(house, browser, locale="de", viewport={"width": 320, "height": 640})
        await page.locator("article button").click()
        for area in await page.locator("summary").all():
            await area.click()
        await page.locator("[id='mqtt.port']").fill("0")
        await page.locator(".save-bar .main").click()
        await expect(page.locator("[id='mqtt.port-error']")).not_to_be_empty()
        for size in ("100%", "200%"):
            await page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
            assert await page.evaluate("document.documentElement.scrollWidth") == 320, size
            assert await page.evaluate(OUTSIDE_WINDOW) == [], size
        small = "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        assert await page.locator(".settings :is(button, input, select, summary)").evaluate_all(small) == []
        await page.evaluate(axe)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            found = (await page.evaluate("rules => axe.run({ runOnly: rules })", RULES))["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], scheme
