"""Runs `talkpace report` and `talkpace export` in a process that ends, so that this one stays small."""

from __future__ import annotations

import asyncio
import logging
from asyncio import subprocess
from collections.abc import Sequence

from .refusal import RefusedError

RUN_S = 90.0
MOST_WAITING = 4
"""runs that go on or wait; more are refused"""
RETRY_S = 60
LARGEST_OUTPUT = 24_000_000
"""bytes"""
_LONGEST_REASON = 400

_log = logging.getLogger(__name__)


class RecordProgram:
    """The program `talkpace`, one run at a time."""

    def __init__(
        self, program: Sequence[str], options: Sequence[str] = (), *, timeout_s: float = RUN_S
    ) -> None:
        """`program` begins every command line, `options` end it."""
        self._program = program
        self._options = options
        self._timeout_s = timeout_s
        self._waiting = 0
        self._turn = asyncio.Lock()

    async def run(self, *arguments: str) -> bytes:
        """Return what a command writes. Raises RefusedError where it fails, or takes too long or too much."""
        if self._waiting >= MOST_WAITING:
            message = "reports and files are made one after the other: try again in a minute"
            raise RefusedError(503, message, retry_after_s=RETRY_S)
        self._waiting += 1
        try:
            async with self._turn, asyncio.timeout(self._timeout_s):
                return await self._run(arguments)
        except TimeoutError:
            raise RefusedError(503, f"this took longer than {self._timeout_s:.0f} s") from None
        except OSError as error:
            raise RefusedError(503, f"no process can be started: {error.strerror}") from None
        finally:
            self._waiting -= 1

    async def _run(self, arguments: Sequence[str]) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._program,
            *arguments,
            *self._options,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            output, remarks = await asyncio.gather(
                _read(process.stdout, LARGEST_OUTPUT), _read(process.stderr, LARGEST_OUTPUT)
            )
            status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status:
            lines = remarks.decode(errors="replace").strip().splitlines() or [f"exit status {status}"]
            _log.warning("talkpace %s: %s", arguments[0], lines[-1])
            raise RefusedError(503, lines[-1][:_LONGEST_REASON])
        return output


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await stream.read(65_536):
        content += chunk
        if len(content) > most:
            raise RefusedError(503, f"this has more than {most // 1_000_000} MB: use the command line")
    return bytes(content)
