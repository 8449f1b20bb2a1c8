"""Methods of the control socket for recorded sessions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from ..clock import Clock
from ..control.method_models import SessionDeleted, SessionParams, SessionRestored
from ..control.methods import Caller, Handler
from ..errors import StoreError
from ..pipeline.sinks import RecordSink
from ..storage.last_summary import delete_with_summary, restore_with_summary
from ..storage.recorder import Recorder
from ..storage.records import OutgoingMessage
from ..storage.session_deletion import RESTORABLE_FOR
from .athlete_manager import AthleteManager
from .tasks import BackgroundTasks

_log = logging.getLogger(__name__)


class SessionMethods:
    """Carries out the methods that are about recorded sessions."""

    def __init__(
        self,
        *,
        clock: Clock,
        recorder: Recorder,
        manager: AthleteManager,
        tasks: BackgroundTasks,
        to_broker: RecordSink,
    ) -> None:
        """`to_broker` takes messages to the broker, where there is one."""
        self._clock = clock
        self._recorder = recorder
        self._manager = manager
        self._tasks = tasks
        self._to_broker = to_broker

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"sessions.delete": self._delete, "sessions.restore": self._restore}

    async def _delete(self, params: SessionParams, _caller: Caller) -> SessionDeleted:
        now = self._clock.wall()
        session, summary = await self._recorder.call(delete_with_summary, params.session, now)
        self._retain(summary)
        _log.info("session %s deleted; it can be restored for a day", session)
        await self._recount()
        return SessionDeleted(session=session, restorable_until=now + RESTORABLE_FOR)

    async def _restore(self, params: SessionParams, _caller: Caller) -> SessionRestored:
        session, summary = await self._recorder.call(restore_with_summary, params.session)
        self._retain(summary)
        _log.info("session %s restored", session)
        await self._recount()
        return SessionRestored(session=session)

    def _retain(self, summary: OutgoingMessage | None) -> None:
        """Let the broker retain a summary; none of somebody who does not train here any more."""
        if summary is not None:
            athlete = summary.topic.partition("/")[0]
            self._to_broker.put(summary if self._manager.has(athlete) else replace(summary, payload=""))

    async def _recount(self) -> None:
        """Count again what day and week have in memory; a failure leaves that to the next reload."""
        try:
            await self._tasks.reload()
        except StoreError as error:
            _log.warning("day and week still count as before: %s", error)
