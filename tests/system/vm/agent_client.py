"""Client of the agent in the guest, over a virtio port. image/files/.../agent.py describes the frames."""

from __future__ import annotations

import json
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path

_LENGTHS = struct.Struct("!II")
_ANSWER_GRACE_S = 60
"""for the agent's answer to arrive after the command's own time limit"""


class MachineError(Exception):
    """The virtual machine failed, not the software under test."""


class GuestExitedError(MachineError):
    """The machine exited or was switched off before it answered."""


class GuestTimeoutError(MachineError):
    """The agent did not answer in time."""


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a command in the guest. `exit` is None if it exceeded its time limit."""

    argv: tuple[str, ...]
    exit: int | None
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Standard output, without the last line break."""
        return self.stdout.decode(errors="replace").rstrip("\n")

    def __str__(self) -> str:
        how = "exceeded its time limit" if self.exit is None else f"exited with {self.exit}"
        output = (self.stdout + self.stderr).decode(errors="replace").strip()
        return f"{' '.join(self.argv)} {how}: {output}"


@dataclass(frozen=True, slots=True)
class Request:
    """A request without an answer yet."""

    number: int
    argv: tuple[str, ...]
    limit_s: float


class Channel:
    """The connection to the agent. Requests may overlap; answers are stored until they are read."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._number = 0
        self._answers: dict[int, tuple[int | None, bytes, bytes]] = {}
        self._received = bytearray()

    def run(self, argv: tuple[str, ...], stdin: bytes, limit_s: float) -> Request:
        """Start a command, which the agent kills after `limit_s`."""
        return self._send({"argv": list(argv), "limit_s": limit_s}, stdin, Request(0, argv, limit_s))

    def set_clock(self, clock_s: float, *, synchronised: bool) -> Request:
        """Set the guest's clock, and whether its kernel reports it as synchronised."""
        ask: dict[str, object] = {"clock_s": clock_s, "synchronised": synchronised}
        return self._send(ask, b"", Request(0, ("set the clock",), 10))

    def answer(self, request: Request, *, grace_s: float = _ANSWER_GRACE_S) -> Result:
        """Wait for the result of a request. Raises GuestExitedError, GuestTimeoutError."""
        until = time.monotonic() + request.limit_s + grace_s
        while request.number not in self._answers:
            self._receive(until, request)
        return Result(request.argv, *self._answers.pop(request.number))

    def close(self) -> None:
        """Close the connection. May be called more than once."""
        self._socket.close()

    def _send(self, ask: dict[str, object], body: bytes, request: Request) -> Request:
        self._number += 1
        head = json.dumps(ask | {"id": self._number}).encode()
        self._socket.settimeout(request.limit_s + _ANSWER_GRACE_S)
        try:
            self._socket.sendall(_LENGTHS.pack(len(head), len(body)) + head + body)
        except OSError as error:
            raise GuestExitedError(f"cannot send to the guest: {' '.join(request.argv)}: {error}") from error
        return Request(self._number, request.argv, request.limit_s)

    def _receive(self, until: float, request: Request) -> None:
        head_length, body_length = _LENGTHS.unpack(self._read(_LENGTHS.size, until, request))
        head = json.loads(self._read(head_length, until, request))
        body = self._read(body_length, until, request)
        self._answers[head["id"]] = head["exit"], body[: head["stdout"]], body[head["stdout"] :]

    def _read(self, count: int, until: float, request: Request) -> bytes:
        while len(self._received) < count:
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            try:
                part = self._socket.recv(1 << 20)
            except TimeoutError as error:
                raise GuestTimeoutError(f"no answer to {' '.join(request.argv)}") from error
            except OSError as error:
                raise GuestExitedError(f"the guest exited during {' '.join(request.argv)}") from error
            if not part:
                raise GuestExitedError(f"the guest exited during {' '.join(request.argv)}")
            self._received += part
        data = bytes(self._received[:count])
        del self._received[:count]
        return data
