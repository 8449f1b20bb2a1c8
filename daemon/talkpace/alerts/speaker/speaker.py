"""Play cues over the loudspeaker, and between them the sound of a paced breath."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ...backoff import Backoff
from ...clock import Clock
from ...diagnostics import OK, Health
from ..outputs import AlertDeviceError
from ..sequencer import Steps
from .clips import NoClips, SpeechClips
from .cues import EVENT_WAITS_MS, SENTENCE_RANK, SENTENCE_WAITS_MS, Cue, CueQueue
from .pcm import duration_ms, silence
from .tones import blocks, cut

_log = logging.getLogger(__name__)

_ASLEEP_AFTER_MS = 10_000
"""after this long without sound an amplifier may sleep"""
_BEFORE_SPEECH_MS = 150
_BETWEEN_CUES_MS = 300
_PROBE_MS = 50
_AGAIN_S = 0.3
_MOST_CHIMES = 100


class SoundOutput(Protocol):
    """A device that plays PCM."""

    async def play(self, pcm: Iterable[bytes]) -> None:
        """Play to the last sample; when cancelled, be silent at once. Raises AlertDeviceError."""
        ...


@dataclass(frozen=True, slots=True)
class _Breath:
    steps: Steps[int]
    since_ms: int


class Speaker:
    """Plays one cue after the other, by rank; see `CueQueue`.

    `play`, `say`, `loop` and `stop` return at once and never raise. A device that fails is reported once
    and tried again: with every cue, and with silence after a back-off. What it did not play is lost.
    """

    def __init__(
        self,
        output: SoundOutput,
        clock: Clock,
        *,
        volume: float,
        wake_ms: int = 0,
        clips: SpeechClips | None = None,
        on_health: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_health` is called when `health` has changed."""
        self.health: Health = OK
        self._output = output
        self._clock = clock
        self._volume = volume
        self._wake_ms = wake_ms
        self._clips: SpeechClips = clips or NoClips()
        self._on_health = on_health
        self._queue = CueQueue()
        self._chimes: dict[Steps[int], bytes] = {}
        self._breath: _Breath | None = None
        self._silent_since_ms: int | None = None
        self._task: asyncio.Task[None] | None = None
        self._backoff = Backoff(1.0, 60.0)
        self._stopped = False

    def play(
        self,
        chime: Steps[int],
        rank: int,
        *,
        athlete: str = "",
        sentence: str | None = None,
        named: bool = False,
    ) -> None:
        """Play a chime, then the sentence if there is one; `named` with the athlete's name."""
        speech = b"" if sentence is None else self._speech(sentence, athlete, named=named)
        if chime or speech:
            now_ms, leads = self._clock.monotonic_ms(), _is_instruction(sentence)
            waits_ms = SENTENCE_WAITS_MS if leads else EVENT_WAITS_MS
            self._add(Cue(chime, speech, rank, athlete, now_ms, waits_ms=waits_ms, is_instruction=leads))

    def say(self, sentence: str, *, athlete: str, named: bool = False) -> None:
        """Speak a sentence once nothing else sounds."""
        if speech := self._speech(sentence, athlete, named=named):
            self._add(
                Cue(
                    chime=(),
                    speech=speech,
                    rank=SENTENCE_RANK,
                    athlete=athlete,
                    at_ms=self._clock.monotonic_ms(),
                    waits_ms=SENTENCE_WAITS_MS,
                    is_instruction=_is_instruction(sentence),
                )
            )

    def loop(self, steps: Steps[int], *, since_ms: int = 0) -> None:
        """Repeat these steps, which began at `since_ms`, while no cue sounds; empty ends it."""
        breath = _Breath(steps, since_ms) if steps else None
        if breath != self._breath:
            self._breath = breath
            if self._queue.current is None:
                self._interrupt()

    def stop(self, athlete: str) -> None:
        """Drop an athlete's cues, also the one that sounds."""
        if self._queue.stop(athlete):
            self._interrupt()

    async def run(self) -> None:
        """Play until cancelled. First open the device, so that a fault is reported before it matters."""
        self._stopped = False
        try:
            await self._sound(self._probe())
            while True:
                if (cue := self._queue.next(self._clock.monotonic_ms())) is not None:
                    await self._sound(self._play_cue(cue))
                elif self.health != OK:
                    await self._sound(self._retry())
                elif self._breath is not None:
                    await self._sound(self._play_breath(self._breath))
                else:
                    await self._sound(_wait_for_ever())
        finally:
            self._stopped = True
            self._queue.clear()
            self._breath = None

    def _speech(self, sentence: str, athlete: str, *, named: bool) -> bytes:
        return self._clips.clip(sentence, athlete if named else None) or b""

    def _add(self, cue: Cue) -> None:
        if not self._stopped and (self._queue.add(cue) or self._queue.current is None):
            self._interrupt()

    def _interrupt(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _sound(self, work: Coroutine[None, None, None]) -> None:
        """Do what sounds or waits, until its end or until `_interrupt`."""
        async with asyncio.TaskGroup() as group:
            self._task = group.create_task(work)
        self._task = None

    async def _play_cue(self, cue: Cue) -> None:
        chime = await self._chime(cue.chime)
        pause = silence(_BEFORE_SPEECH_MS) if chime and cue.speech else b""
        pcm = [self._wake(), chime, pause, cue.speech, silence(_BETWEEN_CUES_MS)]
        if not await self._output_pcm(pcm):  # in use for a moment, as by `talkpace doctor`
            await self._clock.sleep(_AGAIN_S)
            await self._output_pcm(pcm)
        self._queue.finish()

    async def _play_breath(self, breath: _Breath) -> None:
        wake = self._wake()
        once = await self._chime(breath.steps)
        period_ms = sum(step.ms for step in breath.steps)
        at_ms = self._clock.monotonic_ms() + duration_ms(wake)
        await self._output_pcm(_repeat(wake, cut(once, (at_ms - breath.since_ms) % period_ms), once))

    async def _probe(self) -> None:
        try:
            await self._output_pcm([silence(_PROBE_MS)])
        finally:
            self._silent_since_ms = None  # it is too short to wake an amplifier

    async def _retry(self) -> None:
        await self._clock.sleep(self._backoff.next_s())
        await self._probe()

    async def _output_pcm(self, pcm: Iterable[bytes]) -> bool:
        """Play it all; return whether the device did."""
        try:
            await self._output.play(pcm)
        except AlertDeviceError as error:
            self._silent_since_ms = None
            self._set_health(Health.failed(f"speaker off: {error}"), error.remedy)
            return False
        except asyncio.CancelledError:
            self._silent_since_ms = self._clock.monotonic_ms()
            raise
        self._silent_since_ms = self._clock.monotonic_ms()
        self._backoff.reset()
        self._set_health(OK)
        return True

    async def _chime(self, steps: Steps[int]) -> bytes:
        """Render once, a step at a time, so that a beat need not wait for all of it."""
        if steps not in self._chimes:
            if len(self._chimes) == _MOST_CHIMES:  # patterns and paces that were changed
                self._chimes.clear()
            parts = []
            for block in blocks(steps, self._volume):
                parts.append(block)
                await asyncio.sleep(0)
            self._chimes[steps] = b"".join(parts)
        return self._chimes[steps]

    def _wake(self) -> bytes:
        since_ms = self._silent_since_ms
        asleep = since_ms is None or self._clock.monotonic_ms() - since_ms >= _ASLEEP_AFTER_MS
        return silence(self._wake_ms) if asleep else b""

    def _set_health(self, health: Health, remedy: str = "") -> None:
        if health == self.health:
            return
        self.health = health
        if health == OK:
            _log.info("the speaker works again")
        else:
            _log.warning("%s; %s", health.text, remedy)
        self._on_health()


def _is_instruction(sentence: str | None) -> bool:
    """Whether a guide says it, and not an event."""
    return sentence is not None and not sentence.startswith("events.")


def _repeat(wake: bytes, rest: bytes, once: bytes) -> Iterator[bytes]:
    yield wake
    yield rest
    while True:
        yield once


async def _wait_for_ever() -> None:
    await asyncio.Event().wait()
