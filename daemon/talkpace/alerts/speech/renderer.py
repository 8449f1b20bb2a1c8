"""Render sentences with one engine, or load those that were rendered before."""

from __future__ import annotations

import asyncio

from ..speaker.pcm import scale
from .cache import SpeechCache, cache_name
from .engines import SpeechEngine
from .errors import SpeechError
from .wav import decode_wav


class Renderer:
    """An engine with the cache of what it has rendered, at one volume."""

    def __init__(self, engine: SpeechEngine, identity: str, cache: SpeechCache, volume: float) -> None:
        self._engine = engine
        self._identity = identity
        self._cache = cache
        self._volume = volume
        self.names: set[str] = set()
        """of the files in the cache that were used"""

    async def load(self, text: str) -> bytes | None:
        """Return the samples of a sentence that was rendered before, or None."""
        name = cache_name(self._identity, text)
        self.names.add(name)
        return await asyncio.to_thread(self._load, name)

    async def render(self, text: str) -> bytes:
        """Render a sentence, store it, and return its samples. Raises SpeechError."""
        content = await self._engine.render(text)
        name = cache_name(self._identity, text)
        return await asyncio.to_thread(self._store, name, content)

    def _load(self, name: str) -> bytes | None:
        pcm = self._cache.get(name)
        return None if pcm is None else scale(pcm, self._volume)

    def _store(self, name: str, content: bytes) -> bytes:
        try:
            pcm = decode_wav(content)
        except SpeechError as error:
            raise SpeechError(
                f"what the voice has rendered {error}", "choose another voice in alerts.speaker.voice"
            ) from None
        self._cache.put(name, pcm)
        return scale(pcm, self._volume)
