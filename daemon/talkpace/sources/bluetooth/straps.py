"""Keeps every wanted strap connected, whatever happens to straps, adapter and BlueZ.

One task scans and connects, one thing after the other: a scan and a connection at the same time, or two
of either, fail with org.bluez.Error.InProgress. Each connected strap has a task of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from random import SystemRandom

from ...backoff import STABLE_AFTER_S, Backoff
from ...clock import Clock
from ...diagnostics import OK, Health
from ...errors import StrapError
from ..events import EventHandler, StrapInfo
from .connection import StrapConnection
from .radio import ADAPTER_FAULTS, LINK_ENDING_FAULTS, Device, Radio, RadioError
from .scanner import CHECK_MS, Candidate, StrapScanner
from .timeouts import (
    ADAPTER_S,
    CLOSE_S,
    CONNECT_S,
    STOP_S,
    RetryState,
    open_within,
    run_within,
    wait_for_event,
)

_RADIO = "Bluetooth"
"""the subject of log lines that are not about a strap"""
LISTEN_S = 10
LISTEN_EVERY_MS = 60_000
"""while no strap is wanted, the radio listens for `LISTEN_S` once in so long"""
_log = logging.getLogger(__name__)
_random = SystemRandom().random


class BluetoothStraps:
    """A StrapSource of the straps whose addresses `wanted` returns.

    `open_radio` is called when `run` starts; `on_health` whenever the state of the radio changes.
    While no strap is wanted, and `may_listen` allows it, it scans now and then for those who observe the
    radio.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        open_radio: Callable[[], Radio],
        wanted: Callable[[], Collection[str]],
        on_health: Callable[[Health], None],
        may_listen: Callable[[], bool] = lambda: False,
        random: Callable[[], float] = _random,
    ) -> None:
        self._clock = clock
        self._open_radio = open_radio
        self._wanted = wanted
        self._on_health = on_health
        self._may_listen = may_listen
        self._listen_ms = clock.monotonic_ms()
        """when to listen next"""
        self._random = random
        self._health: Health | None = None
        self._generation: str | None = None
        self._changed = asyncio.Event()
        self._connections: dict[str, StrapConnection] = {}
        self._descriptions: dict[str, StrapInfo] = {}
        """of straps that were connected before"""
        self._retry_states: dict[str, RetryState] = {}
        self._failures = LogOnce(_log)
        self._radio_backoff = Backoff(first_s=0.5, longest_s=5, random=random)
        self._radio: Radio | None = None
        self._radio_use = asyncio.Lock()
        """held by the one that scans or connects"""
        self._lent = False
        """whether somebody else waits for the radio, or has it"""
        self._reserved: set[str] = set()

    def wanted_changed(self) -> None:
        """Call `wanted` again. To be called from the event loop."""
        self._changed.set()

    @asynccontextmanager
    async def exclusive_radio(self, address: str | None = None) -> AsyncIterator[Radio]:
        """Lend the radio: no other strap is scanned for or connected meanwhile; those connected go on.

        The strap at `address` is disconnected before, and left alone. Raises StrapError while there is no
        radio, or somebody else has it.
        """
        if self._radio is None:
            raise StrapError("Bluetooth has not started yet; try again")
        if self._lent:
            raise StrapError("straps are being searched for or paired already; try again when that is done")
        self._lent = True
        self._reserved = set() if address is None else {address.upper()}
        try:
            self._changed.set()
            async with self._radio_use:
                for reserved in self._reserved & self._connections.keys():
                    await self._end_connection(reserved)
                yield self._radio
        finally:
            self._lent = False
            self._reserved = set()
            self._changed.set()

    async def _end_connection(self, address: str) -> None:
        self._connections[address].end("used by another command")
        while address in self._connections:
            self._changed.clear()
            await self._changed.wait()

    async def run(self, on_event: EventHandler) -> None:
        """Keep the wanted straps connected until cancelled; then all are disconnected within 3 s."""
        self._radio = radio = self._open_radio()
        scanner = StrapScanner(radio=radio, clock=self._clock, retry_state=self._retry_state)
        try:
            async with asyncio.TaskGroup() as tasks:
                # A task like those of the connections, so that all of them clean up at the same time.
                tasks.create_task(self._keep_connected(radio, scanner, on_event, tasks))
        finally:
            self._radio = None
            for connection in self._connections.values():  # whose task was cancelled before its first step
                await connection.close(STOP_S)
            self._connections.clear()

    async def _keep_connected(
        self, radio: Radio, scanner: StrapScanner, on_event: EventHandler, tasks: asyncio.TaskGroup
    ) -> None:
        while True:
            try:
                async with self._radio_use:
                    self._changed.clear()
                    await self._check(radio)
                    candidate = await self._next_candidate(radio, scanner)
                    connection = (
                        None
                        if candidate is None
                        else await self._connect(radio, scanner, on_event, candidate)
                    )
                if connection is not None:
                    tasks.create_task(self._run_connection(connection))
            except RadioError as error:
                self._failures.failed(_RADIO, error.fault, str(error.with_remedy()))
                self._set_health(Health.failed(str(error)))
                await self._clock.sleep(self._radio_backoff.next_s())

    async def _next_candidate(self, radio: Radio, scanner: StrapScanner) -> Candidate | None:
        missing = self._missing()
        if not missing:
            self._radio_works()
            if self._listens_now():
                await scanner.listen(LISTEN_S, self._changed)
            else:
                await wait_for_event(self._clock, CHECK_MS / 1000, self._changed)
            return None
        return await scanner.find_connected(missing) or await scanner.scan(
            missing=self._missing,
            changed=self._changed,
            check=lambda: self._check(radio),
            started=self._radio_works,
        )

    def _listens_now(self) -> bool:
        """Whether to scan although no strap is missing, as nobody owns one yet."""
        now_ms = self._clock.monotonic_ms()
        if self._lent or self._wanted() or now_ms < self._listen_ms or not self._may_listen():
            return False
        self._listen_ms = now_ms + LISTEN_EVERY_MS
        return True

    def _missing(self) -> set[str]:
        """Return the straps to be connected now; connections that are not wanted end."""
        wanted = {address.upper() for address in self._wanted()}
        for address, connection in self._connections.items():
            if address not in wanted:
                connection.end("no longer wanted")
        return set() if self._lent else wanted - self._connections.keys()

    async def _check(self, radio: Radio) -> None:
        try:
            adapter = await run_within(
                self._clock, ADAPTER_S, "BlueZ does not answer: querying it", radio.adapter()
            )
        except RadioError as error:
            if error.fault in LINK_ENDING_FAULTS:
                self._end_all(str(error))
            raise
        if self._generation not in (None, adapter.generation):
            self._end_all("BlueZ was restarted")
        self._generation = adapter.generation

    def _end_all(self, reason: str) -> None:
        for connection in self._connections.values():
            connection.end(reason)

    async def _connect(
        self, radio: Radio, scanner: StrapScanner, on_event: EventHandler, candidate: Candidate
    ) -> StrapConnection | None:
        device = candidate.device
        address = device.address
        try:
            link = await open_within(self._clock, CONNECT_S, "connecting", radio.connect(device))
        except RadioError as error:
            self._retry_state(address).connecting_failed(self._clock.monotonic_ms())
            if candidate.already_connected:
                await self._drop(radio, device)
            if error.fault in ADAPTER_FAULTS:
                raise
            self._failures.failed(address, error.fault, str(error.with_remedy()))
            return None
        description = self._descriptions.get(address)
        strap = replace(
            description or StrapInfo(address),
            name=device.name or (description.name if description else ""),
            signal_dbm=scanner.signal_dbm.get(address),
        )
        connection = StrapConnection(
            link, strap, described=description is not None, on_event=on_event, clock=self._clock
        )
        self._connections[address] = connection
        return connection

    async def _drop(self, radio: Radio, device: Device) -> None:
        try:
            await run_within(self._clock, CLOSE_S, "disconnecting", radio.drop(device))
        except RadioError as error:
            _log.debug("%s: %s", device.address, error)

    async def _run_connection(self, connection: StrapConnection) -> None:
        address = connection.strap.address
        try:
            reason = await connection.run()
        except RadioError as error:
            self._retry_state(address).connecting_failed(self._clock.monotonic_ms())
            self._failures.failed(address, error.fault, str(error.with_remedy()))
            return
        finally:
            del self._connections[address]
            self._changed.set()
            if connection.described:
                self._descriptions[address] = connection.strap
        now_ms = self._clock.monotonic_ms()
        connected_ms = now_ms - (now_ms if connection.up_ms is None else connection.up_ms)
        self._retry_state(address).link_ended(now_ms, connected_ms)
        if connected_ms >= STABLE_AFTER_S * 1000:
            self._failures.forget(address)
        self._failures.failed(address, "lost", reason)

    def _retry_state(self, address: str) -> RetryState:
        return self._retry_states.setdefault(address, RetryState(self._random))

    def _radio_works(self) -> None:
        self._radio_backoff.reset()
        self._failures.recovered(_RADIO, "works again")
        self._set_health(OK)

    def _set_health(self, health: Health) -> None:
        if health != self._health:
            self._health = health
            self._on_health(health)


class LogOnce:
    """Remembers which failures were logged, by subject and kind."""

    def __init__(self, logger: logging.Logger) -> None:
        self._log = logger
        self._logged: set[tuple[str, object]] = set()

    def failed(self, subject: str, kind: object, message: str) -> None:
        """Log the first failure of a kind as a warning, repeated ones at debug level."""
        first = (subject, kind) not in self._logged
        self._logged.add((subject, kind))
        self._log.log(logging.WARNING if first else logging.DEBUG, "%s: %s", subject, message)

    def recovered(self, subject: str, message: str) -> None:
        """Log that a subject works again, if a failure of it was logged before."""
        if self.forget(subject):
            self._log.info("%s: %s", subject, message)

    def forget(self, subject: str) -> bool:
        """Log the next failure of a subject as a warning again. True if a failure had been logged."""
        of_subject = {entry for entry in self._logged if entry[0] == subject}
        self._logged -= of_subject
        return bool(of_subject)
