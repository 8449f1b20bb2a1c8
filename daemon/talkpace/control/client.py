"""A client of the control socket, for the command line: blocking, without an event loop."""

from __future__ import annotations

import json
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import DaemonError, DaemonNotRunningError, DaemonRefusedError
from .messages import LONGEST_LINE, request_message

ANSWER_S = 10.0
"""time limit for an answer, unless the call says otherwise"""
_CONNECT_S = 2.0
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class DaemonNotification:
    """A message of the daemon that answers no request, such as a new state."""

    method: str
    params: dict[str, Any]


class ControlClient:
    """A connection to the daemon of one database."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._unread = b""
        self._number = 0
        self._notifications: deque[DaemonNotification] = deque()
        self._answers: dict[int, dict[str, Any]] = {}

    @classmethod
    def connect(cls, paths: Iterable[Path], database: Path) -> Self:
        """Connect to the daemon that writes this database.

        Raises DaemonNotRunningError where none listens at these paths, DaemonError where this user may not
        connect.
        """
        denied: Path | None = None
        for path in paths:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            peer.settimeout(_CONNECT_S)
            client = cls(peer)
            try:
                peer.connect(str(path))
                if client.call("node")["database"] == str(database.resolve()):
                    return client
            except PermissionError:
                denied = path
            except (OSError, DaemonError):
                pass
            client.close()
        if denied is not None:
            raise DaemonError(
                f"{denied}: permission denied: run this as root (sudo talkpace …), or join the group talkpace"
            )
        raise DaemonNotRunningError("the daemon does not run; start it: sudo systemctl start talkpace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect; the daemon cancels what it still does for this client."""
        self._peer.close()

    def start(self, method: str, **params: object) -> int:
        """Send a request; return its number for `answer`. Raises DaemonError."""
        self._number += 1
        try:
            self._peer.settimeout(ANSWER_S)
            self._peer.sendall(request_message(self._number, method, params))
        except OSError as error:
            raise DaemonError(f"the daemon has closed the connection: {error.strerror or error}") from None
        return self._number

    def answer(self, number: int) -> Any:
        """The result of a request if it has come, None until then. Raises DaemonRefusedError."""
        message = self._answers.get(number)
        if message is None:
            return None
        if "error" in message:
            raise DaemonRefusedError(str(message["error"].get("message", "the request failed")))
        return message.get("result")

    def is_answered(self, number: int) -> bool:
        """Whether the answer to a request has come."""
        return number in self._answers

    def call(self, method: str, *, timeout_s: float = ANSWER_S, **params: object) -> Any:
        """Send a request and wait for its result; notifications that come before it wait for `receive`.

        Raises DaemonRefusedError where it is refused, DaemonError where it is not answered in time.
        """
        number = self.start(method, **params)
        deadline = time.monotonic() + timeout_s
        while not self.is_answered(number):
            remaining_s = deadline - time.monotonic()
            if remaining_s <= 0:
                raise self._late(timeout_s)
            self._read(remaining_s)
        return self.answer(number)

    def call_and_show(
        self,
        method: str,
        show: Mapping[str, Callable[[Any], None]],
        *,
        timeout_s: float,
        **params: object,
    ) -> Any:
        """As `call`, and pass the parameters of each notification to the function in `show` of its name."""
        number = self.start(method, **params)
        deadline = time.monotonic() + timeout_s
        while not self.is_answered(number) and time.monotonic() < deadline:
            self._show_all(show)
            self._read(deadline - time.monotonic())
        self._show_all(show)
        if not self.is_answered(number):
            raise self._late(timeout_s)
        return self.answer(number)

    def _show_all(self, show: Mapping[str, Callable[[Any], None]]) -> None:
        while self._notifications:
            notification = self._notifications.popleft()
            if notification.method in show:
                show[notification.method](notification.params)

    @staticmethod
    def _late(timeout_s: float) -> DaemonError:
        return DaemonError(
            f"the daemon did not answer within {timeout_s:.0f} s; check it: systemctl status talkpace"
        )

    def receive(self, timeout_s: float) -> DaemonNotification | None:
        """The next notification; None where none comes in time. Raises DaemonError."""
        if not self._notifications:
            self._read(timeout_s)
        return self._notifications.popleft() if self._notifications else None

    def _read(self, timeout_s: float) -> None:
        """Read what comes next within the time, if anything. Raises DaemonError."""
        self._peer.settimeout(max(0.001, timeout_s))
        try:
            chunk = self._peer.recv(_CHUNK)
        except TimeoutError:
            return
        except OSError as error:
            raise DaemonError(f"the connection to the daemon failed: {error.strerror}") from None
        if not chunk:
            raise DaemonError("the daemon was stopped in the meantime; send the command again")
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        if len(self._unread) > 16 * LONGEST_LINE:
            raise DaemonError("the daemon sent a line that is too long")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            self._notifications.append(DaemonNotification(message["method"], message["params"]))
        elif message.get("id") is not None:
            self._answers[message["id"]] = message
        else:
            raise DaemonError(str(message.get("error", {}).get("message", "the daemon refused a message")))
