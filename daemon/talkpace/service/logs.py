"""Log to the systemd journal with levels and fields, or as lines to standard error."""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
from collections.abc import Mapping

_JOURNAL = "/run/systemd/journal/socket"
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG_PRIORITY = 7

_LIBRARIES = ("bleak", "dbus_fast", "mqtt", "amqtt", "transitions", "asyncio", "fitdecode", "uvicorn")


class JournalHandler(logging.Handler):
    """Writes the journal's native protocol, see systemd.journal-fields(7)."""

    def __init__(self, path: str = _JOURNAL) -> None:
        """Connect to the journal. Raises OSError where none listens."""
        super().__init__()
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._channel.connect(path)
        except OSError:
            self._channel.close()
            raise

    def emit(self, record: logging.LogRecord) -> None:
        """Send one entry."""
        entry = b"".join(_field(name, value) for name, value in self._fields(record))
        try:
            self._channel.send(entry, socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass  # a journal that hangs must not delay a beat
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        """Close the socket."""
        self._channel.close()
        super().close()

    def _fields(self, record: logging.LogRecord) -> list[tuple[str, str]]:
        return [
            ("MESSAGE", self.format(record)),
            ("PRIORITY", str(_priority(record.levelno))),
            ("SYSLOG_IDENTIFIER", "talkpace"),
            ("LOGGER", record.name),
            ("CODE_FILE", record.pathname),
            ("CODE_LINE", str(record.lineno)),
            ("CODE_FUNC", record.funcName or ""),
        ]


def configure_logging(level: str, environ: Mapping[str, str] = os.environ) -> None:
    """Log records of at least `level`; of libraries only warnings, unless `level` is debug."""
    root = logging.getLogger()
    root.handlers.clear()
    root.addHandler(_handler(environ))
    set_level(level)


def set_level(level: str) -> None:
    """Set the level; of libraries only warnings are logged, unless it is debug."""
    logging.getLogger().setLevel(level.upper())
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)


def _handler(environ: Mapping[str, str]) -> logging.Handler:
    if "JOURNAL_STREAM" in environ:
        try:
            return JournalHandler()
        except OSError as error:
            print(f"talkpace: no connection to the systemd journal ({error}): logging here", file=sys.stderr)  # noqa: T201
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    return handler


def _priority(level: int) -> int:
    return next((priority for least, priority in _PRIORITIES if level >= least), _DEBUG_PRIORITY)


def _field(name: str, value: str) -> bytes:
    data = value.encode("utf-8", "replace")
    if b"\n" in data:
        return name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
    return name.encode() + b"=" + data + b"\n"
