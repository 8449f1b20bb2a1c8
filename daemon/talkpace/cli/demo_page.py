"""The demo's page in the browser: a web process of its own on a free port of loopback, and a link to look."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_HOST = "127.0.0.1"
_STOP_S = 5.0
_POLL_S = 0.1


@asynccontextmanager
async def demo_page(node: str, database: Path) -> AsyncIterator[str | None]:
    """Serve the page within the block; yields an address that shows it, None where it cannot be served."""
    async with web_process(node, database) as address:
        yield None if address is None else f"{address}#link={_make_link(database.parent)}"


@asynccontextmanager
async def web_process(node: str, database: Path) -> AsyncIterator[str | None]:
    """Run `talkpace web run` within the block, for the node whose daemon writes this database.

    Yields the page's address; None where packages are missing, or the process has ended at once.
    """
    if any(importlib.util.find_spec(name) is None for name in ("starlette", "uvicorn", "argon2")):
        yield None
        return
    port = _free_port()
    file = database.parent / "page.toml"
    file.write_text(
        f'node = {{ id = "{node}" }}\nstore = {{ path = {json.dumps(str(database))} }}\n'
        f'web = {{ enabled = true, listen = "{_HOST}:{port}" }}\n',
        encoding="utf-8",
    )
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "talkpace", "web", "run", "--config", str(file)),
        env={name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
    )
    try:
        yield f"http://{_HOST}:{port}/" if await _listens(process, port) else None
    finally:
        await _end(process)


async def _listens(process: asyncio.subprocess.Process, port: int) -> bool:
    """Wait until the process listens; False where it has ended instead."""
    while process.returncode is None:
        try:
            _, writer = await asyncio.open_connection(_HOST, port)
        except OSError:
            await asyncio.sleep(_POLL_S)
        else:
            writer.close()
            return True
    return False


def _make_link(folder: Path) -> str:
    from ..storage.paths import PAGE
    from ..web.access_admin import AccessAdmin
    from ..web.access_file import AccessFile
    from ..web.access_state import View

    return AccessAdmin(AccessFile(folder / PAGE)).make_link("demo", View())


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        return int(listener.getsockname()[1])
