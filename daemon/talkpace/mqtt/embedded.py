"""An embedded broker for `talkpace demo` only: it does not enforce keepalive."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from ..errors import ConfigurationError

_HOST = "127.0.0.1"
_LOGGERS = ("amqtt", "transitions")


@asynccontextmanager
async def embedded_broker() -> AsyncIterator[int]:
    """Run a broker on the loopback interface; yields its port.

    Raises ConfigurationError where amqtt is not installed.
    """
    try:
        from amqtt.broker import Broker  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError(
            "the embedded broker needs amqtt: install talkpace with its extra `demo` "
            '(pip install "talkpace[demo]")'
        ) from None
    with _quiet():
        port = _free_port()
        broker = Broker(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{_HOST}:{port}"}},
                # The default plugins would log every packet and publish $SYS topics.
                "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
            }
        )
        await broker.start()
        try:
            yield port
        finally:
            await broker.shutdown()


@contextmanager
def _quiet() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        port: int = listener.getsockname()[1]
        return port
