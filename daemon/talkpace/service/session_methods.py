"""Methods of the control socket for recorded sessions."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ..clock import Clock
from ..control.method_models import SessionDeleted, SessionParams, SessionRestored
from ..control.methods import Caller, Handler
from ..errors import StoreError
from ..storage.recorder import Recorder
from ..storage.session_deletion import RESTORABLE_FOR
from ..storage.store import Store
from .tasks import BackgroundTasks

_log = logging.getLogger(__name__)


class SessionMethods:
    """Carries out the methods that are about recorded sessions."""

    def __init__(self, *, clock: Clock, recorder: Recorder, tasks: BackgroundTasks) -> None:
        self._clock = clock
        self._recorder = recorder
        self._tasks = tasks

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"sessions.delete": self._delete, "sessions.restore": self._restore}

    async def _delete(self, params: SessionParams, _caller: Caller) -> SessionDeleted:
        now = self._clock.wall()
        session = await self._recorder.call(Store.mark_deleted, params.session, now)
        _log.info("session %s deleted; it can be restored for a day", session)
        await self._recount()
        return SessionDeleted(session=session, restorable_until=now + RESTORABLE_FOR)

    async def _restore(self, params: SessionParams, _caller: Caller) -> SessionRestored:
        session = await self._recorder.call(Store.restore_session, params.session)
        _log.info("session %s restored", session)
        await self._recount()
        return SessionRestored(session=session)

    async def _recount(self) -> None:
        """Count again what day and week have in memory; a failure leaves that to the next reload."""
        try:
            await self._tasks.reload()
        except StoreError as error:
            _log.warning("day and week still count as before: %s", error)
