"""Take the pictures of docs/pictures from the running program: `scripts/make-pictures [NAME...]`.

Daemon, web process, database and browser are the real ones; recordings stand for straps. Dates and times
are of today; the rest is the same each time.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from household_weeks import MEMBERS, Member, fill, write_capture
from playwright.async_api import Browser, Page, StorageState, async_playwright, expect

from talkpace.alerts.factory import open_outputs
from talkpace.cli.demo_page import web_process
from talkpace.cli.options import load_layers
from talkpace.clock import SystemClock
from talkpace.config.load import validate
from talkpace.service.app import Daemon
from talkpace.storage.paths import PAGE
from talkpace.web.access_admin import AccessAdmin
from talkpace.web.access_file import AccessFile
from talkpace.web.access_state import View

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PASSWORD = "talk while you train"
WORKOUT_S = 330
"""from the start of the workout to the pictures"""
SETTLE_MS = 2_000
"""a page has then fetched and drawn what it shows"""
PHONE, WALL = (390, 844), (1920, 1080)


@dataclass(frozen=True)
class Picture:
    """A page of those who have signed in, in one size."""

    name: str
    fragment: str
    size: tuple[int, int]
    scheme: str = "light"
    athlete: str | None = None


FIRST_USE = Picture("first-use-phone", "first_use", PHONE)
PAGES = (
    Picture("live-phone", "", PHONE, athlete="anna"),
    *(
        Picture(f"{name}-{place}", name, size)
        for name in ("history", "habits", "health", "settings")
        for place, size in (("phone", PHONE), ("wall", WALL))
    ),
)
"""in this order"""


async def main(names: list[str]) -> None:
    """Take the pictures with these names, or all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="talkpace-pictures-") as name:
        folder = Path(name)
        async with running_browser() as chromium:
            await take_first_use(chromium, folder / "empty", names)
            await take_household(chromium, folder, names)


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


async def take_first_use(browser: Browser, folder: Path, names: list[str]) -> None:
    """Take the first question of first use, of a household with nobody yet."""
    file = write_configuration(folder, ())
    async with household(file, folder) as (address, admin):
        studio = Studio(browser, address, names)
        await studio.take_page(FIRST_USE, await studio.set_up(admin))


async def take_household(browser: Browser, folder: Path, names: list[str]) -> None:
    """Take all pages of a household of three that trains."""
    file = write_configuration(folder, MEMBERS)
    async with household(file, folder) as (address, admin):
        end_s = asyncio.get_running_loop().time() + WORKOUT_S
        studio = Studio(browser, address, names)
        session = await studio.set_up(admin)
        print("five weeks of training", file=sys.stderr)
        await asyncio.to_thread(fill, folder, file, datetime.now(UTC).astimezone())
        print("today's training", file=sys.stderr)
        await asyncio.sleep(end_s - asyncio.get_running_loop().time())
        await studio.take_wall(admin)
        for picture in PAGES:
            await studio.take_page(picture, session)


class Studio:
    """Opens pages, and takes pictures of them."""

    def __init__(self, browser: Browser, address: str, names: list[str]) -> None:
        """`names` are those of the pictures to take; all where there are none."""
        self._browser = browser
        self._address = address
        self._names = names

    async def set_up(self, admin: AccessAdmin) -> StorageState:
        """Set the page up as a household does; return the cookie of who has signed in."""
        session = await self._set_up(str(admin.make_code(forget_password=True)))
        stranger = await self._open(PHONE, "light")
        await stranger.goto(self._address)
        await expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
        await self._take(stranger, "sign-in-phone")
        return session

    async def take_wall(self, admin: AccessAdmin) -> None:
        """Take the live page by a read-only link, as on a TV."""
        wall = await self._open(WALL, "dark")
        await wall.goto(f"{self._address}#link={admin.make_link('tv', View())}")
        await expect(wall.get_by_role("article", name="Anna")).to_contain_text("over the ceiling")
        await self._take(wall, "live-wall")

    async def take_page(self, picture: Picture, session: StorageState) -> None:
        """Take a page of those who have signed in."""
        if not self._is_asked_for(picture.name):
            return
        page = await self._open(picture.size, picture.scheme, session)
        query = f"?athlete={picture.athlete}" if picture.athlete else ""
        await page.goto(f"{self._address}{query}#{picture.fragment}")
        await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        await expect(page.get_by_role("main")).not_to_contain_text("Loading")
        await self._take(page, picture.name)

    async def _set_up(self, code: str) -> StorageState:
        """Set the password; return the cookie of who has signed in."""
        page = await self._open(PHONE, "light")
        await page.goto(self._address)
        await page.get_by_label("Code").fill("7KXZ-AW5Z")  # the same in every picture
        await self._take(page, "set-up-phone")
        await page.get_by_label("Code").fill(code)
        await page.get_by_label("New password", exact=True).fill(PASSWORD)
        await page.get_by_label("New password again").fill(PASSWORD)
        await page.get_by_role("button").click()
        await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return await page.context.storage_state()

    async def _open(self, size: tuple[int, int], scheme: str, session: StorageState | None = None) -> Page:
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=1 if size == WALL else 2,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            storage_state=session,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        page.set_default_timeout(30_000)
        return page

    async def _take(self, page: Page, name: str) -> None:
        if self._is_asked_for(name):
            await page.wait_for_timeout(SETTLE_MS)
            await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")
            print(name, file=sys.stderr)

    def _is_asked_for(self, name: str) -> bool:
        return not self._names or name in self._names


def write_configuration(folder: Path, members: Sequence[Member]) -> Path:
    """Make the folder with the household's file, and the recordings that stand for straps."""
    folder.mkdir(exist_ok=True)
    lines = [f'store = {{ path = "{folder}/talkpace.db" }}', "bluetooth = { enabled = false }"]
    lines += ['node = { id = "gym" }', "[log]", 'level = "error"']
    for number, member in enumerate(members):
        write_capture(member.today, member, number, folder / f"{member.id}.capture")
        lines += [
            "[[athletes]]",
            f'id = "{member.id}"\nname = "{member.name}"\nmax_heart_rate = {member.maximum}',
            f"resting_heart_rate = {member.resting}",
            "[[sources]]",
            f'kind = "recording"\nathlete = "{member.id}"\nfile = "{folder}/{member.id}.capture"',
        ]
    file = folder / "talkpace.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@asynccontextmanager
async def household(file: Path, folder: Path) -> AsyncIterator[tuple[str, AccessAdmin]]:
    """The daemon and the web process; yields the page's address, and who may let people in."""
    layers = load_layers(file)
    configuration = validate(layers)
    stop, ready = asyncio.Event(), asyncio.Event()
    async with (
        web_process(configuration.node.id, folder / "talkpace.db") as address,
        asyncio.TaskGroup() as tasks,
    ):
        assert address is not None
        outputs = open_outputs(configuration.alerts)
        daemon = Daemon(configuration, clock=SystemClock(), environ={}, outputs=outputs, layers=layers)
        running = tasks.create_task(daemon.run(stop, ready))
        await ready.wait()
        yield address, AccessAdmin(AccessFile(folder / PAGE))
        stop.set()
        await running


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
