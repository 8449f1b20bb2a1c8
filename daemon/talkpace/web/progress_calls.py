"""Calls whose progress a page shows, such as a search: each has a connection to the daemon of its own.

So the daemon's notifications belong to this call, and the call ends when its page does.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..control.async_client import AsyncControlClient
from ..control.client import DaemonNotification
from ..control.messages import ErrorCode, RequestError
from ..errors import DaemonError
from .refusal import RefusedError

MOST_CALLS = 4
"""at the same time: the daemon has one radio"""
_MOST_WAITING = 200
"""notifications that wait for a slow page; then the oldest is dropped"""


class ProgressCalls:
    """Makes calls; answers with lines of JSON: `{"notification"}`s, at last `{"result"}` or `{"error"}`."""

    def __init__(self, paths: Callable[[], Sequence[Path]], database: Path) -> None:
        """`paths` returns places of the control socket."""
        self._paths = paths
        self._database = database.resolve()
        self._clients: set[AsyncControlClient] = set()
        self._running = 0
        self._closed = False

    def answer(self, method: str, params: dict[str, Any], *, timeout_s: float) -> Response:
        """The answer to a request; it carries out the call as it is sent."""
        return _ProgressStream(self, method, params, timeout_s)

    def close(self) -> None:
        """End all calls."""
        self._closed = True
        for client in tuple(self._clients):
            client.close()

    async def run(self, stream: _ProgressStream, receive: Receive, send: Send) -> None:
        """Carry the call of a stream out until its page is left. Raises RefusedError at too many."""
        if self._running >= MOST_CALLS:
            raise RefusedError(
                429, f"{MOST_CALLS} searches and pairings run already: wait, or close their pages"
            )
        self._running += 1
        try:
            await send({"type": "http.response.start", "status": 200, "headers": stream.raw_headers})
            try:
                client = await AsyncControlClient.connect(self._paths(), self._database)
            except DaemonError as error:
                await _send_last(send, _error(ErrorCode.REFUSED, str(error)))
                return
            self._clients.add(client)
            if self._closed:
                client.close()
            try:
                await _Call(client, stream).run(receive, send)
            finally:
                self._clients.discard(client)
                client.close()
        finally:
            self._running -= 1


class _ProgressStream(Response):
    media_type = "application/x-ndjson"

    def __init__(self, calls: ProgressCalls, method: str, params: dict[str, Any], timeout_s: float) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._calls = calls
        self.method = method
        self.params = params
        self.timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await self._calls.run(self, receive, send)


class _Call:
    """One call on its connection."""

    def __init__(self, client: AsyncControlClient, stream: _ProgressStream) -> None:
        self._client = client
        self._stream = stream
        self._waiting: deque[DaemonNotification] = deque(maxlen=_MOST_WAITING)
        self._any = asyncio.Event()

    async def run(self, receive: Receive, send: Send) -> None:
        async with asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(self._client.run(self._take), name="page: progress"),
                tasks.create_task(self._close_when_left(receive), name="page: leaving"),
            ]
            calling = tasks.create_task(self._call(), name="page: call")
            calling.add_done_callback(lambda _task: self._any.set())
            while not calling.done():
                await self._any.wait()
                self._any.clear()
                await self._send_waiting(send)
            await _send_last(send, calling.result())
            for task in helpers:
                task.cancel()

    async def _call(self) -> dict[str, Any]:
        stream = self._stream
        try:
            return {
                "result": await self._client.call(stream.method, stream.params, timeout_s=stream.timeout_s)
            }
        except RequestError as error:
            return _error(error.code, str(error))
        except DaemonError as error:
            return _error(ErrorCode.REFUSED, str(error))

    def _take(self, notification: DaemonNotification) -> None:
        self._waiting.append(notification)
        self._any.set()

    async def _send_waiting(self, send: Send) -> None:
        while self._waiting:
            one = self._waiting.popleft()
            document = {"notification": {"method": one.method, "params": one.params}}
            await send({"type": "http.response.body", "body": _line(document), "more_body": True})

    async def _close_when_left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._client.close()


def _error(code: ErrorCode, message: str) -> dict[str, Any]:
    return {"error": {"code": int(code), "message": message}}


def _line(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


async def _send_last(send: Send, document: object) -> None:
    await send({"type": "http.response.body", "body": _line(document), "more_body": False})
