"""What beats while the daemon runs: sources, passing time, a look at what has changed, the watchdog."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from ..config.model import Configuration
from ..errors import StoreError
from ..record.athletes import AthleteBook
from ..record.recorder import Recorder
from ..record.store import Store
from ..strap.bluetooth.reserved import reserved_strap
from .clock import Clock
from .health import NodeHealth
from .household import Household, remembered
from .notify import Notifier
from .practice import Practice
from .sources import NamedSource, open_source

_log = logging.getLogger(__name__)

_TICK_S = 0.5
_PIECE_S = 0.02
"""between two pieces of work on a session that was left: beats come first"""
_LOOK_S = 5.0
_TIDY_S = 6 * 3600.0
_KEEP_DISCARDED = timedelta(days=7)


class Beating:
    """The tasks that end with the daemon's stop, before anything that they fill."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        household: Household,
        recorder: Recorder,
        health: NodeHealth,
        notifier: Notifier,
        practice: Practice,
        runtime: Path | None = None,
    ) -> None:
        """`runtime` is the folder in which commands reserve straps.

        Raises RecordingError or ConfigurationError where a source that is named cannot be used.
        """
        self._clock = clock
        self._household = household
        self._room = household.room
        self._recorder = recorder
        self._health = health
        self._notifier = notifier
        self._practice = practice
        self._runtime = runtime
        self._reserved: str | None = None
        self._bluetooth = None
        if configuration.bluetooth.enabled:
            from ..strap.bluetooth.straps import BluetoothStraps  # noqa: PLC0415 - bleak, only where it is used

            self._bluetooth = BluetoothStraps(
                clock=clock,
                adapter=configuration.bluetooth.adapter,
                wanted=lambda: self._household.bluetooth_straps - {self._reserved},
                on_health=health.adapter,
            )
        self._sources = [
            open_source(source, clock, household.judgement, number=number)
            for number, source in enumerate(configuration.sources, 1)
        ]
        household.also_wear({named.address: named.athlete for named in self._sources})

    async def run(self, watched: Sequence[asyncio.Task[None]]) -> None:
        """Until cancelled; the watchdog is fed while all of this and `watched` run."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                *watched,
                tasks.create_task(self._pass_time(), name="time"),
                tasks.create_task(self._look(), name="look"),
                tasks.create_task(self._tidy(), name="tidy"),
            ]
            tasks.create_task(self._catch_up(), name="left sessions")
            if self._bluetooth is not None:
                running.append(tasks.create_task(self._bluetooth.run(self._room.door), name="bluetooth"))
            for named in self._sources:
                tasks.create_task(self._play(named), name=named.address)
            await self._feed_watchdog(running)

    async def _play(self, named: NamedSource) -> None:
        await named.source.run(self._room.door)
        pipeline = self._room.pipelines[named.athlete]
        pipeline.end_of_recording(self._clock.monotonic_ms())

    async def _pass_time(self) -> None:
        try:
            while True:
                await self._clock.sleep(_TICK_S)
                self._room.advance()
                self._practice.advance()
                self._household.wishes.keep()
                self._heed_reservation()
                self._health.straps(self._room.straps_connected)
        finally:
            self._household.wishes.keep()  # what was asked for since too

    async def _catch_up(self) -> None:
        """Work on the beats of the sessions that were left, and end those that are over."""
        while self._household.work():
            await self._clock.sleep(_PIECE_S)

    def _heed_reservation(self) -> None:
        if self._bluetooth is None or self._runtime is None:
            return
        reserved = reserved_strap(self._runtime)
        if reserved != self._reserved:
            self._reserved = reserved
            self._bluetooth.wanted_changed()

    async def _look(self) -> None:
        """Follow what commands change in the store, and the clock becoming right."""
        version: int | None = None
        while True:
            self._health.clock(self._clock.synchronised())
            self._room.correct_clock()
            try:
                seen = await self._recorder.call(Store.data_version)
                if seen != version:
                    changes = await self._recorder.call(Store.athlete_changes)
                    straps = await self._recorder.call(Store.straps)
                    self._household.know(AthleteBook(changes), remembered(straps))
                    await self._practice.follow(self._recorder)
                    if self._bluetooth is not None:
                        self._bluetooth.wanted_changed()
                version = seen
            except StoreError as error:
                _log.debug("the store cannot be asked: %s", error)
            await asyncio.sleep(_LOOK_S)

    async def _tidy(self) -> None:
        while True:
            try:
                before = self._clock.wall() - _KEEP_DISCARDED
                if removed := await self._recorder.call(Store.purge_discarded, before):
                    _log.info("%d discarded session(s) of over a week ago removed", removed)
            except StoreError as error:
                _log.debug("nothing is tidied: %s", error)
            await asyncio.sleep(_TIDY_S)

    async def _feed_watchdog(self, running: Sequence[asyncio.Task[None]]) -> None:
        interval_s = (self._notifier.watchdog_s or 60.0) / 3
        while True:
            if not any(task.done() for task in running):
                self._notifier.alive()
            await asyncio.sleep(interval_s)
