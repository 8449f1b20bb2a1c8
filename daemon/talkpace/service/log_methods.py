"""Methods of the control socket for the habits log; commands change it."""

from __future__ import annotations

from collections.abc import Mapping

from ..control.log_models import LogEntry, LogParams
from ..control.methods import Caller, Handler
from ..errors import CommandError
from ..timestamps import ONE_DAY, start_of_day
from .habits import HabitsTracker


class LogMethods:
    """Carries out the methods that are about the habits log."""

    def __init__(self, habits: HabitsTracker) -> None:
        self._habits = habits

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"log.list": self._list}

    async def _list(self, params: LogParams, _caller: Caller) -> list[LogEntry]:
        athlete = params.athlete
        if not self._habits.has(athlete):
            raise CommandError(f"there is no habits log of {athlete!r}")
        first_day = self._habits.now(athlete).date() - (params.days - 1) * ONE_DAY
        start = start_of_day(first_day, self._habits.zone(athlete))
        return [LogEntry.of(one) for one in self._habits.log(athlete).since(start)]
