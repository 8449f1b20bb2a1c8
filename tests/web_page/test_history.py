"""The history with the real web process and a real record: found, read, enlarged, deleted, restored."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from talkpace.storage.records import SessionOpened
from talkpace.storage.store import Store

from ..formats.stored_sessions import stored_session, workout
from ..web.household import PASSWORD, House, open_house
from .conftest import FLAGS, chromium
from .fake_web import BUILT


def record(folder: Path) -> str:
    """A measured session of November, and one of October that still runs; returns the first one's id."""
    with stored_session(folder, workout(600)) as session:
        pass
    with Store.open(folder / "talkpace.db") as store:
        row = store.session(session.id)
        names = "node clock_synchronised boot origin_ms profile strap_name strap_address"
        same = {name: getattr(row, name) for name in names.split()}
        start = datetime(2026, 10, 3, 8, tzinfo=UTC)
        store.write([SessionOpened("b" * 32, athlete="ben", activity="strength", start=start, **same)])
    return session.id


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


async def test_a_session_is_found_read_enlarged_deleted_and_restored(house: House, browser: Browser) -> None:
    session = record(house.folder)
    page = await browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Security Policy" in said.text else None)
    await page.goto(f"http://127.0.0.1:{house.port}/#history")
    await page.get_by_label("Code").fill(house.admin.make_code(forget_password=False) or "")
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    await page.get_by_label("New password again").fill(PASSWORD)
    await page.get_by_role("button", name="Save the password").click()

    month, lines = page.get_by_role("heading", level=2), page.locator(".sessions li")
    await expect(month).to_have_text("November 2026")
    await page.get_by_role("button", name="Earlier month").click()
    await expect(month).to_have_text("October 2026")
    await expect(lines).to_contain_text("strength · still running")
    await page.get_by_label("Athlete").select_option("Anna")
    await expect(month).to_have_text("November 2026")
    await page.get_by_label("Activity").select_option("cardio")
    await expect(lines).to_have_count(1)

    await lines.get_by_role("link").press("Enter")
    await expect(page.get_by_role("heading", name="Sun, 1 Nov 2026, 18:02")).to_be_focused()
    plot = page.get_by_role("slider", name="Point in time")
    await plot.press("Home")
    await expect(plot).to_have_attribute("aria-valuetext", re.compile(r"^0:00: 118 bpm, \d+.%, "))
    await plot.press("ArrowRight")
    await expect(plot).to_have_attribute("aria-valuetext", re.compile(r"^0:0[1-9]: "))
    await expect(page.locator(".value")).to_have_text(await plot.get_attribute("aria-valuetext") or "")
    far = page.locator(".u-cursor-x")
    await plot.press("End")
    before = await far.evaluate("each => each.getBoundingClientRect().left")
    await plot.press("Home")
    for key in "++":
        await plot.press(key)
    await plot.press("PageUp")
    near = await plot.get_attribute("aria-valuenow")
    assert near is not None
    assert 10 <= int(near) <= 25  # a tenth of the quarter that is shown
    await plot.press("0")
    await plot.press("End")
    assert abs(await far.evaluate("each => each.getBoundingClientRect().left") - before) <= 1
    over = await page.locator(".u-over").bounding_box()
    assert over is not None
    await page.mouse.move(over["x"] + over["width"] / 2, over["y"] + 50)
    await expect(plot).to_have_attribute("aria-valuetext", re.compile(r"^[45]:\d\d: "))

    await page.get_by_text("As a table").click()
    await expect(page.get_by_role("table").filter(has_text="Highest").locator("tbody tr")).to_have_count(11)
    report = page.get_by_role("link", name="Report")
    assert await report.get_attribute("href") == f"api/sessions/{session}/report"

    as_json = page.get_by_role("button", name="JSON")
    await as_json.click()
    await expect(page.get_by_role("alert").filter(has_text="talkpace.toml: no such file")).to_be_visible()
    (house.folder / "talkpace.toml").write_text(
        f'store = {{ path = "{house.folder}/talkpace.db" }}\n'
        'athletes = [{ id = "anna", max_heart_rate = 190 }]'
    )
    async with page.expect_download() as download:
        await as_json.click()
    assert (await download.value).suggested_filename == "talkpace-2026-11-01-1802-anna.json"
    async with page.expect_popup() as popup:
        await report.click()
    await expect((await popup.value).get_by_role("heading", level=1)).to_be_visible()

    await page.get_by_role("button", name="Delete").click()
    undo = page.get_by_role("button", name="Undo")
    await expect(undo).to_be_focused()
    await expect(page.get_by_text("There are no such sessions yet.")).to_be_visible()
    await undo.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="The session is back.")).to_be_focused()
    await lines.get_by_role("link").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(undo).to_be_focused()
    await page.reload()
    await page.get_by_text("Deleted sessions").click()
    await page.get_by_role("button", name="Restore Sun, 1 Nov").click()
    await expect(month).to_have_text("November 2026")
    await expect(lines.get_by_role("link")).to_have_attribute("href", f"#history/{session}")
    assert problems == []
