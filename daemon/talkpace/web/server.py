"""uvicorn on a socket of systemd's or of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import ssl
from collections.abc import Iterator, Mapping

import uvicorn

from ..config.web import ListenAddress, WebConfig
from ..errors import ConfigurationError
from .app import PageApp
from .head_limit import HeadLimitProtocol

MOST_CONNECTIONS = 150
_STOP_S = 2
_FIRST_PASSED_FD = 3
_UNREAD_MS = 30_000
"""a connection whose reader takes nothing for this long is closed by the kernel"""

_log = logging.getLogger(__name__)


class PageServer(uvicorn.Server):
    """Ends open pages before it stops, which would otherwise wait for them; leaves signals to its caller."""

    def __init__(self, app: PageApp, settings: WebConfig) -> None:
        super().__init__(_uvicorn_config(app, settings))
        self._app = app

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: uvicorn would send itself each signal again at the end."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._app.close()
        await super().shutdown(sockets)


def _uvicorn_config(app: PageApp, settings: WebConfig) -> uvicorn.Config:
    return uvicorn.Config(
        app.asgi,
        http=HeadLimitProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=_STOP_S,
        h11_max_incomplete_event_size=16_384,
        ssl_certfile=settings.certificate_file,
        ssl_keyfile=settings.key_file,
    )


def check_certificate(settings: WebConfig) -> None:
    """Raise ConfigurationError where certificate or key cannot be used."""
    if settings.certificate_file is None or settings.key_file is None:
        return
    if settings.ingress is not None:
        raise ConfigurationError(
            "web.ingress is plain http: remove web.certificate_file and web.key_file, or web.ingress"
        )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.certificate_file, settings.key_file)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigurationError(
            f"web.certificate_file, web.key_file: {error.strerror or error}: {settings.certificate_file}, "
            f"{settings.key_file}"
        ) from None


@contextlib.contextmanager
def open_listeners(settings: WebConfig, environ: Mapping[str, str]) -> Iterator[list[socket.socket]]:
    """Open the page's socket, and that for ingress where it is set. Raises ConfigurationError."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(_open_listener(settings.address, environ))]
        if settings.ingress is not None:
            address = ListenAddress.parse(settings.ingress)
            listeners.append(stack.enter_context(_bind(address, "web.ingress")))
        for listener in listeners:  # connections inherit it
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MS)
        yield listeners


def _open_listener(address: ListenAddress, environ: Mapping[str, str]) -> socket.socket:
    """The socket that systemd passes, else one of our own."""
    if environ.get("LISTEN_PID") == str(os.getpid()) and environ.get("LISTEN_FDS") == "1":
        listener = socket.socket(fileno=_FIRST_PASSED_FD)
        _warn_of_other_address(listener, address)
    else:
        listener = _bind(address, "web.listen")
    return listener


def _bind(address: ListenAddress, key: str) -> socket.socket:
    family = socket.AF_INET6 if address.ip.version == 6 else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((str(address.ip), address.port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(f"{key}: {address}: {error.strerror}") from None
    return listener


def _warn_of_other_address(listener: socket.socket, address: ListenAddress) -> None:
    ip, port = listener.getsockname()[:2]
    if (ip, port) != (str(address.ip), address.port):
        _log.warning(
            "the page is served on %s port %s, and web.listen is %s; to apply it: sudo talkpace web enable",
            ip,
            port,
            address,
        )


async def serve(app: PageApp, settings: WebConfig, listeners: list[socket.socket]) -> None:
    """Serve the page until SIGTERM or Ctrl-C."""
    server = PageServer(app, settings)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(app.run(), name="page: daemon")
        await server.serve(sockets=listeners)
