"""The guides of a daemon, and the commands that come from the same host by way of the store."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime, timedelta

from ..alert.alerts import Alerts
from ..config.model import Configuration
from ..errors import CommandError, StoreError, StoreFullError, StoreReadOnlyError, TalkpaceError
from ..guide.aside import Aside
from ..guide.guides import Guides
from ..guide.resting import RestingAthletes
from ..guide.surroundings import Surroundings
from ..pipeline.room import Room
from ..pipeline.sinks import PublishSink
from ..pipeline.timeline import LiveTimeline
from ..practice.entries import What
from ..practice.log import Entry
from ..practice.mornings import readiness_standing
from ..record.asked import Request
from ..record.items import EntryLogged
from ..record.recorder import Recorder
from ..record.store import Store
from .clock import Clock, SystemClock
from .entry_ids import new_id
from .practice import Practice

_log = logging.getLogger(__name__)

_LOOK_S = 0.5
_CLOSE_S = 1.0
"""a disk that hangs does not hold up the daemon's stop"""
_TOO_OLD = timedelta(seconds=30)
"""whoever asked this waits no longer"""


def make_guiding(
    configuration: Configuration,
    *,
    room: Room,
    clock: Clock,
    alerts: Alerts,
    recorder: Recorder,
    publish: PublishSink | None,
    practice: Practice,
) -> Guiding:
    """Those that are switched on; the room understands their commands from now on."""

    def write_down(athlete: str, what: What) -> None:
        now = practice.now(athlete)
        try:
            practice.put(EntryLogged(Entry(new_id(), athlete, now, now, what)), dated_by_clock=True)
        except CommandError as error:
            _log.warning("not written down of %s: %s", athlete, error)

    around = Surroundings(
        room=room,
        clock=clock,
        boot=LiveTimeline(clock).boot,
        alerts=alerts,
        record=recorder,
        publish=publish,
        write_down=write_down,
        resting=RestingAthletes(room, young_ms=configuration.rules().session.min_duration_ms),
        aside=Aside(),
    )
    guides = Guides(
        configuration.practice,
        around,
        lambda athlete, at: readiness_standing(practice.known(athlete), at),
    )
    room.understand(guides.commands)
    return Guiding(guides, around.aside, RequestDesk(room, guides, around.aside, recorder, SystemClock()))


class Guiding:
    """The guides, the work they have put aside, and the desk, as the daemon runs them."""

    def __init__(self, guides: Guides, aside: Aside, desk: RequestDesk) -> None:
        self._guides = guides
        self._aside = aside
        self._desk = desk

    def take_up(self, store: Store) -> None:
        """Go on with the naps of an earlier run; nobody waits for its answers any more."""
        self._guides.take_up(store.naps())
        try:
            store.forget_requests()
        except (StoreFullError, StoreReadOnlyError) as error:
            _log.debug("requests of an earlier run stay: %s", error)

    async def run(self) -> None:
        """Until cancelled. The guides leave first; what they put aside is done then; the desk tells of it."""
        async with asyncio.TaskGroup() as last, asyncio.TaskGroup() as then, asyncio.TaskGroup() as first:
            first.create_task(self._guides.run(), name="guides")
            then.create_task(self._aside.run(), name="aside")
            last.create_task(self._desk.run(), name="requests")


class RequestDesk:
    """Carries out what other commands on this host ask for; no broker is needed for that.

    A request to a guide stays open while the guide leads, and says how that stands.
    """

    def __init__(self, room: Room, guides: Guides, aside: Aside, recorder: Recorder, clock: Clock) -> None:
        """`clock` is the host's own, as those who ask go by it."""
        self._room = room
        self._guides = guides
        self._aside = aside
        self._recorder = recorder
        self._clock = clock
        self._open: dict[int, Request] = {}
        self._said: dict[int, str] = {}

    async def run(self) -> None:
        """Until cancelled; whoever still follows a guide then is told how it ended."""
        try:
            while True:
                try:
                    for request in await self._recorder.call(Store.new_requests):
                        await self._see_to(request, self._clock.wall())
                    await self._report_all()
                except StoreError as error:
                    _log.debug("requests cannot be asked for: %s", error)
                await self._clock.sleep(_LOOK_S)
        finally:
            await self._close()

    async def _close(self) -> None:
        """A nap stays open: whoever asked for it has gone, and it goes on with the next run."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._report_all()
        except (StoreError, TimeoutError) as error:
            _log.debug("requests stay open: %s", error)

    async def _report_all(self) -> None:
        for number in list(self._open):
            await self._report(number)

    async def _see_to(self, request: Request, now: datetime) -> None:
        problem = None
        if abs(now - request.at) > _TOO_OLD:
            problem = "this was asked for too long ago"
        else:
            try:
                self._room.command(request.athlete, request.name, json.loads(request.argument))
            except (TalkpaceError, ValueError) as error:
                problem = str(error)
        if problem is not None:
            await self._recorder.call(Store.set_request, request.number, "failed", problem)
            return
        self._open[request.number] = request
        await self._report(request.number)

    async def _report(self, number: int) -> None:
        await self._aside.settled()  # whoever stops a guide waits for what it came to
        request = self._open[number]
        guide = self._guides.by_command.get(request.name)
        says = "{}" if guide is None else guide.payload(request.athlete).model_dump_json()
        leads = guide is not None and guide.busy_with(request.athlete)
        if leads and self._said.get(number) == says:
            return
        await self._recorder.call(Store.set_request, number, "running" if leads else "done", says)
        if leads:
            self._said[number] = says
        else:
            del self._open[number]
            self._said.pop(number, None)
