"""`talkpace run`: the daemon."""

from __future__ import annotations

import asyncio
import os
import signal

import click

from ..config.model import Configuration
from .options import config_option


@click.command()
@config_option
def run(configuration: Configuration) -> None:
    """Run the daemon: listen to straps, warn, record, publish. This is what systemd starts.

    It stops on SIGTERM or Ctrl-C; a session under way is kept, and goes on if the daemon comes back
    soon.
    """
    from ..service.logs import set_up

    set_up(configuration.log.level)
    asyncio.run(_run(configuration))


async def _run(configuration: Configuration) -> None:
    from ..alert.opening import open_outputs
    from ..service.clock import SystemClock
    from ..service.daemon import Daemon

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    outputs = await asyncio.to_thread(open_outputs, configuration.alerts)
    try:
        daemon = Daemon(configuration, clock=SystemClock(), environ=os.environ, outputs=outputs)
        await daemon.run(stop)
    finally:
        outputs.close()
