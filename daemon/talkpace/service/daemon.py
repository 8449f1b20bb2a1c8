"""The daemon: opens the store, takes up what was left, runs the parts, and leaves them in order."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .. import __version__
from ..alert.alerts import Alerts
from ..alert.outputs import Outputs
from ..alert.player import Player
from ..config.model import Configuration
from ..config.patterns import chosen
from ..errors import ConfigurationError, StoreFullError, StoreReadOnlyError
from ..pipeline.room import Room
from ..publish.publisher import Publisher
from ..record.athletes import AthleteBook, declare
from ..record.items import Queued
from ..record.lock import only_daemon
from ..record.recorder import Recorder
from ..record.store import Store
from .beating import Beating
from .clock import Clock, SystemClock
from .guiding import make_guiding
from .health import NodeHealth
from .household import Household, remembered
from .left import left_sessions
from .notify import Notifier
from .paths import runtime_folder, store_path
from .practice import Practice, PractisedRecord
from .practice_commands import practice_commands
from .practice_reading import KEPT, read_practice
from .publishing import Unposted, make_publisher

_log = logging.getLogger(__name__)

_LEAVE_S = 2.5
"""for each part; all of them together leave well within the 5 s that a stop may take"""


class Daemon:
    """One run of talkpace. It listens on nothing, and speaks only to what is configured."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        environ: Mapping[str, str],
        outputs: Outputs,
    ) -> None:
        """`outputs` is the buzzer and the light; whoever opened it closes it."""
        self.room = Room(clock.monotonic_ms)
        self._configuration = configuration
        self._clock = clock
        self._environ = environ
        self._outputs = outputs
        self._notifier = Notifier(environ)

    async def run(self, stop: asyncio.Event, ready: asyncio.Event | None = None) -> None:
        """Run until `stop` is set; `ready` is set once the store is open and the parts run.

        Sessions under way are kept for the next run. Raises StoreError or ConfigurationError where
        it cannot start, also where another daemon runs on the same store.
        """
        path = store_path(self._configuration, self._environ)
        with only_daemon(path):
            await self._run(path, stop, ready)

    async def _run(self, path: Path, stop: asyncio.Event, ready: asyncio.Event | None) -> None:
        configuration, clock = self._configuration, self._clock
        health = NodeHealth()
        recorder: Recorder | None = None

        def outbox() -> Recorder:
            assert recorder is not None
            return recorder

        publisher = make_publisher(
            configuration,
            outbox=outbox,
            commands=self.room,
            on_health=health.broker,
            environ=self._environ,
        )
        settings = configuration.alerts
        # A beep takes real time, however fast everything else may run.
        player = Player(self._outputs, chosen(settings.patterns), SystemClock())
        alerts = Alerts(player, settings.quiet_hours, clock)

        def store_is(says: str) -> None:
            health.store(says)
            if says != "ok":
                alerts.fault()

        store = self._open(path)
        recorder = Recorder(
            lambda: store or Store.open(path), clock, on_health=store_is, on_queued=_poster(publisher)
        )
        practice = Practice(
            configuration,
            clock=clock,
            environ=self._environ,
            recorder=recorder,
            publish=publisher,
            room=self.room,
        )
        self.room.understand(practice_commands(practice, configuration.practice))
        household = Household(
            configuration,
            room=self.room,
            clock=clock,
            alerts=alerts,
            record=PractisedRecord(recorder if publisher else Unposted(recorder), practice),
            publish=publisher,
            practice=practice,
            announce=publisher.athletes if publisher else lambda _names: None,
        )
        household.know(*self._known(store))
        if store is not None and practice.on:
            practice.know(*read_practice(store, clock.wall() - KEPT, list(self.room.pipelines)))
        practice.tell_all()
        if not self.room.pipelines:
            raise ConfigurationError(
                "nobody can train yet: declare [[athletes]] with a maximum heart rate or birth year in the "
                "configuration, or see `talkpace athlete add --help`"
            )
        guiding = make_guiding(
            configuration, room=self.room, clock=clock, alerts=alerts, recorder=recorder,
            publish=publisher, practice=practice,
        )  # fmt: skip
        health.alerts(alerts.health)
        health.follow(self._notifier.status, publisher)
        beating = Beating(
            configuration, clock=clock, household=household, recorder=recorder, health=health,
            notifier=self._notifier, practice=practice, runtime=runtime_folder(self._environ),
        )  # fmt: skip

        async with asyncio.TaskGroup() as parts:
            runs = {
                "guides": guiding.run,
                "alerts": alerts.run,
                "publisher": None if publisher is None else publisher.run,
                "recorder": recorder.run,
            }
            lasting = [parts.create_task(run(), name=name) for name, run in runs.items() if run is not None]
            if store is not None:
                _recall(household, store)
                guiding.take_up(store)
            health.tell()
            beats = parts.create_task(beating.run(lasting), name="beats")
            # What is there now stays: a full collection among it would hold up a warning for tens of ms.
            gc.collect()
            gc.freeze()
            _log.info("talkpace %s runs for %s", __version__, ", ".join(self.room.pipelines))
            self._notifier.ready()
            if ready is not None:
                ready.set()
            try:
                await stop.wait()
                _log.info("talkpace stops; sessions under way are kept")
                self._notifier.stopping()
            finally:
                # Straps first, so that what they still say is kept and published; the disk last.
                for part in (beats, *lasting):
                    await _leave(part)

    def _open(self, path: Path) -> Store | None:
        """None where the disk is full or read-only: warnings go on without a record."""
        try:
            return Store.open(path)
        except (StoreFullError, StoreReadOnlyError) as error:
            _log.error("nothing is recorded: %s", error)
            return None

    def _known(self, store: Store | None) -> tuple[AthleteBook, list[tuple[str, str]]]:
        athletes, now = self._configuration.athletes, self._clock.wall()
        if store is None:
            return AthleteBook(declare(athletes, [], now)), []
        known = store.athlete_changes()
        new = declare(athletes, known, now)
        if new:
            try:
                store.add_athlete_changes(new)
            except (StoreFullError, StoreReadOnlyError) as error:
                _log.error("what the configuration says of athletes holds, but is not kept: %s", error)
        return AthleteBook([*known, *new]), remembered(store.straps())


def _poster(publisher: Publisher | None) -> Callable[[Sequence[Queued]], None]:
    return publisher.post if publisher is not None else lambda _queued: None


def _recall(household: Household, store: Store) -> None:
    """What an earlier run knew, and has left."""
    household.straps_were(store.straps())
    household.profiles.talk_tests_were(store.talk_tests())
    for left in left_sessions(store):
        household.take_up(left.session, left.taken, left.changed)
    household.wishes.take_up(store.wishes())


async def _leave(part: asyncio.Task[None]) -> None:
    part.cancel()
    _, late = await asyncio.wait({part}, timeout=_LEAVE_S)
    if late:
        _log.warning("%s does not leave in time", part.get_name())
