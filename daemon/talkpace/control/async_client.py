"""A client of the control socket for an event loop: one connection, with requests side by side."""

from __future__ import annotations

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

from ..errors import DaemonError, DaemonNotRunningError
from .client import ANSWER_S, DaemonNotification
from .messages import LONGEST_LINE, ErrorCode, RequestError, request_message

_CONNECT_S = 2.0
_LONGEST_ANSWER = 16 * LONGEST_LINE


class AsyncControlClient:
    """A connection to the daemon of one database; `run` has to run while it is used."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._closed = False

    @classmethod
    async def connect(cls, paths: Iterable[Path], database: Path) -> Self:
        """Connect to the daemon that writes this database, an absolute path.

        Raises DaemonNotRunningError where none does.
        """
        for path in paths:
            try:
                async with asyncio.timeout(_CONNECT_S):
                    client = cls(*await asyncio.open_unix_connection(path, limit=_LONGEST_ANSWER))
            except (OSError, TimeoutError):
                continue
            if await client._writes(str(database)):
                return client
            client.close()
        raise DaemonNotRunningError("the daemon does not run; start it: sudo systemctl start talkpace")

    async def _writes(self, database: str) -> bool:
        """Whether the peer is the daemon of this database; nothing else may have been asked before."""
        self._number += 1
        try:
            async with asyncio.timeout(_CONNECT_S):
                self._writer.write(request_message(self._number, "node", {}))
                answer = json.loads(await self._reader.readline())
                return bool(answer["result"]["database"] == database)
        except (OSError, TimeoutError, ValueError, KeyError, TypeError):
            return False

    async def run(self, on_notification: Callable[[DaemonNotification], None] | None = None) -> None:
        """Read until the connection ends; then requests that still wait fail. Never raises for that."""
        try:
            while line := await self._reader.readline():
                self._take(json.loads(line), on_notification)
        except (OSError, ValueError):  # ValueError: a line that is too long, or no JSON
            pass
        finally:
            self.close()

    def _take(
        self, message: dict[str, Any], on_notification: Callable[[DaemonNotification], None] | None
    ) -> None:
        if "method" in message:
            if on_notification is not None:
                on_notification(DaemonNotification(message["method"], message["params"]))
            return
        future = self._waiting.pop(message.get("id") or 0, None)
        if future is None or future.done():  # who asked has gone
            return
        if "error" in message:
            future.set_exception(_request_error(message["error"]))
        else:
            future.set_result(message.get("result"))

    async def call(self, method: str, params: dict[str, Any], *, timeout_s: float = ANSWER_S) -> Any:
        """Send a request and wait for its result.

        Raises RequestError with the daemon's reason where it refuses, DaemonNotRunningError where the
        connection has ended, DaemonError where no answer comes in time.
        """
        if self._closed:
            raise DaemonNotRunningError("the daemon does not run")
        self._number += 1
        number = self._number
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                self._writer.write(request_message(number, method, params))
                return await future
        except TimeoutError:
            raise DaemonError(f"the daemon did not answer within {timeout_s:.0f} s") from None
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """Disconnect; the daemon cancels what it still does for this client."""
        self._closed = True
        self._writer.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(DaemonNotRunningError("the daemon was stopped in the meantime"))


def _request_error(error: dict[str, Any]) -> RequestError:
    try:
        code = ErrorCode(error.get("code", ErrorCode.REFUSED))
    except ValueError:
        code = ErrorCode.REFUSED
    return RequestError(code, str(error.get("message", "the request failed")))
