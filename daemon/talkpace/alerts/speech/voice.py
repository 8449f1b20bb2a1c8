"""The sentences of all athletes in memory, rendered in the background when settings or names change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ...backoff import Backoff
from ...config.speaker import SpeakerConfig
from ...diagnostics import NOT_USED, OK, Health
from ..speaker.pcm import scale
from .cache import SpeechCache
from .engines import ChooseEngine, SpeechEngine, choose_engine
from .errors import SpeechError
from .phrases import EVENTS, phrases
from .recordings import read_recording
from .renderer import Renderer

MOST_BYTES = 12_000_000
"""of sentences in memory: 270 s, or about 150 sentences; the names of the last athletes are left out"""
_RETRY_S, _LONGEST_RETRY_S = 60.0, 3600.0
_TRAINING_POLL_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpeechSettings:
    """What the sentences depend on."""

    speaker: SpeakerConfig
    band_minutes: int = 30
    """after how long `band_reached` is signalled"""
    names: Mapping[str, str] = field(default_factory=dict)
    """the athletes' names by id"""


class Voice:
    """The clips of the speaker: `clip` returns at once, `run` renders them.

    While somebody trains nothing is rendered but sentences without names that are missing. A fault of the
    engine leaves the sentences that are there, is reported once, and tried again after 1 to 60 minutes.
    """

    def __init__(
        self,
        settings: SpeechSettings,
        cache: SpeechCache,
        *,
        is_training: Callable[[], bool] = lambda: False,
        on_health: Callable[[], None] = lambda: None,
        choose: ChooseEngine = choose_engine,
    ) -> None:
        """`on_health` is called when `health` has changed."""
        self._settings = settings
        self._cache = cache
        self._is_training = is_training
        self._on_health = on_health
        self._choose = choose
        self._clips: dict[tuple[str, str | None], bytes] = {}
        self._changed = asyncio.Event()
        self._health = NOT_USED

    @property
    def health(self) -> Health:
        """Health of the engine and the recordings."""
        return self._health

    @property
    def settings(self) -> SpeechSettings:
        """The settings as they are now."""
        return self._settings

    def clip(self, key: str, athlete: str | None) -> bytes | None:
        """Return a sentence with the athlete's name, else the one without; None where there is none."""
        return self._clips.get((key, athlete)) or self._clips.get((key, None))

    def configure(self, settings: SpeechSettings) -> None:
        """Replace the settings; what differs is rendered in the background."""
        if settings != self._settings:
            self._settings = settings
            self._changed.set()

    async def run(self) -> None:
        """Render until cancelled."""
        retries = Backoff(_RETRY_S, _LONGEST_RETRY_S)
        while True:
            self._changed.clear()
            round_ = _Round()
            await self._make(round_)
            self._report(round_.problems)
            if round_.is_postponed:
                while self._is_training() and not await self._changes_within(_TRAINING_POLL_S):
                    pass
            elif round_.problems or round_.is_incomplete:
                await self._changes_within(retries.next_s())
            else:
                retries.reset()
                await self._changed.wait()

    async def _changes_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        return self._changed.is_set()

    async def _make(self, round_: _Round) -> None:
        """Make every sentence, as far as possible; each can be spoken as soon as it is there."""
        speaker = self._settings.speaker
        if not speaker.enabled:
            self._clips.clear()
            return
        for event, path in speaker.files.items():
            try:
                pcm = await asyncio.to_thread(_recording, path, speaker.volume)
            except SpeechError as error:
                round_.problems.append(SpeechError(f"alerts.speaker.files.{event}: {error}", error.remedy))
            else:
                self._add(round_, f"{EVENTS}.{event}", None, pcm)
        try:
            engine = self._choose(speaker.voice, speaker.language)
            if engine is not None:
                await self._speak(round_, engine)
        except SpeechError as error:
            round_.problems.append(error)
            return
        if not self._changed.is_set() and not round_.is_postponed:
            self._clips = {key: pcm for key, pcm in self._clips.items() if key in round_.made}

    async def _speak(self, round_: _Round, engine: SpeechEngine) -> None:
        """Render or load what no recording replaces. Raises SpeechError where the engine fails."""
        settings = self._settings
        renderer = Renderer(engine, await engine.identity(), self._cache, settings.speaker.volume)
        own = {key for key, _ in round_.made}
        silent: set[str | None] = set()
        """athletes whose names cannot be spoken"""
        for phrase in phrases(settings.speaker.language, settings.names, band_minutes=settings.band_minutes):
            if self._changed.is_set():
                return
            if phrase.key in own or phrase.athlete in silent or round_.size > MOST_BYTES:
                continue
            pcm = await renderer.load(phrase.text)
            if pcm is None and self._is_training() and (phrase.athlete or (phrase.key, None) in self._clips):
                round_.is_postponed = True
                round_.made.add((phrase.key, phrase.athlete))
                continue
            try:
                pcm = pcm or await renderer.render(phrase.text)
            except SpeechError as error:
                if phrase.athlete is None:
                    raise
                _log.warning("the name of %s cannot be spoken: %s", phrase.athlete, error)
                silent.add(phrase.athlete)
                round_.is_incomplete = True
                continue
            self._add(round_, phrase.key, phrase.athlete, pcm)
        if not round_.is_postponed:
            await asyncio.to_thread(self._cache.remove_others, renderer.names)

    def _add(self, round_: _Round, key: str, athlete: str | None, pcm: bytes) -> None:
        self._clips[key, athlete] = pcm
        round_.made.add((key, athlete))
        round_.size += len(pcm)

    def _report(self, problems: list[SpeechError]) -> None:
        """Report the health where it has changed, and log new problems."""
        speaker = self._settings.speaker
        used = OK if speaker.enabled and self._clips else NOT_USED
        health = Health.failed(f"speech: {'; '.join(map(str, problems))}") if problems else used
        if health != self._health:
            self._health = health
            for problem in problems:
                _log.warning("speech: %s; %s", problem, problem.remedy)
            self._on_health()


@dataclass
class _Round:
    """What one round of rendering has made."""

    problems: list[SpeechError] = field(default_factory=list)
    made: set[tuple[str, str | None]] = field(default_factory=set)
    size: int = 0
    """bytes"""
    is_postponed: bool = False
    """whether sentences are missing because somebody trains"""
    is_incomplete: bool = False
    """whether the engine has failed at a name"""


def _recording(path: Path, volume: float) -> bytes:
    return scale(read_recording(path), volume)
