"""A restart of the daemon: it ends, and systemd starts it again."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping

from ..control.method_models import NoParams
from ..control.methods import Caller, Handler
from ..errors import CommandError

RESTART_STATUS = 75
"""exit status with which systemd starts the daemon again (talkpace.service)"""

_log = logging.getLogger(__name__)


class Restart:
    """Ends this run for the next one. Open sessions continue in it."""

    def __init__(self, stop: asyncio.Event, environ: Mapping[str, str]) -> None:
        """`stop` ends the run."""
        self._stop = stop
        # The variable is inherited: a daemon that was started by hand in a service's shell has another id.
        self.is_possible = environ.get("SYSTEMD_EXEC_PID") == str(os.getpid())
        """whether systemd would start the daemon again"""
        self.is_due = False

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"node.restart": self._restart}

    async def _restart(self, _params: NoParams, _caller: Caller) -> None:
        if not self.is_possible:
            raise CommandError(
                "systemd did not start this daemon, so nobody would start it again: do so by hand"
            )
        _log.info("a restart was requested")
        self.is_due = True
        self._stop.set()
