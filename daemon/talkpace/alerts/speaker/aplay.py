"""Play PCM by `aplay` (alsa-utils), one child process for each cue: a device that hangs delays nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from ..outputs import AlertDeviceError
from .failures import MISSING_PROGRAM, explain
from .pcm import RATE_HZ, SAMPLE_BYTES

PROGRAM = "aplay"
CARDS = Path("/dev/snd")
_PIECE = SAMPLE_BYTES * RATE_HZ // 2
_PATIENCE_S = 10.0
"""the pipe and the device's buffer hold about two seconds"""
_LAST_BYTES = 1000
_END_S = 2.0
_OURS = "TALKPACE_"


class Aplay:
    """Plays on an ALSA device. It is open only while something sounds."""

    def __init__(
        self,
        device: str,
        environ: Mapping[str, str],
        *,
        cards: Path = CARDS,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """The child gets `environ` without our own variables, which may hold a password."""
        self._device = device
        self._environ = {name: text for name, text in environ.items() if not name.startswith(_OURS)}
        self._environ["LC_ALL"] = "C"
        self._cards = cards
        self._patience_s = patience_s

    async def play(self, pcm: Iterable[bytes]) -> None:
        """Play to the last sample; when cancelled, be silent at once. Raises AlertDeviceError."""
        with _MemoryFile() as messages:
            process = await self._start(messages.descriptor)
            try:
                on_time = await self._feed(process, pcm)
            finally:
                await _end(process)
            if not on_time:
                raise AlertDeviceError(
                    f"the device {self._device} took no sound for {self._patience_s:g} s",
                    "see whether the speaker is on and connected",
                )
            if process.returncode:
                raise explain(self._device, messages.text(), may_open=may_open_cards(self._cards))

    async def _start(self, stderr: int) -> asyncio.subprocess.Process:
        command = [PROGRAM, "-q", "-D", self._device, "-t", "raw", "-f", "S16_LE", "-c", "1"]
        # Without a start delay a device begins only when its buffer is full.
        command += ["-r", str(RATE_HZ), "--start-delay=1"]
        try:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=stderr,
                env=self._environ,
            )
        except FileNotFoundError as error:
            raise AlertDeviceError(f"{PROGRAM} is not installed", MISSING_PROGRAM) from error
        except OSError as error:
            raise AlertDeviceError(
                f"{PROGRAM} cannot be started: {error.strerror or error}", MISSING_PROGRAM
            ) from error

    async def _feed(self, process: asyncio.subprocess.Process, pcm: Iterable[bytes]) -> bool:
        """Write everything and wait for the end; False where the device took nothing for too long."""
        assert process.stdin is not None
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it has ended; its exit code says why
                for piece in _pieces(pcm):
                    process.stdin.write(piece)
                    async with asyncio.timeout(self._patience_s):
                        await process.stdin.drain()
                process.stdin.close()
            async with asyncio.timeout(self._patience_s):
                await process.wait()
        except TimeoutError:
            return False
        return True


def may_open_cards(cards: Path) -> bool:
    """Whether this user may open every sound card that there is."""
    return all(os.access(card, os.R_OK | os.W_OK) for card in cards.glob("controlC*"))


def _pieces(pcm: Iterable[bytes]) -> Iterator[bytes]:
    for block in pcm:
        for start in range(0, len(block), _PIECE):
            yield block[start : start + _PIECE]


class _MemoryFile:
    """Takes what the child prints: a pipe would have to be read meanwhile, a file could wait for a disk."""

    def __enter__(self) -> Self:
        try:
            self.descriptor = os.memfd_create("aplay")
        except OSError as error:
            raise AlertDeviceError(
                f"nothing can be played: {error.strerror or error}", "restart talkpace"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)

    def text(self) -> str:
        """Return the last of what was written."""
        start = max(0, os.fstat(self.descriptor).st_size - _LAST_BYTES)
        return os.pread(self.descriptor, _LAST_BYTES, start).decode("utf-8", "replace").strip()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the child if it runs. One that hangs in its driver is left to the kernel."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await process.wait()
