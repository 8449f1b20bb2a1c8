"""A TCP proxy between publisher and broker that can lose data and abort connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from ..broker import HOST


class TcpProxy:
    """Forwards bytes both ways; can block the broker's answers, and abort every connection."""

    def __init__(self, broker_port: int) -> None:
        self.port = 0
        self._broker_port = broker_port
        self._answers = asyncio.Event()
        self._answers.set()
        self._writers: set[asyncio.StreamWriter] = set()

    def block_answers(self) -> None:
        self._answers.clear()

    def abort_connections(self) -> None:
        """Abort all connections; the next one works again."""
        for writer in self._writers:
            writer.transport.abort()
        self._answers.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            up_reader, up_writer = await asyncio.open_connection(HOST, self._broker_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(up_writer)
        with suppress(ConnectionError):
            await asyncio.gather(
                self._forward(reader, up_writer, wait=False), self._forward(up_reader, writer, wait=True)
            )
        self._writers -= {writer, up_writer}

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, wait: bool
    ) -> None:
        try:
            while data := await reader.read(65536):
                if wait and not self._answers.is_set():
                    await self._answers.wait()
                    return  # blocked data is lost with the connection
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def tcp_proxy(broker_port: int) -> AsyncIterator[TcpProxy]:
    one = TcpProxy(broker_port)
    server = await asyncio.start_server(one.serve, HOST, 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        one.abort_connections()
