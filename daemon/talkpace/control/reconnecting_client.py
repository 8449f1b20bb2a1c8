"""A client of the control socket that connects again whenever the daemon is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..backoff import Backoff
from ..errors import DaemonError, DaemonNotRunningError
from .async_client import AsyncControlClient
from .client import ANSWER_S, DaemonNotification
from .messages import RequestError

_FIRST_DELAY_S = 0.25
_LONGEST_DELAY_S = 5.0

_log = logging.getLogger(__name__)


class ReconnectingClient:
    """Requests to the daemon of one database, and the states that it sends, over one connection."""

    def __init__(
        self,
        paths: Callable[[], Sequence[Path]],
        database: Path,
        *,
        on_connection: Callable[[bool], None] | None = None,
        on_notification: Callable[[DaemonNotification], None] | None = None,
    ) -> None:
        """`paths` returns the places of the socket; the folder of one may be made with the daemon.

        With `on_notification` all states and events are watched; `on_connection` is called before the first
        of them, and when the connection has ended.
        """
        self._paths = paths
        self._database = database.resolve()
        self._on_connection = on_connection
        self._on_notification = on_notification
        self._client: AsyncControlClient | None = None
        self._last_report: bool | None = None
        self._backoff = Backoff(_FIRST_DELAY_S, _LONGEST_DELAY_S)

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None

    async def run(self) -> None:
        """Stay connected until cancelled."""
        loop = asyncio.get_running_loop()
        reported = False
        while True:
            connected_s = 0.0
            try:
                client = await AsyncControlClient.connect(self._paths(), self._database)
            except DaemonNotRunningError as error:
                quiet = reported or self._on_connection is None
                _log.log(logging.DEBUG if quiet else logging.WARNING, "%s", error)
                reported = True
                self._report(connected=False)
            else:
                reported, since_s = False, loop.time()
                await self._use(client)
                connected_s = loop.time() - since_s
            await asyncio.sleep(self._backoff.next_s(connected_s))

    async def _use(self, client: AsyncControlClient) -> None:
        self._client = client
        self._report(connected=True)
        try:
            async with asyncio.TaskGroup() as tasks:
                if self._on_notification is not None:
                    tasks.create_task(self._watch(client), name="control: watch")
                await client.run(self._on_notification)
        finally:
            self._client = None
            client.close()
            self._report(connected=False)

    def _report(self, *, connected: bool) -> None:
        """Call `on_connection`, once for each change, and once where there is no daemon at first."""
        if self._on_connection is None or self._last_report == connected:
            return
        if connected or self._last_report:
            _log.info("the daemon %s", "is connected" if connected else "has gone; it is looked for")
        self._last_report = connected
        self._on_connection(connected)

    @staticmethod
    async def _watch(client: AsyncControlClient) -> None:
        try:
            await client.call("watch", {})
        except (DaemonError, RequestError) as error:
            _log.warning("states are not watched: %s", error)
            client.close()

    async def call(self, method: str, params: dict[str, Any], *, timeout_s: float = ANSWER_S) -> Any:
        """Send a request and wait for its result.

        Raises RequestError where the daemon refuses, DaemonNotRunningError where it is away, DaemonError
        where no answer comes in time.
        """
        if self._client is None:
            raise DaemonNotRunningError("the daemon does not run; start it: sudo systemctl start talkpace")
        return await self._client.call(method, params, timeout_s=timeout_s)
