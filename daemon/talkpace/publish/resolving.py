"""Looks a name up without ever holding up the end of the program."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from threading import Thread

LIMIT_S = 10.0


async def resolve(host: str, port: int) -> None:
    """Return once the name is known to resolve. Raises OSError (TimeoutError is one) where it does not.

    A look-up cannot be stopped, and lasts half a minute where no name server answers. The event loop's
    own threads are waited for when it ends; this one is not.
    """
    loop = asyncio.get_running_loop()
    looked_up: asyncio.Future[OSError | None] = loop.create_future()

    def settle(error: OSError | None) -> None:
        if not looked_up.done():
            looked_up.set_result(error)

    def look_up() -> None:
        outcome: OSError | None = None
        try:
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:
            outcome = socket.gaierror(socket.EAI_NONAME, "no such name can exist")
        except OSError as error:
            outcome = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, outcome)

    Thread(target=look_up, name="resolve", daemon=True).start()
    async with asyncio.timeout(LIMIT_S):
        error = await looked_up
    if error is not None:
        raise error
