"""The daemon's latest states, shared by all open pages, and what waits for each page."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from ..control.client import DaemonNotification
from .recent_values import RecentValues
from .refusal import RefusedError

MOST_PAGES = 64
"""open streams and polls"""
MOST_EVENTS = 200
"""events that wait for a page, and that a poll may still fetch; then the oldest is dropped"""
GATHER_S = 0.05
"""Updates within this time are sent together, as waking up and sending cost more than what is sent."""
_MOST_TOPICS = 1000

Kind = Literal["state", "event"]


@dataclass(frozen=True, slots=True)
class Update:
    """A state or an event, encoded once for all pages."""

    number: int
    kind: Kind
    topic: str
    body: str
    """JSON: `{"topic": …, "payload": …}`"""
    frame: bytes
    """the same as a server-sent event"""

    @classmethod
    def of(cls, number: int, kind: Kind, params: Mapping[str, Any]) -> Update:
        """Encode a notification's parameters."""
        body = json.dumps(params, separators=(",", ":"))
        return cls(number, kind, str(params["topic"]), body, f"event: {kind}\ndata: {body}\n\n".encode())


class Page:
    """What waits for one open page: the newest state of each topic, and events."""

    def __init__(self, shows: Callable[[str], bool]) -> None:
        """`shows` tells which topics the visitor sees."""
        self.is_closed = False
        self._shows = shows
        self._states: dict[str, Update] = {}
        self._events: deque[Update] = deque(maxlen=MOST_EVENTS)
        self._connection: bool | None = None
        self._any = asyncio.Event()

    def put(self, update: Update) -> None:
        """Queue an update in place of an older one, until `wake`; returns at once."""
        if not self._shows(update.topic):
            return
        if update.kind == "event":
            self._events.append(update)
        else:
            self._states[update.topic] = update

    def wake(self) -> None:
        """Let `wait` return where an update is queued."""
        if self._events or self._states:
            self._any.set()

    def forget_states(self) -> None:
        """Drop the states that wait."""
        self._states.clear()

    def put_connection(self, *, connected: bool) -> None:
        """Queue that the daemon has gone or is back."""
        self._connection = connected
        self._any.set()

    def close(self) -> None:
        """End the page's stream."""
        self.is_closed = True
        self._any.set()

    async def wait(self, timeout_s: float) -> bool:
        """Wait until something is queued or the page is closed; False where the time is up."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._any.wait()
        except TimeoutError:
            return False
        return True

    def take(self) -> tuple[bool | None, list[Update]]:
        """Remove what waits: whether the daemon has gone or is back, and the updates in their order."""
        self._any.clear()
        connection, self._connection = self._connection, None
        updates = sorted([*self._events, *self._states.values()], key=lambda one: one.number)
        self._events.clear()
        self._states.clear()
        return connection, updates


class LiveFeed:
    """Takes the daemon's notifications, and passes each to every open page; never waits for one."""

    def __init__(self) -> None:
        self.is_connected = False
        self.recent = RecentValues()
        # Beyond the numbers of the process before this one, so that a poll goes on after a restart.
        self._number = time.time_ns() // 1_000_000
        self._connection_number = 0
        self._states: dict[str, Update] = {}
        self._events: deque[Update] = deque(maxlen=MOST_EVENTS)
        self._pages: set[Page] = set()
        self._waking: asyncio.TimerHandle | None = None
        self._closing = False

    @property
    def number(self) -> int:
        """The number of the latest change."""
        return self._number

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return len(self._pages)

    def take(self, notification: DaemonNotification) -> None:
        """Take a state or an event of the daemon."""
        if notification.method == "state":
            kind: Kind = "state"
        elif notification.method == "event":
            kind = "event"
        else:
            return
        self._number += 1
        update = Update.of(self._number, kind, notification.params)
        topic = update.topic
        if kind == "event":
            self._events.append(update)
        else:
            self.recent.take(topic, notification.params.get("payload"))
            if topic in self._states or len(self._states) < _MOST_TOPICS:
                self._states[topic] = update
        for page in self._pages:
            page.put(update)
        if self._waking is None:
            self._waking = asyncio.get_running_loop().call_later(GATHER_S, self._wake_pages)

    def _wake_pages(self) -> None:
        self._waking = None
        if not self.is_connected:
            return  # what is queued is sent together with the news that the daemon is back
        for page in self._pages:
            page.wake()

    def forget_states(self) -> None:
        """Drop the states of the connection before; the daemon sends all of them again."""
        self._states.clear()
        for page in self._pages:
            page.forget_states()

    def show_connection(self, *, connected: bool) -> None:
        """Notify every page where the daemon has gone or is back."""
        if connected == self.is_connected:
            return
        self.is_connected = connected
        self._number += 1
        self._connection_number = self._number
        for page in self._pages:
            page.put_connection(connected=connected)

    def has_changed(self, number: int, shows: Callable[[str], bool]) -> bool:
        """Whether a poll after this number has something to tell at once."""
        is_first = number <= 0 or number > self._number
        return is_first or self._connection_number > number or bool(self.since(number, shows))

    def since(self, number: int, shows: Callable[[str], bool]) -> list[Update]:
        """Updates after a number; all latest states for 0, and for a number that is still to come."""
        if number <= 0 or number > self._number:
            found = list(self._states.values())
        else:
            found = [one for one in (*self._events, *self._states.values()) if one.number > number]
        return sorted((one for one in found if shows(one.topic)), key=lambda one: one.number)

    @contextmanager
    def open_page(self, shows: Callable[[str], bool]) -> Iterator[Page]:
        """A page that gets every change within the block. Raises RefusedError where there are too many."""
        if self._closing or len(self._pages) >= MOST_PAGES:
            reason = "the page is being stopped" if self._closing else f"{MOST_PAGES} pages are open already"
            raise RefusedError(503, reason)
        page = Page(shows)
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)

    def close(self) -> None:
        """End all pages, as an open one would keep the server from stopping."""
        self._closing = True
        for page in self._pages:
            page.close()
