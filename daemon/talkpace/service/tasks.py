"""The daemon's background tasks: sources, passing time, the store's changes, purging, the watchdog."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from ..clock import Clock
from ..config.model import Configuration, SourceConfig
from ..errors import ConfigurationError, RecordingError, StoreError
from ..formats import open_recording
from ..mqtt.protocols import PublishLosses
from ..mqtt.topics import DELIVERY
from ..sources.bluetooth.strangers import RadioWithObserver, Strangers
from ..sources.events import Notification, StrapInfo
from ..sources.playback import PacedSource
from ..storage.athletes import AthleteHistory
from ..storage.guests import purge_guests
from ..storage.recorder import Recorder
from ..storage.records import OutgoingMessage, StrapRow
from ..storage.session_deletion import RESTORABLE_FOR
from ..storage.store import Store
from ..training.profile import AthleteProfile
from .athlete_manager import AthleteManager, paired_straps
from .broker import BrokerConnection
from .habits import HabitsTracker
from .health import LossCounters, NodeHealth
from .systemd import Notifier

if TYPE_CHECKING:
    from ..sources.bluetooth.radio import Radio
    from ..sources.bluetooth.straps import BluetoothStraps

_log = logging.getLogger(__name__)

_TICK_S = 0.5
_BACKLOG_PAUSE_S = 0.02
"""pause between two pieces of a restored session, so that live beats come first"""
_POLL_S = 5.0
_PURGE_S = 6 * 3600.0
_KEEP_DISCARDED = timedelta(days=7)
_RETAINED_TOPICS = [
    name for name, delivery in DELIVERY.items() if delivery.retain and name not in {"status", "node"}
]
"""of an athlete"""
_RESTING_BPM = 60


class BackgroundTasks:
    """The tasks that are stopped first, before the parts that they feed."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        manager: AthleteManager,
        recorder: Recorder,
        health: NodeHealth,
        notifier: Notifier,
        habits: HabitsTracker,
        broker: BrokerConnection | None = None,
        lost_notifications: Callable[[], int] = lambda: 0,
        on_straps: Callable[[Sequence[StrapRow]], None] = lambda _straps: None,
    ) -> None:
        """`lost_notifications` returns their number since the start.

        `on_straps` is called with the store's straps once athletes and straps are loaded again.

        A configured source that cannot be used is left out, and named in `problems`.
        """
        self._clock = clock
        self._manager = manager
        self._registry = manager.registry
        self._recorder = recorder
        self._health = health
        self._notifier = notifier
        self._habits = habits
        self._broker = broker
        self._lost_notifications = lost_notifications
        self._on_straps = on_straps
        self._reloading = asyncio.Lock()
        """what one reload has read must not replace what a later one has"""
        self.strangers = Strangers(clock, owned=lambda: manager.all_straps)
        self.bluetooth: BluetoothStraps | None = None
        if configuration.bluetooth.enabled:
            from ..sources.bluetooth.straps import BluetoothStraps  # noqa: PLC0415 - not needed otherwise

            self.bluetooth = BluetoothStraps(
                clock=clock,
                open_radio=partial(self._open_radio, configuration.bluetooth.adapter),
                wanted=lambda: self._manager.bluetooth_straps,
                on_health=health.adapter,
                may_listen=lambda: not self._registry.session_active,
            )
        self._sources: list[AssignedSource] = []
        self.problems: list[str] = []
        """of sources that cannot be used"""
        for number, source in enumerate(configuration.sources, 1):
            try:
                self._sources.append(open_source(source, clock, manager.profile, number=number))
            except (RecordingError, ConfigurationError) as error:
                self.problems.append(f"sources.{number - 1}: {error}; it is not played")
        manager.assign_other_straps({source.address: source.athlete for source in self._sources})

    async def run(self, parts: Sequence[asyncio.Task[None]]) -> None:
        """Run until cancelled; the watchdog is reset while all tasks and all `parts` run."""
        async with asyncio.TaskGroup() as tasks:
            watched = [
                *parts,
                tasks.create_task(self._pass_time(), name="time"),
                tasks.create_task(self._poll_store(), name="store poll"),
                tasks.create_task(self._purge(), name="purge"),
            ]
            tasks.create_task(self._restore_backlog(), name="restored sessions")
            if self.bluetooth is not None:
                bluetooth = self.bluetooth.run(self._registry.on_event)
                watched.append(tasks.create_task(bluetooth, name="bluetooth"))
            for source in self._sources:
                tasks.create_task(self._play(source), name=source.address)
            await self._feed_watchdog(watched)

    def _open_radio(self, adapter: str) -> Radio:
        return RadioWithObserver(_open_radio(adapter), self.strangers.see)

    async def _play(self, source: AssignedSource) -> None:
        await source.source.run(self._registry.on_event)
        pipeline = self._registry.pipelines[source.athlete]
        pipeline.end_of_recording(self._clock.monotonic_ms())

    async def _pass_time(self) -> None:
        try:
            while True:
                await self._clock.sleep(_TICK_S)
                self._registry.advance()
                if self._manager.end_guests() and self.bluetooth is not None:
                    self.bluetooth.wanted_changed()
                self._habits.advance()
                self._manager.pending_state.write()
                self._health.straps(self._registry.straps_connected)
                self._health.strangers(len(self.strangers.in_range()))
        finally:
            self._manager.pending_state.write()  # what was requested since the last tick

    async def _restore_backlog(self) -> None:
        """Process the beats of restored sessions, and end the sessions that are too old."""
        while self._manager.process_backlog():
            await self._clock.sleep(_BACKLOG_PAUSE_S)

    async def _poll_store(self) -> None:
        """Follow what commands change in the store, the clock being synchronised, and losses."""
        version: int | None = None
        while True:
            self._health.clock(self._clock.synchronised())
            self._health.losses(self._losses())
            self._registry.correct_clock()
            try:
                current = await self._recorder.call(Store.data_version)
                if current != version:
                    await self.reload()
                version = current
            except StoreError as error:
                _log.debug("the store cannot be polled: %s", error)
            await asyncio.sleep(_POLL_S)

    async def reload(self) -> None:
        """Load athletes, straps and habits from the store again, once at a time. Raises StoreError."""
        async with self._reloading:
            changes = await self._recorder.call(Store.athlete_changes)
            straps = await self._recorder.call(Store.straps)
            self.strangers.ignore_only(await self._recorder.call(Store.ignored_straps))
            self._manager.load(AthleteHistory(changes), paired_straps(straps))
            self._on_straps(straps)
            await self._habits.reload(self._recorder)
        if self.bluetooth is not None:
            self.bluetooth.wanted_changed()

    def _losses(self) -> LossCounters:
        recorded = self._recorder.losses
        published = PublishLosses() if self._broker is None else self._broker.losses
        return LossCounters(
            lost_measurements=recorded.measurements,
            lost_events=recorded.others,
            lost_messages=published.messages,
            lost_notifications=self._lost_notifications(),
            refused_items=recorded.refused,
            bad_payloads=self._registry.bad_payloads,
            rejected_commands=published.commands,
        )

    async def _purge(self) -> None:
        """Delete for good what is past its time, now and every six hours.

        Sessions that were deleted a day ago; discarded sessions and guests of a week ago.
        """
        while True:
            try:
                before = self._clock.wall() - _KEEP_DISCARDED
                if removed := await self._recorder.call(Store.purge_discarded, before):
                    _log.info("%d discarded session(s) older than a week deleted", removed)
                restorable = self._clock.wall() - RESTORABLE_FOR
                if removed := await self._recorder.call(Store.purge_deleted, restorable):
                    _log.info("%d session(s) that were deleted a day ago are purged", removed)
                for guest in await self._recorder.call(purge_guests, before):
                    self._clear_retained(guest)
                    _log.info("guest %s and what was recorded of them deleted after a week", guest)
            except StoreError as error:
                _log.debug("old sessions cannot be purged: %s", error)
            await asyncio.sleep(_PURGE_S)

    def _clear_retained(self, athlete: str) -> None:
        """Remove what the broker retains of an athlete."""
        if self._broker is not None and self._broker.is_used:
            for topic in _RETAINED_TOPICS:
                self._recorder.put(OutgoingMessage(f"{athlete}/{topic}", "", retain=True))

    async def _feed_watchdog(self, watched: Sequence[asyncio.Task[None]]) -> None:
        interval_s = (self._notifier.watchdog_s or 60.0) / 3
        while True:
            if not any(task.done() for task in watched):
                self._notifier.alive()
            await asyncio.sleep(interval_s)


