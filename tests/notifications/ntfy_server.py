"""An HTTP server on loopback that answers as ntfy does, or as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

PATIENCE_S = 60


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    authorization: str | None
    message: dict[str, Any]

    @property
    def text(self) -> str:
        """The text of the message."""
        return str(self.message["message"])


@dataclass
class NtfyServer:
    """What it answers can change at any time."""

    port: int = 0
    status: int = 200
    body: bytes | None = None
    """in place of ntfy's own answer"""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    """whether requests are received and never answered"""
    received: Queue[Received] = field(default_factory=Queue)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """The address of a topic."""
        return f"http://127.0.0.1:{self.port}/gym_1"

    def next(self) -> Received:
        """Wait for the next request."""
        return self.received.get(timeout=PATIENCE_S)


@contextmanager
def ntfy_server(port: int = 0) -> Iterator[NtfyServer]:
    """Serve at this port, or at a free one."""
    state = NtfyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            message = json.loads(content)
            state.received.put(Received(self.path, self.headers["Authorization"], message))
            if state.hangs:
                state.released.wait()
                return
            body = state.body
            if body is None:
                body = json.dumps({"id": "x", "event": "message", **message}).encode()
            try:
                self.send_response(state.status)
                for name, value in state.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the client has read enough
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            state.released.set()
            server.shutdown()
            thread.join()
