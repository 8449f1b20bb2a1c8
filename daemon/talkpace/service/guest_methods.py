"""Methods of the control socket for guests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from ..clock import Clock
from ..control.method_models import GuestInfo, GuestParams
from ..control.methods import Caller, Handler
from ..storage.guests import add_guest
from ..storage.recorder import Recorder
from ..timestamps import ONE_DAY, local_date, start_of_day
from .athlete_manager import AthleteManager
from .tasks import BackgroundTasks


class GuestMethods:
    """Carries out the methods that are about guests."""

    def __init__(
        self,
        *,
        clock: Clock,
        zone: tzinfo,
        recorder: Recorder,
        manager: AthleteManager,
        tasks: BackgroundTasks,
    ) -> None:
        """`zone` is the household's, in which a guest's day ends."""
        self._clock = clock
        self._zone = zone
        self._recorder = recorder
        self._manager = manager
        self._tasks = tasks

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"guests.add": self._add}

    async def _add(self, params: GuestParams, _caller: Caller) -> GuestInfo:
        now = self._clock.wall()
        until = start_of_day(local_date(now, self._zone) + ONE_DAY, self._zone).astimezone(self._zone)
        values = params.model_dump(include={"name", "max_heart_rate", "birth_year"}, exclude_none=True)
        guest = await self._recorder.call(
            add_guest,
            self._manager.configuration,
            values,
            strap=params.address,
            until=until,
            now=now,
            used=list(self._manager.registry.pipelines),
        )
        await self._tasks.reload()
        profile = self._manager.registry.pipelines[guest].profile()
        return GuestInfo(
            athlete=guest,
            name=params.name,
            max_heart_rate=round(float(profile.max_heart_rate), 1),
            max_heart_rate_source=profile.max_heart_rate_source,
            until=until,
        )