@dataclass(frozen=True)
class AssignedSource:
    """A recording or simulated strap, its address, and the athlete who wears it."""

    address: str
    athlete: str
    source: PacedSource


def open_source(
    source: SourceConfig, clock: Clock, profile: Callable[[str], AthleteProfile], *, number: int
) -> AssignedSource:
    """Open a configured source; `number` makes its address unique.

    Raises RecordingError where a recording cannot be used, ConfigurationError where the athlete has no
    profile.
    """
    athlete_profile = profile(source.athlete)
    if source.kind == "recording":
        assert source.file is not None
        recording = open_recording(source.file.expanduser())
        strap = replace(recording.strap, address=f"{recording.strap.address}#{number}")
        paced = PacedSource(recording.notifications, strap, clock, repeat=source.repeat)
        return AssignedSource(strap.address, source.athlete, paced)
    from ..sources.simulator import BATTERY_PERCENT, find_workout, simulate  # noqa: PLC0415 - rarely used

    routine = find_workout(source.workout)
    strap = StrapInfo(f"virtual:{number}", "virtual strap", body_location="chest", signal_dbm=-50)

    def notifications() -> Iterable[Notification]:
        return simulate(
            routine,
            seed=source.seed,
            max_heart_rate=float(athlete_profile.max_heart_rate),
            resting_heart_rate=float(athlete_profile.resting_heart_rate or _RESTING_BPM),
        )

    paced = PacedSource(notifications, strap, clock, repeat=source.repeat, battery_percent=BATTERY_PERCENT)
    return AssignedSource(strap.address, source.athlete, paced)


def _open_radio(adapter: str) -> Radio:
    from ..sources.bluetooth.bleak_radio import BleakRadio  # noqa: PLC0415 - bleak is slow to import

    return BleakRadio(adapter)
