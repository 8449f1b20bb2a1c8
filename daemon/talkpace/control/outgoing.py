"""What waits to be sent to one client: answers in order, events, and the newest state of each topic."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator

from .messages import encoded_notification_message, notification_message
from .state_feed import Change

MOST_EVENTS = 200
"""events that wait for a client; then the oldest is dropped"""
MOST_MESSAGES = 500
"""answers and notifications of methods that wait for a client; then it is taken for stalled"""


class OutgoingQueue:
    """Messages for one client.

    States: the newest of each topic waits. Events: at most 200, then the oldest is dropped, and the next
    state tells how many were. Answers are never dropped: at 500 the queue is `stalled`.
    """

    def __init__(self) -> None:
        self._messages: deque[bytes] = deque()
        self._events: deque[Change] = deque(maxlen=MOST_EVENTS)
        self._states: dict[str, Change] = {}
        self._lost_events = 0
        self._any = asyncio.Event()

    @property
    def stalled(self) -> bool:
        """Whether the client reads no answers."""
        return len(self._messages) >= MOST_MESSAGES

    def put_message(self, message: bytes) -> None:
        """Queue an answer."""
        self._messages.append(message)
        self._any.set()

    def put_event(self, change: Change) -> None:
        """Queue an event."""
        self._lost_events += len(self._events) == MOST_EVENTS
        self._events.append(change)
        self._any.set()

    def put_state(self, change: Change) -> None:
        """Queue a state in place of an older one of the same topic."""
        self._states[change.topic] = change
        self._any.set()

    async def wait(self) -> None:
        """Wait until something is queued."""
        await self._any.wait()

    def take(self) -> Iterator[bytes]:
        """Remove what waits, one message at a time: answers, then events, then states."""
        self._any.clear()
        while self._messages:
            yield self._messages.popleft()
        while self._events:
            yield encoded_notification_message("event", self._events.popleft().params)
        if self._lost_events:
            lost, self._lost_events = self._lost_events, 0
            yield notification_message("lost", {"events": lost})
        while self._states:
            topic = next(iter(self._states))
            yield encoded_notification_message("state", self._states.pop(topic).params)
