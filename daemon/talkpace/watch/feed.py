"""Listens to the broker, and comes back to it whenever it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ..config.model import Mqtt
from ..publish.address import where
from ..publish.backoff import Backoff
from ..publish.connection import connect
from ..publish.link import Incoming, LinkError
from .heard import MOST_BYTES

LONGEST_WAIT_S = 10.0
"""somebody is looking"""
CONNECTED = "connected"


class Feed:
    """Hands on what comes, as it comes."""

    def __init__(
        self,
        settings: Mqtt,
        password: str | None,
        patterns: Sequence[str],
        *,
        on_message: Callable[[Incoming], None],
        on_state: Callable[[str, str | None], None],
    ) -> None:
        """`on_state` is told `connected`, or what is the matter and what to do about it."""
        self._settings = settings
        self._password = password
        self._patterns = patterns
        self._on_message = on_message
        self._on_state = on_state

    async def run(self) -> None:
        """Listen until cancelled."""
        backoff = Backoff()
        clock = asyncio.get_running_loop().time
        while True:
            since = clock()
            try:
                await self._listen()
            except LinkError as error:
                self._on_state(str(error), error.remedy)
            await asyncio.sleep(min(backoff.delay_s(clock() - since), LONGEST_WAIT_S))

    async def _listen(self) -> None:
        async with connect(
            self._settings,
            self._password,
            name="talkpace-watch",
            admit=lambda incoming: len(incoming.payload) <= MOST_BYTES,
        ) as connection:
            for pattern in self._patterns:
                if not await connection.subscribe(pattern):
                    raise LinkError(
                        f"{where(self._settings)} does not let this user listen to {pattern}",
                        "check mqtt.username, and what the broker lets this user do",
                    )
            self._on_state(CONNECTED, None)
            async for incoming in connection.incoming():
                self._on_message(incoming)
