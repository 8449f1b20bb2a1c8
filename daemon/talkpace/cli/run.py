"""`talkpace run`: the daemon in the foreground."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from .options import layers_option

if TYPE_CHECKING:
    from ..config.layers import Layers
    from ..config.load import UsableConfiguration


@click.command()
@layers_option
def run(layers: Layers) -> None:
    """Run the daemon in the foreground: listen to straps, warn, record, publish. systemd starts this.

    It stops on SIGTERM or Ctrl-C. A running session is kept and continues if the daemon starts again
    soon.
    """
    from ..config.load import validate_usable
    from ..service.logs import configure_logging
    from ..service.restart import RESTART_STATUS

    layers.require_settings()
    usable = validate_usable(layers)
    configure_logging(usable.configuration.log.level)
    if asyncio.run(_run(usable, layers)):
        sys.exit(RESTART_STATUS)


async def _run(usable: UsableConfiguration, layers: Layers) -> bool:
    """Return whether the daemon is to be started again."""
    from ..alerts.factory import open_outputs
    from ..clock import SystemClock
    from ..service.app import Daemon

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    outputs = await asyncio.to_thread(open_outputs, usable.configuration.alerts)
    try:
        daemon = Daemon(
            usable.configuration,
            clock=SystemClock(),
            environ=os.environ,
            outputs=outputs,
            layers=layers,
            problems=usable.problems,
        )
        return await daemon.run(stop)
    finally:
        outputs.close()
