"""Build the speaker as configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...clock import Clock
from ...config.model import SpeakerConfig
from .aplay import Aplay
from .clips import SpeechClips
from .speaker import Speaker


def build_speaker(
    settings: SpeakerConfig,
    clock: Clock,
    environ: Mapping[str, str],
    *,
    clips: SpeechClips | None = None,
    on_health: Callable[[], None] = lambda: None,
) -> Speaker | None:
    """Return the speaker, None where none is configured. It opens its device once it runs."""
    if not settings.enabled:
        return None
    return Speaker(
        Aplay(settings.device, environ),
        clock,
        volume=settings.volume,
        wake_ms=settings.wake_ms,
        clips=clips,
        on_health=on_health,
    )
