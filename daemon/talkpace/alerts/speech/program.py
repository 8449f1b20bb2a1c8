"""Run a program that turns text into sound, within limits of time and size."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ...text import strip_unprintable
from .errors import SpeechError
from .wav import LARGEST_BYTES

_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
"""what a program gets of the daemon's environment, which may hold the broker's password"""
_LONGEST_REASON = 200
_MOST_REMARKS = 10_000
_STDIN, _STDOUT = 0, 1


async def run_program(
    arguments: Sequence[str],
    text: str = "",
    *,
    remedy: str,
    timeout_s: float,
    most_bytes: int = LARGEST_BYTES,
    environ: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a program writes, given `text` as a line of its standard input.

    It is killed with its children after `timeout_s`, and where it writes more than `most_bytes`. Raises
    SpeechError with this remedy where it cannot be started, fails, or exceeds a limit.
    """
    name = arguments[0]
    given = os.environ if environ is None else environ
    loop = asyncio.get_running_loop()
    try:
        transport, output = await loop.subprocess_exec(
            lambda: _Output(loop, most_bytes),
            *arguments,
            env={key: given[key] for key in _ENVIRONMENT if key in given} | {"LANG": "C.UTF-8"},
            start_new_session=True,
        )
    except FileNotFoundError:
        raise SpeechError(f"{name} is not installed", remedy) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SpeechError(f"{name} cannot be started: {reason}", remedy) from None
    try:
        _write(transport, text)
        async with asyncio.timeout(timeout_s):
            await output.end
    except TimeoutError:
        raise SpeechError(f"{name} took longer than {timeout_s:g} s", remedy) from None
    except _TooMuchError:
        raise SpeechError(f"{name} writes more than {most_bytes:,} bytes", remedy) from None
    finally:
        await _end(transport, output)
    if status := transport.get_returncode():
        lines = output.remarks.decode(errors="replace").strip().splitlines() or [f"exit status {status}"]
        reason = strip_unprintable(lines[-1])[:_LONGEST_REASON].rstrip(".")
        raise SpeechError(f"{name} failed: {reason}", remedy)
    return bytes(output.content)


class _TooMuchError(Exception):
    """A program has written more than it may."""


class _Output(asyncio.SubprocessProtocol):
    """What a program writes, and the end of what it says of errors."""

    def __init__(self, loop: asyncio.AbstractEventLoop, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.content = bytearray()
        self.remarks = b""
        self.exit = loop.create_future()
        """done once the program has ended"""
        self.end = loop.create_future()
        """done once its output has ended, too; raises _TooMuchError"""

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd != _STDOUT:
            self.remarks = (self.remarks + data)[-_MOST_REMARKS:]
        elif len(self.content) + len(data) <= self._most_bytes:
            self.content += data
        elif not self.end.done():
            self.end.set_exception(_TooMuchError())

    def process_exited(self) -> None:
        if not self.exit.done():
            self.exit.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self.end.done():
            self.end.set_result(None)


def _write(transport: asyncio.SubprocessTransport, text: str) -> None:
    stdin = transport.get_pipe_transport(_STDIN)
    assert isinstance(stdin, asyncio.WriteTransport)
    if text:
        stdin.write(f"{text}\n".encode())
    stdin.close()


async def _end(transport: asyncio.SubprocessTransport, output: _Output) -> None:
    """Kill the program and what it has started."""
    with suppress(ProcessLookupError, PermissionError):  # it has ended
        os.killpg(transport.get_pid(), signal.SIGKILL)
    try:
        await output.exit
    finally:
        transport.close()
