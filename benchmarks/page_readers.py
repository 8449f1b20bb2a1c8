"""Pages that are open: each reads the stream of live values. Run as a child by web_process."""

from __future__ import annotations

import asyncio
import sys


async def main(host: str, port: int, cookie: str, pages: int) -> None:
    """Open the streams, say so, and read until the process is killed."""
    async with asyncio.TaskGroup() as tasks:
        begun = [asyncio.Event() for _ in range(pages)]
        for one in begun:
            tasks.create_task(_read(host, port, cookie, one))
        for one in begun:
            await one.wait()
        print("open", flush=True)


async def _read(host: str, port: int, cookie: str, begun: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /api/stream HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(status.decode())
    begun.set()
    while await reader.read(65_536):
        pass
    raise RuntimeError("the web process has closed the stream")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
