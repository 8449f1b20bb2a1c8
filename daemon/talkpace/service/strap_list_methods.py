"""Methods of the control socket for straps without a radio: list, assign, ignore."""

from __future__ import annotations

from collections.abc import Mapping

from ..clock import Clock
from ..control.method_models import (
    AssignParams,
    AssignResult,
    AthleteStrapState,
    NoParams,
    StrangerStrap,
    StrapOverview,
    StrapParams,
    StrapToIgnore,
)
from ..control.methods import Caller, Handler
from ..errors import StrapError
from ..storage.guests import give_strap
from ..storage.recorder import Recorder
from ..storage.records import StrapRow
from ..storage.store import Store
from .athlete_manager import AthleteManager
from .strap_methods import require_pairable
from .tasks import BackgroundTasks


class StrapListMethods:
    """Carries out the methods that need no radio."""

    def __init__(
        self, *, clock: Clock, recorder: Recorder, manager: AthleteManager, tasks: BackgroundTasks
    ) -> None:
        self._clock = clock
        self._recorder = recorder
        self._manager = manager
        self._tasks = tasks

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {
            "straps.list": self._list,
            "straps.assign": self._assign,
            "straps.ignore": self._ignore,
            "straps.unignore": self._unignore,
        }

    async def _list(self, _params: NoParams, _caller: Caller) -> StrapOverview:
        rows = {row.address: row for row in await self._recorder.call(Store.straps)}
        ignored = await self._recorder.call(Store.ignored_straps)
        now_ms = self._clock.monotonic_ms()
        return StrapOverview(
            owned=[self._owned(address, rows.get(address)) for address in self._manager.strap_owners],
            strangers=[
                StrangerStrap(
                    address=stranger.address,
                    name=stranger.name or None,
                    signal_dbm=stranger.signal_dbm,
                    seen_s=round((now_ms - stranger.seen_ms) / 1000, 1),
                )
                for stranger in self._tasks.strangers.in_range()
            ],
            ignored=[StrapToIgnore(address=address, name=name or None) for address, name in ignored.items()],
        )

    def _owned(self, address: str, row: StrapRow | None) -> AthleteStrapState:
        owner = self._manager.strap_owners[address]
        straps = self._manager.registry.pipelines[owner].straps
        return AthleteStrapState(
            address=address,
            name=(row.name or None) if row else None,
            athlete=owner,
            battery_percent=straps.battery_percent.get(address),
            connected=address in straps.connected,
            signal_dbm=straps.connected[address].signal_dbm if address in straps.connected else None,
            last_seen=row.last_seen if row else None,
        )

    async def _assign(self, params: AssignParams, _caller: Caller) -> AssignResult:
        address, athlete = params.address, params.athlete
        manager, now = self._manager, self._clock.wall()
        pipelines = manager.registry.pipelines
        if not manager.has(athlete):
            raise StrapError(f"there is no athlete {athlete!r} here")
        if not manager.is_guest(athlete):
            require_pairable(manager.configuration, address, athlete)
        name = self._tasks.strangers.name(address)
        await self._recorder.call(give_strap, address, athlete, name, now)
        before = pipelines[athlete].active_session
        others = {
            pipeline.active_session.id
            for pipeline in pipelines.values()
            if pipeline.athlete != athlete and pipeline.active_session is not None
        }
        await self._tasks.reload()
        after = pipelines[athlete].active_session
        moved = before is None and after is not None and after.id in others
        return AssignResult(moved_session=after.id if moved and after is not None else None)

    async def _ignore(self, params: StrapParams, _caller: Caller) -> None:
        owner = self._manager.strap_owners.get(params.address)
        if owner is not None:
            raise StrapError(f"{params.address} is a strap of {owner}; forget it first: talkpace forget")
        name = self._tasks.strangers.name(params.address)
        await self._recorder.call(Store.ignore_strap, params.address, name, self._clock.wall())
        await self._tasks.reload()

    async def _unignore(self, params: StrapParams, _caller: Caller) -> None:
        if not await self._recorder.call(Store.unignore_strap, params.address):
            raise StrapError(f"{params.address} is not ignored")
        await self._tasks.reload()
