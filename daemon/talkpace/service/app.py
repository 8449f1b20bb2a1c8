"""The daemon: open the store, build the parts, restore the last state, run, and stop in order."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import __version__
from ..alerts.outputs import Outputs
from ..clock import Clock
from ..config.layers import Layers
from ..config.model import Configuration
from ..errors import StoreFullError, StoreReadOnlyError
from ..pipeline.registry import AthleteRegistry
from ..storage.connection import daemon_lock
from ..storage.paths import store_path
from ..storage.store import Store
from .parts import Parts, build_parts
from .restart import Restart
from .stored_state import restore_state
from .systemd import Notifier

_log = logging.getLogger(__name__)

_STOP_S = 2.5
"""time limit for each part; a stop of the daemon may take 5 s in all"""


class Daemon:
    """One run of talkpace. It opens no port, and connects only to what is configured."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        environ: Mapping[str, str],
        outputs: Outputs,
        layers: Layers | None = None,
        problems: Sequence[str] = (),
    ) -> None:
        """`outputs` is buzzer and LED; the caller closes it.

        `layers` are what `configuration` was made of, so that settings can be changed; `problems` are
        what is invalid in it.
        """
        self.registry = AthleteRegistry(clock.monotonic_ms)
        self._configuration = configuration
        self._clock = clock
        self._environ = environ
        self._outputs = outputs
        self._layers = layers
        self._problems = problems
        self._notifier = Notifier(environ)

    async def run(self, stop: asyncio.Event, ready: asyncio.Event | None = None) -> bool:
        """Run until `stop` is set; `ready` is set once the store is open and the parts run.

        Returns whether the daemon is to be started again. Open sessions continue in the next run.
        Raises StoreError or ConfigurationError where the daemon cannot start, also where another one uses
        the same store.
        """
        path = store_path(self._configuration, self._environ)
        restart = Restart(stop, self._environ)
        with daemon_lock(path):
            store = _open_store(path)
            parts = build_parts(
                self._configuration,
                path=path,
                store=store,
                registry=self.registry,
                clock=self._clock,
                environ=self._environ,
                outputs=self._outputs,
                notifier=self._notifier,
                layers=self._layers,
                problems=self._problems,
                restart=restart,
            )
            if store is not None:
                restore_state(store, parts.manager, parts.guides, parts.tasks.strangers)
            parts.health.report()
            await self._run(parts, stop, ready)
        return restart.is_due

    async def _run(self, parts: Parts, stop: asyncio.Event, ready: asyncio.Event | None) -> None:
        async with asyncio.TaskGroup() as group:
            running = parts.start(group)
            # Everything built so far stays: a full collection of it would delay a warning by tens of ms.
            gc.collect()
            gc.freeze()
            athletes = ", ".join(self.registry.pipelines) or "nobody yet"
            _log.info("talkpace %s runs for %s", __version__, athletes)
            self._notifier.ready()
            if ready is not None:
                ready.set()
            try:
                await stop.wait()
                _log.info("talkpace stops; open sessions continue at the next start")
                self._notifier.stopping()
            finally:
                for task in running:
                    await _stop(task)


def _open_store(path: Path) -> Store | None:
    """Open the store; None where the disk is full or read-only: warnings work without a record."""
    try:
        return Store.open(path)
    except (StoreFullError, StoreReadOnlyError) as error:
        _log.error("nothing is recorded: %s", error)
        return None


async def _stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end; one that takes longer than `_STOP_S` is reported."""
    task.cancel()
    _, late = await asyncio.wait({task}, timeout=_STOP_S)
    if late:
        _log.warning("%s did not stop within %g s", task.get_name(), _STOP_S)
