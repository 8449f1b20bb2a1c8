"""The page's server in this process, on a real control socket with methods of the test's own."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from talkpace.config.web import WebConfig
from talkpace.control.method_models import SessionParams
from talkpace.control.methods import Caller, with_handlers
from talkpace.control.server import ControlServer
from talkpace.control.state_feed import StateFeed
from talkpace.errors import CommandError
from talkpace.storage.store import Store
from talkpace.web.access import Access
from talkpace.web.access_admin import AccessAdmin
from talkpace.web.access_file import AccessFile
from talkpace.web.access_state import View
from talkpace.web.app import PageApp
from talkpace.web.history_routes import HistoryRoutes
from talkpace.web.host_names import HostNames
from talkpace.web.ingress import Ingress
from talkpace.web.page_files import read_page_files
from talkpace.web.record_program import RecordProgram
from talkpace.web.record_reader import RecordReader
from talkpace.web.server import PageServer

from .http_client import PATIENCE_S, Browser

PASSWORD = "talk while you train"
HOST_NAME = "gym-pi"
STRAP = "A0:9E:1A:00:00:01"


class Time:
    """Seconds since 1970, as the test says."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class FakeDaemon:
    """The daemon's end of the control socket: it remembers calls, and publishes what the test says."""

    def __init__(self, folder: Path) -> None:
        self.feed = StateFeed()
        self.calls: list[tuple[str, Any]] = []
        self.database = folder / "talkpace.db"
        self.clients = 0
        self.places = asyncio.Semaphore(100)
        """how many more clients are let in"""
        self.answering = asyncio.Event()
        self.answering.set()
        self.asked = asyncio.Event()
        self.cancelled = asyncio.Event()
        self._path = folder / "control"
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        names = ("command", "athletes.set", "settings.set", "scan")
        methods = with_handlers(
            {
                "node": self._node,
                "watch": self._watch,
                "athletes.list": self._athletes,
                "sessions.delete": self._delete_session,
                "sessions.restore": self._restore_session,
                **{name: self._remember(name) for name in names},
            }
        )
        server = ControlServer([self._path], methods=methods, feed=self.feed)
        self._task = asyncio.create_task(server.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def live(self, athlete: str, heart_rate: int, **more: object) -> None:
        self.feed.state(f"{athlete}/live", json.dumps({"heart_rate": heart_rate, **more}))

    async def _node(self, _params: Any, _caller: Caller) -> dict[str, str]:
        self.clients += 1
        await self.places.acquire()
        return {"node": "gym", "version": "1", "database": str(self.database)}

    async def _watch(self, _params: Any, caller: Caller) -> None:
        caller.watch(None)

    async def _athletes(self, _params: Any, _caller: Caller) -> list[dict[str, str]]:
        return [{"athlete": "anna", "name": "Anna"}, {"athlete": "ben", "name": "Ben"}]

    async def _delete_session(self, params: SessionParams, _caller: Caller) -> dict[str, str]:
        with Store.open(self.database) as store:
            now = datetime.now(UTC)
            session = store.mark_deleted(params.session, now)
        return {"session": session, "restorable_until": now.isoformat()}

    async def _restore_session(self, params: SessionParams, _caller: Caller) -> dict[str, str]:
        with Store.open(self.database) as store:
            return {"session": store.restore_session(params.session)}

    def _remember(self, name: str) -> Any:
        async def carry_out(params: Any, caller: Caller) -> Any:
            self.calls.append((name, params.model_dump(exclude_unset=True)))
            self.asked.set()
            if name == "scan":
                caller.notify("found", {"address": STRAP})
            try:
                await self.answering.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
            if getattr(params, "name", "") == "fly":
                raise CommandError("there is no command 'fly'")
            return {"state": {}}

        return carry_out


class House:
    """The page's server and the daemon behind it."""

    def __init__(
        self,
        folder: Path,
        settings: WebConfig | None = None,
        *,
        ingress: Ingress | None = None,
        **timing: float,
    ) -> None:
        self.folder = folder
        self.time = Time()
        self.file = AccessFile(folder / "web")
        self.admin = AccessAdmin(AccessFile(folder / "web"), now=self.time)
        self.daemon = FakeDaemon(folder)
        self.settings = settings or WebConfig(enabled=True)
        self.app = PageApp(
            node="gym",
            paths=lambda: [folder / "control"],
            database=self.daemon.database,
            access=Access(self.file, now=self.time),
            names=HostNames(["gym.example.org"], host_name=HOST_NAME),
            files=read_page_files(folder / "built"),
            history=HistoryRoutes(
                RecordReader(self.daemon.database),
                RecordProgram(
                    [sys.executable, "-m", "talkpace"], ["--config", str(folder / "talkpace.toml")]
                ),
                lambda _athlete: ZoneInfo("Europe/Berlin"),
            ),
            ingress=ingress,
            **timing,
        )
        self.ingress_port = 0 if ingress is None else ingress.port
        self.port = 0
        self.server: PageServer | None = None

    def browser(self, **headers: str) -> Browser:
        return Browser(self.port, headers=headers)

    async def new_member(self) -> Browser:
        """A browser that has set the password with a new code."""
        browser = self.browser()
        code = self.admin.make_code(forget_password=True)
        answer = await browser.post("/api/setup", {"code": code, "password": PASSWORD})
        assert answer.status == 200, answer.content
        return browser

    async def new_screen(self, view: View | None = None, name: str = "tv") -> Browser:
        """A browser that has opened a read-only link."""
        browser = self.browser()
        answer = await browser.post("/api/link", {"link": self.admin.make_link(name, view or View())})
        assert answer.status == 200, answer.content
        return browser

    async def connected(self, *, connected: bool = True) -> None:
        """Wait until the server has noticed that the daemon is there, or gone."""
        async with asyncio.timeout(PATIENCE_S):
            while self.app.feed.is_connected != connected or self.app.can_call != connected:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def pages(self, number: int) -> None:
        """Wait until so many streams and polls are open."""
        async with asyncio.timeout(PATIENCE_S):
            while self.app.feed.pages != number:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    daemon: bool = True,
    settings: WebConfig | None = None,
    ingress_from: str = "172.30.32.2",
    **timing: float,
) -> AsyncIterator[House]:
    """A household whose page is served; its daemon is connected, unless it is not to run."""
    with socket.socket() as listener, socket.socket() as ingress:
        listener.bind(("127.0.0.1", 0))
        ingress.bind(("127.0.0.1", 0))
        house = House(folder, settings, ingress=Ingress(ingress.getsockname()[1], ingress_from), **timing)
        if daemon:
            await house.daemon.start()
        house.port = listener.getsockname()[1]
        house.server = server = PageServer(house.app, house.settings)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(house.app.run())
            tasks.create_task(server.serve([listener, ingress]))
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0)
            try:
                if daemon:
                    await house.connected()
                yield house
            finally:
                server.should_exit = True
    await house.daemon.stop()
