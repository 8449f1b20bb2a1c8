"""One client of the control socket: its requests, answers, and the states that it watches."""

from __future__ import annotations

import asyncio
import logging
from asyncio import StreamReader, StreamWriter

from .messages import (
    ErrorCode,
    Request,
    RequestError,
    error_message,
    notification_message,
    parse_request,
    request_id,
    result_message,
)
from .methods import Methods
from .outgoing import OutgoingQueue
from .state_feed import Change, StateFeed

MOST_REQUESTS = 8
"""requests of one client that are carried out at the same time"""
MOST_LINES = 100
"""lines of one client a second; it is read no faster than this"""
WATCH_PAUSE_S = 0.05
"""between two sendings to a client that watches: what comes within it is sent together"""
FLUSH_S = 0.5
"""time limit for sending what waits as the daemon stops"""

_log = logging.getLogger(__name__)


class Connection:
    """Carries out a client's requests until it disconnects; whatever still runs then is cancelled.

    A client that does not read its answers is disconnected; one that reads slowly misses old states.
    """

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, *, methods: Methods, feed: StateFeed
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._methods = methods
        self._feed = feed
        self._queue = OutgoingQueue()
        self._topics: frozenset[str] | None = frozenset()
        self._running = 0

    # -- as a watcher ------------------------------------------------------------------------------

    def state_changed(self, change: Change) -> None:
        """Queue a state, if it is watched."""
        if self._watches(change.topic):
            self._queue.put_state(change)

    def event_raised(self, change: Change) -> None:
        """Queue an event, if it is watched."""
        if self._watches(change.topic):
            self._queue.put_event(change)

    def _watches(self, topic: str) -> bool:
        return self._topics is None or topic in self._topics

    # -- as a caller -------------------------------------------------------------------------------

    def notify(self, method: str, params: object) -> None:
        """Queue a message of a method that runs."""
        self._queue.put_message(notification_message(method, params))

    def watch(self, topics: frozenset[str] | None) -> None:
        """Send the latest of these states, and every change from now on."""
        self._topics = topics
        for change in self._feed.latest:
            self.state_changed(change)
        self._feed.add(self)

    # -- running -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until the client disconnects or the task is cancelled; then send what waits, and close."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send(), name="control: answers")
                await self._receive(tasks)
                raise _DisconnectedError
        except asyncio.CancelledError:
            await self._flush()
            raise
        except BaseExceptionGroup as group:
            _, others = group.split((_DisconnectedError, ConnectionError))
            if others is not None:
                raise others from None
        finally:
            self._feed.remove(self)
            self._writer.close()

    async def _receive(self, tasks: asyncio.TaskGroup) -> None:
        """Start each request; return at the end of the stream, or after a line that is too long."""
        pace = _ReadingPace()
        while True:
            await pace.wait()
            try:
                line = await self._reader.readline()
            except ValueError:  # the limit of the reader
                message = "the line is too long; the connection is closed"
                self._queue.put_message(error_message(None, ErrorCode.INVALID_REQUEST, message))
                await self._flush()
                return
            if not line.endswith(b"\n") or self._queue.stalled:
                return
            if line.strip():
                self._start(line, tasks)

    def _start(self, line: bytes, tasks: asyncio.TaskGroup) -> None:
        try:
            request = self._accept(line)
        except RequestError as error:
            self._queue.put_message(error_message(request_id(line), error.code, str(error)))
            return
        self._running += 1
        tasks.create_task(self._carry_out(request), name=f"control: {request.method}")

    def _accept(self, line: bytes) -> Request:
        """Parse a request that can be carried out now. Raises RequestError."""
        request = parse_request(line)
        if request.method not in self._methods:
            names = ", ".join(sorted(self._methods))
            message = f"there is no method {request.method[:40]!r}; there are {names}"
            raise RequestError(ErrorCode.METHOD_NOT_FOUND, message)
        if self._running >= MOST_REQUESTS:
            raise RequestError(ErrorCode.TOO_MANY, f"{MOST_REQUESTS} requests are carried out already")
        return request

    async def _carry_out(self, request: Request) -> None:
        try:
            result = await self._methods[request.method].call(request.params, self)
        except RequestError as error:
            answer = error_message(request.id, error.code, str(error))
        else:
            answer = result_message(request.id, result)
        finally:
            self._running -= 1
        if request.wants_answer:
            self._queue.put_message(answer)

    async def _send(self) -> None:
        while True:
            await self._queue.wait()
            self._writer.write(b"".join(self._queue.take()))
            await self._writer.drain()
            if self._topics != frozenset():
                await asyncio.sleep(WATCH_PAUSE_S)

    async def _flush(self) -> None:
        """Send what waits, within a time limit."""
        try:
            async with asyncio.timeout(FLUSH_S):
                self._writer.write(b"".join(self._queue.take()))
                await self._writer.drain()
        except (TimeoutError, ConnectionError) as error:
            _log.debug("a client did not read its last messages: %s", str(error) or "time is up")


class _ReadingPace:
    """Limits the lines read in a second, and lets the rest of the daemon run between two of them.

    A reader whose buffer is full of lines would not give way by itself.
    """

    def __init__(self) -> None:
        self._since_s = asyncio.get_running_loop().time()
        self._lines = 0

    async def wait(self) -> None:
        """Wait until one more line may be read."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._since_s >= 1:
            self._since_s, self._lines = now_s, 0
        self._lines += 1
        await asyncio.sleep(0 if self._lines <= MOST_LINES else self._since_s + 1 - now_s)


class _DisconnectedError(Exception):
    """The client has disconnected: ends the task group with all that runs for it."""
