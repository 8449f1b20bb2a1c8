"""The daemon's end of the control socket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from .connection import Connection
from .messages import LONGEST_LINE, ErrorCode, error_message
from .methods import Methods
from .state_feed import StateFeed

MOST_CONNECTIONS = 64
_MODE = 0o660
_ROOT = 0
_SO_PEERGROUPS = 59
"""Linux 4.13; the supplementary groups of the peer"""
_MOST_GROUPS = 256
"""of a peer; Python's getsockopt returns 1,024 bytes at most"""

_log = logging.getLogger(__name__)


class ControlServer:
    """Accepts clients of the same user, of root, and of the socket's group."""

    def __init__(self, paths: Sequence[Path], *, methods: Methods, feed: StateFeed) -> None:
        """`paths` are places for the socket; the first that is free and can be used is taken."""
        self._paths = paths
        self._methods = methods
        self._feed = feed
        self._connections: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Serve until cancelled; then send what waits to each client, and remove the socket.

        Where no socket can be made, say so in the log: the daemon works without it.
        """
        listener = await self._listen()
        if listener is None:
            await asyncio.Event().wait()
            return
        path = Path(listener.getsockname())
        try:
            with listener:
                await self._serve(listener, path)
        finally:
            _remove(path)

    async def _serve(self, listener: socket.socket, path: Path) -> None:
        async with asyncio.TaskGroup() as tasks:
            accept = partial(self._accept, tasks)
            server = await asyncio.start_unix_server(accept, sock=listener, limit=LONGEST_LINE)
            try:
                _log.info("commands are accepted on %s", path)
                await asyncio.Event().wait()
            finally:
                self._stopping = True
                server.close()  # not wait_closed(): the group's tasks close the connections

    async def _listen(self) -> socket.socket | None:
        for path in self._paths:
            try:
                if await _is_in_use(path):
                    raise OSError("another daemon listens there")  # noqa: TRY301 - logged like the others
                return _bind(path)
            except OSError as error:
                reason = os.strerror(error.errno) if error.errno else str(error)
                _log.info("no control socket at %s: %s", path, reason)
        _log.error("no control socket: `talkpace pair`, `breathe` and others cannot reach this daemon")
        return None

    async def _accept(self, tasks: asyncio.TaskGroup, reader: StreamReader, writer: StreamWriter) -> None:
        refusal = self._refusal(writer)
        if refusal is not None or self._stopping:
            if refusal is not None:
                writer.write(error_message(None, *refusal))
            writer.close()
            return
        connection = Connection(reader, writer, methods=self._methods, feed=self._feed)
        task = tasks.create_task(connection.run(), name="control connection")
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    def _refusal(self, writer: StreamWriter) -> tuple[ErrorCode, str] | None:
        """Why a client may not connect."""
        if not _is_permitted(writer):
            return ErrorCode.REFUSED, "permission denied: connect as root, the daemon's user or its group"
        if len(self._connections) >= MOST_CONNECTIONS:
            return ErrorCode.TOO_MANY, f"{MOST_CONNECTIONS} clients are connected already"
        return None


def _bind(path: Path) -> socket.socket:
    """Bind a socket that only user and group may use. Raises OSError."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    _remove(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(_MODE)
        listener.listen(MOST_CONNECTIONS)
        listener.setblocking(False)  # noqa: FBT003 - the socket's own signature
    except BaseException:
        listener.close()
        raise
    return listener


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


async def _is_in_use(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True


def _is_permitted(writer: StreamWriter) -> bool:
    """Whether the peer is root, this process's user, or in its group. The socket's mode says the same."""
    peer: socket.socket = writer.get_extra_info("socket")
    _, user, group = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return user in {_ROOT, os.geteuid()} or os.getegid() in {group, *_peer_groups(peer)}


def _peer_groups(peer: socket.socket) -> tuple[int, ...]:
    try:
        data = peer.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, 4 * _MOST_GROUPS)
    except OSError:
        return ()
    return struct.unpack(f"{len(data) // 4}i", data)
