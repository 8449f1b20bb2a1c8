"""Clients of the control socket that behave badly: one that never reads, one that sends rubbish."""

from __future__ import annotations

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from pathlib import Path

_WATCH = b'{"jsonrpc":"2.0","id":1,"method":"watch"}\n'
_RUBBISH = (b"{\n", b"[" * 5000 + b"\n", b"x" * 60_000 + b"\n", b'{"jsonrpc":"2.0","id":1,"method":"no"}\n')


async def main(path: Path) -> None:
    """Connect both, say so, and go on until the process is killed."""
    _stalled = await _watch(path)
    print("connected", flush=True)
    await _send_rubbish(path)


async def _watch(path: Path) -> tuple[StreamReader, StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(_WATCH)
    await writer.drain()
    return reader, writer


async def _send_rubbish(path: Path) -> None:
    """Send as fast as the daemon reads, and connect again where it has closed the connection."""
    while True:
        reader, writer = await asyncio.open_unix_connection(path)
        try:
            while not reader.at_eof():
                writer.writelines(_RUBBISH)
                await writer.drain()
                await reader.read(65_536)
        except ConnectionError:
            pass
        writer.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
