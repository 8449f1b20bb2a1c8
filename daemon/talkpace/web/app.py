"""The application: guard and routes, and the two connections to the daemon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from ..control.reconnecting_client import ReconnectingClient
from ..errors import StoreError
from .access import Access
from .daemon_routes import POLL_S, DaemonRoutes
from .event_stream import PAUSE_S
from .guard import Guard
from .history_routes import HistoryRoutes
from .host_names import HostNames
from .ingress import Ingress
from .live_feed import LiveFeed
from .page_files import PageFile
from .page_routes import PageRoutes
from .progress_calls import ProgressCalls
from .rate_limit import RateLimit
from .refusal import RefusedError
from .refusal_answer import refusal_answer
from .session_routes import SessionRoutes


class PageApp:
    """The page's application; `run` keeps it connected to the daemon."""

    def __init__(
        self,
        *,
        node: str,
        paths: Callable[[], Sequence[Path]],
        database: Path,
        access: Access,
        names: HostNames,
        files: Mapping[str, PageFile],
        history: HistoryRoutes,
        ingress: Ingress | None = None,
        pause_s: float = PAUSE_S,
        poll_s: float = POLL_S,
    ) -> None:
        """`node` is the node's id; `paths` are places of the control socket; `files` are the page's."""
        self.feed = LiveFeed()
        # One connection has the states. Long calls have another, so that neither waits for the other.
        self._states = ReconnectingClient(
            paths, database, on_connection=self._change_states, on_notification=self.feed.take
        )
        self._requests = ReconnectingClient(paths, database, on_connection=self._show_connection)
        self._history = history
        self._progress = ProgressCalls(paths, database)
        self._stopping = asyncio.Event()
        starlette = Starlette(
            routes=[
                *SessionRoutes(access, RateLimit(), node=node).routes(),
                *DaemonRoutes(
                    self.feed,
                    self._requests,
                    access,
                    progress=self._progress,
                    pause_s=pause_s,
                    poll_s=poll_s,
                ).routes(),
                *history.routes(),
                *PageRoutes(files).routes(),
            ],
            exception_handlers={
                RefusedError: _on_refusal,
                StoreError: _on_store_error,
                HTTPException: _on_http_error,
            },
        )
        starlette.router.redirect_slashes = False  # it would redirect to whatever the Host header says
        self.asgi: ASGIApp = Guard(starlette, names=names, access=access, ingress=ingress)

    @property
    def can_call(self) -> bool:
        """Whether there is a connection for calls."""
        return self._requests.is_connected

    async def run(self) -> None:
        """Stay connected to the daemon until `close`."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._states.run(), name="page: states"),
                tasks.create_task(self._requests.run(), name="page: requests"),
            ]
            await self._stopping.wait()
            for task in running:
                task.cancel()

    def _change_states(self, connected: bool) -> None:  # noqa: FBT001 - a callback with one value
        self.feed.forget_states()
        if not connected:
            self.feed.recent.add_gap()
        self._show_connection(connected)

    def _show_connection(self, _connected: bool) -> None:  # noqa: FBT001 - as above
        """Pages ask for more as soon as the daemon is back, so it is only with both connections."""
        self.feed.show_connection(connected=self._states.is_connected and self.can_call)

    def close(self) -> None:
        """End all open pages and the calls that wait: an open stream would keep the server from stopping."""
        self.feed.close()
        self._history.close()
        self._progress.close()
        self._stopping.set()


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal_answer(error, request.headers)


async def _on_store_error(request: Request, error: Exception) -> Response:
    return refusal_answer(RefusedError(503, str(error)), request.headers)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refusal_answer(RefusedError(error.status_code, error.detail), request.headers)
