"""Live values as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .access import Visitor
from .live_feed import LiveFeed, Page

PAUSE_S = 15.0
"""after this long without a change a comment is sent; as often whether the session is still valid is asked"""
_RETRY = b"retry: 2000\n\n"
_COMMENT = b": still here\n\n"


class EventStream(Response):
    """All latest states, then every change, until the page is left, signed out or stopped."""

    media_type = "text/event-stream"

    def __init__(
        self, feed: LiveFeed, visitor: Visitor, is_valid: Callable[[], bool], *, pause_s: float
    ) -> None:
        """`is_valid` tells whether the visitor's session has not ended."""
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._feed = feed
        self._visitor = visitor
        self._is_valid = is_valid
        self._pause_s = pause_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. Raises RefusedError where too many pages are open."""
        del scope
        with self._feed.open_page(self._visitor.shows) as page:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with closed_when_left(receive, page):
                await self._send_changes(page, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_changes(self, page: Page, send: Send) -> None:
        loop = asyncio.get_running_loop()
        check_s = loop.time() + self._pause_s
        first = self._feed.since(0, self._visitor.shows)
        gone = b"" if self._feed.is_connected else _connection_frame(connected=False)
        await _send_part(send, _RETRY + gone + b"".join(one.frame for one in first))
        while True:
            changed = await page.wait(max(0.0, check_s - loop.time()))
            if page.is_closed:
                return
            if loop.time() >= check_s:
                if not self._is_valid():
                    return
                check_s = loop.time() + self._pause_s
            if not changed:
                await _send_part(send, _COMMENT)
                continue
            connection, updates = page.take()
            head = b"" if connection is None else _connection_frame(connected=connection)
            await _send_part(send, head + b"".join(one.frame for one in updates))


async def _send_part(send: Send, body: bytes) -> None:
    """Send, and wait while the reader is slow."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


@asynccontextmanager
async def closed_when_left(receive: Receive, page: Page) -> AsyncIterator[None]:
    """Within the block the page is closed as soon as the browser disconnects."""
    async with asyncio.TaskGroup() as tasks:
        leaving = tasks.create_task(_close_when_left(receive, page), name="page: leaving")
        yield
        leaving.cancel()


async def _close_when_left(receive: Receive, page: Page) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    page.close()


def _connection_frame(*, connected: bool) -> bytes:
    return f"event: daemon\ndata: {json.dumps({'connected': connected})}\n\n".encode()
